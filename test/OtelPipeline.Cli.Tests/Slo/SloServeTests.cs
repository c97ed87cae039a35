using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;

namespace OtelPipeline.Cli.Tests.Slo;

internal sealed partial class SloServeTests
{
    private static readonly HttpClient Http = new();

    [Test]
    public async Task Reads_what_is_appended_and_new_files_each_once()
    {
        using var workspace = new Workspace();
        workspace.Write("slo.yaml", Objectives.Ratio());
        workspace.Write("telemetry/spans/20261120T100000000Z-a-000000.jsonl", Objectives.Nodes(3, 1));
        await using var served = await Served.StartAsync(workspace);
        Assert.That(await served.EventsAsync(), Is.EqualTo((3, 1)));

        // half a line is none yet
        var line = Objectives.Nodes(5, 0);
        File.AppendAllText(workspace.Of("telemetry/spans/20261120T100000000Z-a-000000.jsonl"), line[..50]);
        workspace.Write("telemetry/spans/20261120T100000000Z-b-000000.jsonl", Objectives.Nodes(0, 1));
        await served.WaitForAsync((3, 2));
        File.AppendAllText(workspace.Of("telemetry/spans/20261120T100000000Z-a-000000.jsonl"), line[50..]);
        await served.WaitForAsync((8, 2));

        // rotation: a new file, and the old one is deleted
        workspace.Write("telemetry/spans/20261120T100000000Z-a-000001.jsonl", Objectives.Nodes(1, 0));
        await served.WaitForAsync((9, 2));
        File.Delete(workspace.Of("telemetry/spans/20261120T100000000Z-a-000000.jsonl"));
        workspace.Write("telemetry/spans/20261120T100000000Z-a-000002.jsonl", Objectives.Nodes(0, 2));
        await served.WaitForAsync((9, 4));
    }

    [Test]
    public async Task What_was_read_is_not_read_again()
    {
        using var workspace = new Workspace();
        workspace.Write("slo.yaml", Objectives.Ratio());
        var path = workspace.Of("telemetry/spans/20261120T100000000Z-a-000000.jsonl");
        workspace.Write("telemetry/spans/20261120T100000000Z-a-000000.jsonl", Objectives.Nodes(3, 1));
        await using var served = await Served.StartAsync(workspace);
        Assert.That(await served.EventsAsync(), Is.EqualTo((3, 1)));

        // whoever read the first lines again would find four failures
        var changed = Objectives.Nodes(3, 1).Replace("\"success\"", "\"failure\"", StringComparison.Ordinal);
        using (var file = new FileStream(path, FileMode.Open, FileAccess.Write, FileShare.ReadWrite))
            file.Write(System.Text.Encoding.UTF8.GetBytes(changed));
        File.AppendAllText(path, Objectives.Nodes(1, 2));

        await served.WaitForAsync((4, 3));
    }

    [Test]
    public async Task A_compaction_changes_nothing()
    {
        using var workspace = new Workspace();
        workspace.Write("slo.yaml", Objectives.Ratio());
        workspace.Write("telemetry/spans/20261120T100000000Z-a-000000.jsonl", Objectives.Nodes(3, 1));
        workspace.Write("telemetry/spans/20261120T100000000Z-a-000001.jsonl", Objectives.Nodes(4, 0));
        await using var served = await Served.StartAsync(workspace);
        Assert.That(await served.EventsAsync(), Is.EqualTo((7, 1)));

        var compaction = await workspace.RunAsync("compact", "telemetry");
        Assert.That(compaction.ExitCode, Is.Zero, compaction.Error);
        workspace.Write("telemetry/spans/20261121T100000000Z-b-000000.jsonl", Objectives.Nodes(0, 5));

        await served.WaitForAsync((7, 6));
    }

    [Test]
    public async Task Serves_all_metrics_of_objectives_and_nothing_else()
    {
        using var workspace = new Workspace();
        workspace.Write("slo.yaml", Objectives.Ratio(window: "30d") + "---\n" + Objectives.Ratio(name: "run"));
        workspace.Write("telemetry/spans/20261120T100000000Z-a-000000.jsonl", Objectives.Nodes(3, 1));
        await using var served = await Served.StartAsync(workspace);

        var text = await served.TextAsync();
        using var elsewhere = await Http.GetAsync(new Uri(served.Address, "/"));

        Assert.Multiple(() =>
        {
            Assert.That(text, Does.Contain("slo_events_total{slo_name=\"run\",slo_objective_name=\"success\",slo_outcome=\"bad\"} 1\n"));
            Assert.That(text, Does.Contain("slo_result{slo_name=\"run\",slo_objective_name=\"success\",slo_result_state=\"fail\"} 1\n"));
            Assert.That(text, Does.Contain("slo_sli_value{slo_name=\"run\",slo_objective_name=\"success\"} 0.75\n"));
            Assert.That(text, Does.Contain("slo_objective_value{slo_name=\"run\",slo_objective_name=\"success\"} 0.9\n"));
            Assert.That(
                text,
                Does.Contain("slo_error_budget_remaining_ratio{slo_name=\"run\",slo_objective_name=\"success\",slo_window=\"run\"} -1.5\n")
            );
            Assert.That((int)elsewhere.StatusCode, Is.EqualTo(404));
        });
    }

    [TestCase("slo serve -f slo.yaml nowhere", "nowhere")]
    [TestCase("slo serve -f slo.yaml . --poll 1ms", "--poll")]
    [TestCase("slo serve -f slo.yaml . --urls ftp://x", "--urls")]
    [TestCase("slo serve -f slo.yaml . --urls http://example.org:80", "--urls")]
    public async Task Bad_arguments_end_with_2(string commandLine, string message)
    {
        using var workspace = new Workspace();
        workspace.Write("slo.yaml", Objectives.Ratio());

        var result = await workspace.RunAsync(commandLine.Split(' '));

        Assert.Multiple(() =>
        {
            Assert.That(result.ExitCode, Is.EqualTo(2));
            Assert.That(result.Error, Does.Contain(message));
        });
    }

    /// <summary>The program, serving on a free port.</summary>
    private sealed partial class Served : IAsyncDisposable
    {
        private readonly Process _process;

        private Served(Process process, Uri address) => (_process, Address) = (process, address);

        public Uri Address { get; }

        public static async Task<Served> StartAsync(Workspace workspace)
        {
            var process = Otelpipe.Start(
                workspace.Path,
                "slo",
                "serve",
                "-f",
                "slo.yaml",
                "telemetry",
                "--urls",
                "http://127.0.0.1:0",
                "--poll",
                "100ms"
            );
            var said = "";
            while (await process.StandardError.ReadLineAsync().WaitAsync(Otelpipe.Patience) is { } line)
            {
                said += line + "\n";
                if (Serving.Match(line) is { Success: true } match)
                    return new Served(process, new Uri(match.Groups[1].Value));
            }

            throw new AssertionException("It ended: " + said);
        }

        public Task<string> TextAsync() => Http.GetStringAsync(Address);

        public async Task<(int Good, int Bad)> EventsAsync()
        {
            var text = await TextAsync();
            return (Count(text, "good"), Count(text, "bad"));
        }

        public async Task WaitForAsync((int, int) expected)
        {
            // polls of the program are told apart by their time
            using var patience = new CancellationTokenSource(Otelpipe.Patience);
            var events = await EventsAsync();
            while (events != expected && !patience.IsCancellationRequested)
                events = await EventsAsync();
            Assert.That(events, Is.EqualTo(expected));
        }

        public async ValueTask DisposeAsync()
        {
            _process.Kill();
            await _process.WaitForExitAsync();
            _process.Dispose();
        }

        private static int Count(string text, string outcome) =>
            int.Parse(
                Regex.Match(text, $"^slo_events_total{{.*slo_outcome=\"{outcome}\"}} (\\d+)$", RegexOptions.Multiline).Groups[1].Value,
                CultureInfo.InvariantCulture
            );

        [GeneratedRegex(@"serving (http\S+)")]
        private static partial Regex Serving { get; }
    }
}
