using System.Net;
using System.Text.Json;
using OtelPipeline.Examples.Tests;

namespace OtelPipeline.StreamBroker.Tests;

/// <summary>The command line and the console.</summary>
[Parallelizable(ParallelScope.Children)]
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class RunTests : IDisposable
{
    private readonly Workspace _workspace = new();

    public void Dispose() => _workspace.Dispose();

    [Test]
    public async Task With_LOG_FORMAT_json_every_line_is_an_object_with_scopes_and_trace_ids()
    {
        var (exitCode, output) = await RunAsync([], ("LOG_FORMAT", "json"));
        Assert.That(exitCode, Is.Zero, output);
        var lines = output
            .Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(static l => JsonDocument.Parse(l).RootElement)
            .ToList();
        Assert.That(lines.Select(static l => l.GetProperty("LogLevel").GetString()), Is.All.Not.Empty);
        var scopes = lines
            .Where(static l => l.TryGetProperty("Scopes", out _))
            .SelectMany(static l => l.GetProperty("Scopes").EnumerateArray())
            .Where(static s => s.ValueKind == JsonValueKind.Object)
            .ToList();
        Assert.That(scopes.Any(static s => s.TryGetProperty("TraceId", out var id) && id.GetString()!.Length == 32), output);
        Assert.That(scopes.Any(static s => s.TryGetProperty("agent", out _) && s.TryGetProperty("partition", out _)), output);
        Assert.That(lines.Any(static l => l.GetProperty("Message").GetString()!.StartsWith("billing:", StringComparison.Ordinal)), output);
    }

    [Test]
    public async Task Otherwise_the_console_is_for_people()
    {
        var (exitCode, output) = await RunAsync([]);
        Assert.That(exitCode, Is.Zero, output);
        Assert.That(output, Does.Contain("✔ stream_broker succeeded in").And.Contains("records counted once").And.Contains("0 wait"));
        Assert.That(output.Split('\n'), Has.None.StartsWith("{"));
    }

    [TestCase("jsonl", "*.parquet")]
    [TestCase("parquet", "*.jsonl")]
    public async Task One_form_can_be_chosen(string format, string other)
    {
        var (exitCode, output) = await RunAsync(["--format", format]);
        Assert.That(exitCode, Is.Zero, output);
        Assert.That(Directory.GetFiles(Path.Combine(_workspace.Output, "spans"), "*." + format, SearchOption.AllDirectories), Is.Not.Empty);
        Assert.That(Directory.GetFiles(_workspace.Output, other, SearchOption.AllDirectories), Is.Empty);
    }

    [Test]
    public async Task Unobserved_it_does_the_same_work()
    {
        using var broker = await RunningBroker.StartAsync(_workspace.Output, "--no-telemetry", "--duration", "1");
        Assert.That((await broker.GetAsync("metrics")).Status, Is.EqualTo(HttpStatusCode.NotFound));
        Assert.That((await broker.GetAsync("ready")).Status, Is.EqualTo(HttpStatusCode.OK));
        Assert.That(await broker.Process.WaitForExitAsync(), Is.Zero, broker.Process.Output);
        Assert.That(broker.Process.Output, Does.Contain("records counted once").And.Contains("0 wait"));
        Assert.That(Directory.GetDirectories(_workspace.Output).Select(Path.GetFileName), Is.EqualTo(new[] { "data" }));
    }

    [Test]
    public async Task The_seed_makes_the_orders()
    {
        using var other = new Workspace();
        var first = await OrdersAsync(_workspace.Output, "7");
        var second = await OrdersAsync(other.Output, "7");
        var common = Math.Min(first.Count, second.Count);
        Assert.That(common, Is.GreaterThan(10));
        Assert.That(first.Take(common), Is.EqualTo(second.Take(common)));
        using var third = new Workspace();
        Assert.That((await OrdersAsync(third.Output, "8")).Take(10), Is.Not.EqualTo(first.Take(10)));
    }

    [TestCase("--fault", "gremlins")]
    [TestCase("--format", "csv")]
    [TestCase("--duration", "0")]
    [TestCase("--unknown", "option")]
    public async Task Bad_arguments_are_told_apart_from_failed_runs(string option, string value)
    {
        var (exitCode, output) = await RunAsync([option, value]);
        Assert.That(exitCode, Is.EqualTo(2), output);
        Assert.That(Directory.Exists(_workspace.Output), Is.False);
    }

    [Test]
    public async Task Help_names_the_options()
    {
        var (exitCode, output) = await RunAsync(["--help"]);
        Assert.That(exitCode, Is.Zero);
        Assert.That(output, Does.Contain("--fault").And.Contains("--no-telemetry").And.Contains("--urls").And.Contains("--seed"));
    }

    // the orders of a topic by their numbers, as far as they got into the log
    private static async Task<List<string>> OrdersAsync(string output, string seed)
    {
        using var broker = await RunningBroker.StartAsync(output, "--duration", "120", "--seed", seed, "--rate", "400");
        await broker.UntilAsync(static m => m.Sum("messaging_client_sent_messages_total", "name=\"orders\"") > 20);
        var orders = new List<string>();
        for (var partition = 0; partition < 8; partition++)
            orders.AddRange(await broker.ReadAsync("orders", partition));
        var sorted = orders.OrderBy(static o => JsonDocument.Parse(o).RootElement.GetProperty("Number").GetInt64()).ToList();

        // while they are read, more come: only what begins at the first is without gaps
        return [.. sorted.TakeWhile(static (o, i) => JsonDocument.Parse(o).RootElement.GetProperty("Number").GetInt64() == i)];
    }

    private Task<(int ExitCode, string Output)> RunAsync(string[] arguments, params (string Key, string Value)[] environment) =>
        ExampleProcess.RunAsync(
            "StreamBroker",
            Path.GetDirectoryName(_workspace.Output)!,
            ["--output", _workspace.Output, "--urls", "http://127.0.0.1:0", "--duration", "1", .. arguments],
            environment
        );
}
