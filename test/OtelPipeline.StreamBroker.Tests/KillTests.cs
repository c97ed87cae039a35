using System.Collections.Concurrent;
using System.Globalization;

namespace OtelPipeline.StreamBroker.Tests;

/// <summary>A broker that is killed and started again.</summary>
public sealed class KillTests
{
    private const int Partitions = 4;
    private const int Enough = 1_200;

    [Test]
    public async Task No_acknowledged_record_is_lost_or_there_twice_and_groups_go_on_where_they_were()
    {
        using var workspace = new Workspace();
        var acknowledged = new ConcurrentBag<string>();
        var outstanding = new ConcurrentBag<(string Path, string Body)>();
        Dictionary<string, long> before;
        using (var broker = await StartAsync(workspace))
        {
            await broker.PostAsync($"topics/probe?partitions={Partitions}");
            var enough = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            var producers = Enumerable
                .Range(0, Partitions)
                .Select(p => ProduceUntilKilledAsync(broker, p, acknowledged, outstanding, enough))
                .ToList();
            await enough.Task;
            await broker.UntilAsync(static m => m.Sum("pipeline_object_store_io_bytes_total") > 0);
            before = await CommittedAsync(broker);

            // SIGKILL, while all of them send
            broker.Process.Kill();
            await broker.Process.WaitForExitAsync();
            await Task.WhenAll(producers);
        }

        Assert.That(outstanding, Has.Count.EqualTo(Partitions), "each producer was waiting for an answer");
        var log = Path.Combine(workspace.Output, "data", "segments", "probe", "0");
        await File.AppendAllBytesAsync(Directory.GetFiles(log, "*.log").Order(StringComparer.Ordinal).Last(), [200, 0, 0, 0, 1, 2, 3]);

        using (var broker = await StartAsync(workspace))
        {
            // whoever got no answer sends again; the broker knows what it has
            foreach (var (path, body) in outstanding)
                await broker.PostAsync(path, body);
            var records = new List<string>();
            for (var partition = 0; partition < Partitions; partition++)
                records.AddRange(await broker.ReadAsync("probe", partition));
            var sent = acknowledged.Concat(outstanding.SelectMany(static o => o.Body.Split('\n', StringSplitOptions.RemoveEmptyEntries)));
            Assert.That(records, Is.EquivalentTo(sent));
            Assert.That(records, Is.Unique);
            var after = await CommittedAsync(broker);
            Assert.That(before, Is.Not.Empty);
            Assert.That(before.Where(b => after[b.Key] < b.Value), Is.Empty, "committed offsets");
            broker.Process.Interrupt();
            Assert.That(await broker.Process.WaitForExitAsync(), Is.Zero, broker.Process.Output);
        }

        // and to the end, where the example holds its own counts against each other
        using var last = await StartAsync(workspace, duration: "1");
        Assert.That(await last.Process.WaitForExitAsync(), Is.Zero, last.Process.Output);
        Assert.That(
            last.Process.Output,
            Does.Contain("✔ billing_counted_each_record")
                .And.Contains("✔ billing_left_nothing")
                .And.Contains("✔ analytics_left_nothing")
                .And.Contains("✔ every_segment_is_in_the_store")
        );
    }

    private static Task<RunningBroker> StartAsync(Workspace workspace, string duration = "120") =>
        RunningBroker.StartAsync(workspace.Output, "--duration", duration, "--rate", "4000");

    // one request after the other, each with a batch of its own number
    private static async Task ProduceUntilKilledAsync(
        RunningBroker broker,
        int partition,
        ConcurrentBag<string> acknowledged,
        ConcurrentBag<(string, string)> outstanding,
        TaskCompletionSource enough
    )
    {
        var random = new Random(partition);
        var filling = new byte[600];
        for (var sequence = 1; ; sequence++)
        {
            random.NextBytes(filling);
            var lines = Enumerable.Range(0, 5).Select(i => $"{partition}/{sequence}/{i} {Convert.ToHexString(filling)}").ToList();
            var path = string.Create(
                CultureInfo.InvariantCulture,
                $"topics/probe/{partition}?producer={100 + partition}&sequence={sequence}"
            );
            try
            {
                await broker.PostAsync(path, string.Join('\n', lines));
                lines.ForEach(acknowledged.Add);
                if (acknowledged.Count >= Enough)
                    enough.TrySetResult();
            }
            catch (HttpRequestException)
            {
                outstanding.Add((path, string.Join('\n', lines)));
                return;
            }
        }
    }

    /// <summary>Offsets by group and partition.</summary>
    private static async Task<Dictionary<string, long>> CommittedAsync(RunningBroker broker) =>
        (await broker.GetAsync<Dictionary<string, Dictionary<string, Progress>>>("groups"))
            .SelectMany(static g => g.Value.Select(p => (Key: $"{g.Key} {p.Key}", p.Value.Offset)))
            .ToDictionary(static p => p.Key, static p => p.Offset);

    private sealed record Progress(long Offset);
}
