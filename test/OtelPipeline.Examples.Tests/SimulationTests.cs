using System.Globalization;

namespace OtelPipeline.Examples.Tests;

/// <summary>The simulation of a workforce, as a process of its own.</summary>
public sealed class SimulationTests : IDisposable
{
    private const int Killed = 128 + 9;
    private static readonly string[] s_years = ["2027", "2028", "2029", "2030", "2031"];

    private readonly Workspace _whole = new();
    private Workspace _workspace = null!;
    private Telemetry _telemetry = new();
    private string _output = "";

    [OneTimeSetUp]
    public async Task Simulate_five_years_without_a_fault()
    {
        (var exitCode, _output) = await RunAsync(_whole, "--format", "jsonl");
        Assert.That(exitCode, Is.Zero, _output);
        _telemetry = JsonLines.Read(_whole.Output, "simulation");
    }

    [SetUp]
    public void Make_a_folder() => _workspace = new Workspace();

    [TearDown]
    public void Delete_the_folder() => _workspace.Dispose();

    public void Dispose() => _whole.Dispose();

    [Test]
    public void Each_year_is_a_trace_of_its_own_that_is_linked_to_the_run()
    {
        var years = _telemetry.Spans.Where(static s => s.Name == "partition workforce").OrderBy(static s => s.Start).ToList();
        Assert.That(years.Select(static s => Attribute(s.Attributes, "pipeline.partition.key")), Is.EqualTo(s_years));
        Assert.That(years.Select(static s => s.TraceId).Append(_telemetry.Run.TraceId), Is.Unique);
        Assert.That(
            years.SelectMany(static s => s.Links),
            Is.All.Matches<LinkItem>(l =>
                l!.TraceId == _telemetry.Run.TraceId && l.SpanId == _telemetry.Run.SpanId && l.Attributes == "pipeline.link.type=part_of"
            )
        );
        Assert.That(years.Select(static s => s.Links.Length), Is.All.EqualTo(1));
        foreach (var year in years)
        {
            Assert.That(
                _telemetry.Spans.Where(s => s.ParentSpanId == year.SpanId && s.TraceId == year.TraceId).Select(static s => s.Name),
                Is.EquivalentTo(new[] { "node simulate", "node check", "node report", "checkpoint workforce" })
            );
        }

        Assert.That(_telemetry.Spans, Has.Count.EqualTo(1 + 5 * 5), "events are no spans");
    }

    [Test]
    public void Some_forty_thousand_events_a_year_are_counted_as_items_and_as_records()
    {
        var changes = Figures(_whole).Skip(1).Select(static line => line.Split(',')[2..8].Sum(Number)).ToList();
        Assert.That(changes, Has.Count.EqualTo(5).And.All.InRange(38_000, 46_000));
        Assert.That(
            _telemetry.Points.Where(static p => p.Name == "pipeline.items").Select(static p => p.Attributes),
            Is.EquivalentTo(
                new[] { "pipeline.item.result=skipped; pipeline.name=workforce", "pipeline.item.result=success; pipeline.name=workforce" }
            )
        );
        Assert.That(
            _telemetry
                .Spans.Where(static s => s.Name == "node simulate")
                .Select(static s => Number(Attribute(s.Attributes, "pipeline.node.records.written"))),
            Is.All.InRange(38_000, 46_000)
        );
    }

    [Test]
    public void What_is_logged_while_an_event_is_handled_carries_its_id_and_its_run()
    {
        var logs = _telemetry.Logs.Where(static l => l.Body.Contains("is a director now", StringComparison.Ordinal)).ToList();
        Assert.That(logs, Has.Count.GreaterThan(10));
        Assert.That(
            logs.Select(static l => Attribute(l.Attributes, "pipeline.item.id")),
            Is.Unique.And.All.Match(@"^20(27|28|29|30|31)-[01]\d-\d{5}$")
        );
        var run = Attribute(_telemetry.Run.Attributes, "pipeline.run.id");
        Assert.That(logs.Select(static l => Attribute(l.Attributes, "pipeline.run.id")), Is.All.EqualTo(run));
        var years = _telemetry.Spans.Where(static s => s.Name == "node simulate").Select(static s => s.SpanId).ToList();
        Assert.That(logs.Select(static l => l.SpanId), Is.All.AnyOf([.. years]));
    }

    [Test]
    public void It_ends_with_a_summary_and_saves_a_checkpoint_for_each_year()
    {
        Assert.That(_output, Does.Contain("workforce succeeded in").And.Contain("salaries_positive").And.Contain("2031: "));
        Assert.That(_telemetry.Logs.Count(static l => l.EventName == "pipeline.checkpoint.save"), Is.EqualTo(5));
        Assert.That(_telemetry.Points.Where(static p => p.Name == "pipeline.run.warnings"), Is.Empty);
    }

    [Test]
    public async Task The_same_seed_gives_the_same_figures_with_and_without_telemetry_and_another_seed_others()
    {
        var (exitCode, output) = await RunAsync(_workspace, "--seed", "42", "--no-telemetry");
        Assert.That(exitCode, Is.Zero, output);
        Assert.That(Bytes(_workspace), Is.EqualTo(Bytes(_whole)));
        Assert.That(
            Directory.GetFileSystemEntries(_workspace.Output).Select(Path.GetFileName),
            Is.EquivalentTo(new[] { "results", "checkpoint.json" })
        );
        Assert.That(output, Does.Contain("2031: ").And.Not.Contain("succeeded"));
        await RunAsync(_workspace, "--seed", "43", "--no-telemetry");
        Assert.That(Bytes(_workspace), Is.Not.EqualTo(Bytes(_whole)));
    }

    [Test]
    public async Task Killed_in_the_third_year_and_resumed_it_ends_with_the_same_figures()
    {
        var (exitCode, output) = await RunAsync(_workspace, "--fault", "crash", "--format", "jsonl");
        Assert.That(exitCode, Is.EqualTo(Killed), output);
        Assert.That(Figures(_workspace).Skip(1).Select(static l => l[..4]), Is.EqualTo(s_years[..2]));
        var killed = JsonLines.Read(_workspace.Output, "simulation");
        var started = killed.Logs.Single(static l => l.EventName == "pipeline.run.start");

        (exitCode, output) = await RunAsync(_workspace, "--resume", "--format", "jsonl");
        Assert.That(exitCode, Is.Zero, output);
        Assert.That(Bytes(_workspace), Is.EqualTo(Bytes(_whole)));
        Assert.That(output, Does.Contain("attempt 2").And.Contain("2029: ").And.Not.Contain("2028: "));
        var resumed = JsonLines.Read(_workspace.Output, "simulation");
        Assert.That(
            resumed.Run.Links.Single(),
            Is.EqualTo(new LinkItem(started.TraceId, started.SpanId, "pipeline.link.type=resumed_from"))
        );
        Assert.That(Attribute(resumed.Run.Attributes, "pipeline.run.attempt"), Is.EqualTo("2"));
        Assert.That(resumed.Logs.Select(static l => l.EventName), Has.One.EqualTo("pipeline.checkpoint.restore"));

        (exitCode, output) = await RunAsync(_workspace, "--resume", "--format", "jsonl");
        Assert.That(exitCode, Is.Zero, output);
        Assert.That(Bytes(_workspace), Is.EqualTo(Bytes(_whole)), "there is nothing left to do");
        Assert.That(
            JsonLines
                .Read(_workspace.Output, "simulation")
                .Spans.Where(static s => s.Name == "run workforce")
                .Select(static s => Attribute(s.Attributes, "pipeline.run.result")),
            Is.EquivalentTo(new[] { "success", "skip" })
        );
    }

    [Test]
    public async Task Killed_from_outside_in_a_slow_third_year_it_resumes_as_well_and_that_year_is_seen_as_slow()
    {
        using (
            var process = ExampleProcess.Start(
                "Simulation",
                _workspace.Root,
                Arguments(_workspace, "--fault", "slow-year", "--no-telemetry")
            )
        )
        {
            await process.WaitForOutputAsync("2028: ");
            process.Kill();
            Assert.That(await process.WaitForExitAsync(), Is.EqualTo(Killed));
        }

        var (exitCode, output) = await RunAsync(_workspace, "--resume", "--fault", "slow-year", "--format", "jsonl");
        Assert.That(exitCode, Is.Zero, output);
        Assert.That(Bytes(_workspace), Is.EqualTo(Bytes(_whole)));
        var slowest = JsonLines
            .Read(_workspace.Output, "simulation")
            .Spans.Where(static s => s.Name == "partition workforce")
            .MaxBy(static s => s.End - s.Start)!;
        Assert.That(Attribute(slowest.Attributes, "pipeline.partition.key"), Is.EqualTo("2029"));
        Assert.That(slowest.End - slowest.Start, Is.GreaterThan(3_000_000_000));
    }

    [Test]
    public async Task A_check_that_fails_is_a_warning_of_the_run_that_names_the_check_and_the_year()
    {
        var (exitCode, output) = await RunAsync(_workspace, "--fault", "quality", "--format", "both");
        Assert.That(exitCode, Is.Zero, output);
        Assert.That(output, Does.Contain("with 1 warning").And.Contain("salaries_positive"));
        var telemetry = JsonLines.Read(_workspace.Output, "simulation");
        var failed = telemetry.Logs.Single(static l =>
            l.EventName == "pipeline.check.result" && Attribute(l.Attributes, "pipeline.check.result") == "fail"
        );
        Assert.That(failed.Body, Does.Match(@"^check salaries_positive: fail \(\d+, limit 0\) in partition 2029$"));
        Assert.That(Attribute(failed.Attributes, "pipeline.check.name"), Is.EqualTo("salaries_positive"));
        Assert.That(Attribute(failed.Attributes, "pipeline.partition.key"), Is.EqualTo("2029"));
        Assert.That(Attribute(telemetry.Run.Attributes, "pipeline.run.warning.count"), Is.EqualTo("1"));
        Assert.That(Attribute(telemetry.Run.Attributes, "pipeline.run.result"), Is.EqualTo("success"));
        Assert.That(
            telemetry.Points.Where(static p => p.Name == "pipeline.run.warnings").Select(static p => p.Attributes),
            Is.EqualTo(new[] { "error.type=check_fail; pipeline.name=workforce" })
        );
        Assert.That(Directory.GetFiles(_workspace.Output, "*.parquet", SearchOption.AllDirectories), Is.Not.Empty);
    }

    [Test]
    public async Task What_cannot_be_done_is_told_with_what_to_do()
    {
        await ExpectAsync("There is no checkpoint", "--resume");
        await ExpectAsync("flood", "--fault", "flood");
        await ExpectAsync("csv", "--format", "csv");
        Directory.CreateDirectory(_workspace.Output);
        var checkpoint = Path.Combine(_workspace.Output, "checkpoint.json");
        File.Copy(Path.Combine(_whole.Output, "checkpoint.json"), checkpoint);
        await ExpectAsync("was made with --seed 42", "--resume", "--seed", "43");
        await File.WriteAllTextAsync(checkpoint, "{\"Run\":");
        await ExpectAsync("cannot be used", "--resume");

        async Task ExpectAsync(string message, params string[] arguments)
        {
            var (exitCode, output) = await RunAsync(_workspace, arguments);
            Assert.That(exitCode, Is.EqualTo(2), output);
            Assert.That(output, Does.Contain(message));
        }
    }

    private static Task<(int ExitCode, string Output)> RunAsync(Workspace workspace, params string[] arguments) =>
        ExampleProcess.RunAsync("Simulation", workspace.Root, Arguments(workspace, arguments));

    private static string[] Arguments(Workspace workspace, params string[] arguments) => ["--output", workspace.Output, .. arguments];

    private static string[] Figures(Workspace workspace) => File.ReadAllLines(Path.Combine(workspace.Output, "results", "workforce.csv"));

    private static byte[] Bytes(Workspace workspace) => File.ReadAllBytes(Path.Combine(workspace.Output, "results", "workforce.csv"));

    private static int Number(string text) => int.Parse(text, CultureInfo.InvariantCulture);

    private static string Attribute(string attributes, string key) =>
        attributes
            .Split("; ")
            .Where(a => a.StartsWith(key + "=", StringComparison.Ordinal))
            .Select(a => a[(key.Length + 1)..])
            .SingleOrDefault()
        ?? "";
}
