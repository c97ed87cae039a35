using System.Text;
using OtelPipeline.Data.Runs;
using OtelPipeline.OpenTelemetry;
using OtelPipeline.Testing;

namespace OtelPipeline.OpenTelemetry.Tests.Summary;

public sealed class SummaryTextTests
{
    private static readonly DateTimeOffset s_start = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);

    private static readonly NodeInfo s_load = Node("load", 0, 2) with
    {
        RecordsRead = 1_000_000,
        BytesRead = 123_456_789,
        MemoryPeak = 512_000_000,
    };

    private static readonly NodeInfo s_clean = Node("clean", 2, 7) with
    {
        RecordsRead = 1_000_000,
        RecordsWritten = 999_000,
        RecordsRejected = 1_000,
        Retries = 1,
    };

    private static readonly RunInfo s_run = new()
    {
        Id = "019b7d6e-0001-7000-8000-000000000001",
        Pipeline = "nightly_etl",
        Result = "success",
        Start = s_start,
        Duration = TimeSpan.FromSeconds(10),
        TraceId = "0af7651916cd43dd8448eb211c80319c",
        Nodes = [s_load, s_clean, Node("report", 9, 1) with { Result = "skip", Type = "sink" }],
        Slowest = s_clean,
        CriticalPath = [new("load", TimeSpan.FromSeconds(2), 0), new("clean", TimeSpan.FromSeconds(7), 0)],
        CriticalPathDuration = TimeSpan.FromSeconds(9),
        RecordsRead = 2_000_000,
        RecordsWritten = 999_000,
        RecordsRejected = 1_000,
        BytesRead = 123_456_789,
        PeakMemory = 512_000_000,
        Checks = [new("no_nulls", "pass", 0, 0, "clean", 0), new("rejected_ratio", "warn", 0.001, 0.0005, "clean", 1_000)],
        WarningCount = 2,
        Warnings =
        [
            new(
                s_start,
                "the index was rebuilt because it was older than the table that it belongs to, which took some time",
                null,
                "load"
            ),
        ],
    };

    [Test]
    public void A_run_reads_like_this()
    {
        var golden = Path.Combine(RepositoryPaths.TestProject(), "Summary", "summary.txt");
        if (Environment.GetEnvironmentVariable("ACCEPT") == "1")
            File.WriteAllText(golden, Text(s_run));

        Assert.That(Text(s_run), Is.EqualTo(File.ReadAllText(golden)), "look at the difference; ACCEPT=1 takes it over");
    }

    [Test]
    public void A_failed_run_shows_where_and_why()
    {
        var run = s_run with
        {
            Result = "failure",
            Nodes = [s_load, Node("publish", 2, 8) with { Result = "failure" }],
            Slowest = null,
            CriticalPath = [],
            Checks = [],
            Warnings = [],
            WarningCount = 0,
            ErrorCount = 1,
            Errors = [new(s_start, "node publish failed: No space left on device", "System.IO.IOException", "publish")],
        };

        var text = Text(run);
        Assert.That(text, Does.Contain(" ✖ nightly_etl failed after 10.00 s, with 1 error\n"));
        Assert.That(text, Does.Match("✖ publish  8.00 s .*failed\n"));
        Assert.That(text, Does.Contain("errors        ✖ node publish failed: No space left on device (System.IO.IOException)\n"));
    }

    [TestCase("failure", "failed after")]
    [TestCase("timeout", "timed out after")]
    [TestCase("error", "ended without an outcome after")]
    [TestCase("cancellation", "was cancelled after")]
    [TestCase("skip", "had nothing to do, in")]
    [TestCase(null, "has not ended; last seen after")]
    public void Each_outcome_has_its_words(string? result, string words)
    {
        Assert.That(Text(s_run with { Result = result }), Does.Contain($"nightly_etl {words} 10.00 s"));
        Assert.That(
            Text(s_run with { Nodes = [Node("n", 0, 1) with { Result = result, Active = result is null ? 1 : 0 }] }),
            Does.Contain(" n ")
        );
    }

    [Test]
    public void Colours_only_dress_it()
    {
        var colored = Text(s_run, color: true);
        Assert.That(colored, Does.Contain("\e[32m✔\e[0m \e[1mnightly_etl\e[0m"));
        Assert.That(System.Text.RegularExpressions.Regex.Replace(colored, "\e\\[[0-9]+m", ""), Is.EqualTo(Text(s_run)));
        Assert.That(Text(s_run), Does.Not.Contain('\e'));
    }

    [Test]
    public void Where_only_ASCII_can_be_written_only_ASCII_is()
    {
        using var stream = new MemoryStream();
        using (var writer = new StreamWriter(stream, Encoding.ASCII, leaveOpen: true))
            RunSummary.Write(s_run, writer, width: 120);
        var text = Encoding.ASCII.GetString(stream.ToArray());

        Assert.That(text, Does.Not.Contain('?').And.Contains("+ load").And.Contains("load > clean").And.Contains("1,000,000 -> 999,000"));
    }

    [Test]
    public void Text_of_others_cannot_drive_the_terminal()
    {
        var text = Text(
            s_run with
            {
                Pipeline = "etl\e[2J",
                Nodes = [s_load with { Name = "lo\nad\u009b31m" }],
                Warnings = [new(s_start, "first\r\n\r\n  second\e]0;title\a", null, null)],
                Checks = [new("a\tb", "fail", null, null, null, 0)],
            }
        );

        Assert.That(text.Where(char.IsControl), Is.All.EqualTo('\n'));
        Assert.That(text, Does.Contain("first second ]0;title"));
    }

    [Test]
    public void Much_is_cut_short_and_says_so()
    {
        var run = s_run with
        {
            Nodes = [.. Enumerable.Range(0, 60).Select(i => Node($"node_with_a_name_that_is_far_too_long_for_a_table_{i}", 0, 1))],
            OmittedNodes = 7,
            Warnings = [.. Enumerable.Range(0, 30).Select(i => new RunMessage(s_start, new string('x', 300), null, null))],
            WarningCount = 1_030,
            Checks = [.. Enumerable.Range(0, 60).Select(i => new CheckInfo($"check_{i}", "pass", i, null, null, 0))],
        };

        var text = Text(run);
        Assert.That(text, Does.Contain("and 10 more nodes").And.Contains("and 7 executions of nodes past the limit of 1,000"));
        Assert.That(text, Does.Contain("and 1,020 more").And.Contains("and 10 more\n"));
        Assert.That(text.Split('\n').Max(l => l.Length), Is.LessThanOrEqualTo(120));
    }

    // a check that failed in one partition and passed in a later one, or events that are switched off
    [Test]
    public void Warnings_that_nothing_is_known_of_are_counted() =>
        Assert.That(
            Text(s_run with { Warnings = [], WarningCount = 1, Checks = [new("positive", "pass", 0, 0, null, 0)] }),
            Does.Match("warnings +1, told in the events\n")
        );

    [TestCase(40)]
    [TestCase(60)]
    [TestCase(80)]
    public void It_fits_narrow_windows(int width)
    {
        var run = s_run with { Nodes = [s_load, s_clean with { Retries = 0, RecordsRejected = 0 }], Checks = [] };

        var lines = Text(run, width: width).Split('\n').Where(l => !l.Contains("run 0") && !l.Contains("trace") && !l.Contains("records"));
        Assert.That(lines.Where(l => l.Length > Math.Max(width, 55)), Is.Empty);
    }

    [Test]
    public void A_run_of_which_little_is_known_is_no_problem()
    {
        Assert.That(Text(new RunInfo { Id = "r" }), Does.Contain("(unnamed) has not ended"));
        Assert.That(Text(new RunInfo { Id = "r", Nodes = [new NodeInfo { Name = "n" }] }), Does.Contain(" n"));
    }

    [Test]
    public void Wrong_arguments_are_told()
    {
        Assert.That(() => RunSummary.Write(null!, TextWriter.Null), Throws.ArgumentNullException);
        Assert.That(() => RunSummary.Write(s_run, null!), Throws.ArgumentNullException);
        Assert.That(() => RunSummary.Write(s_run, TextWriter.Null, width: 39), Throws.InstanceOf<ArgumentOutOfRangeException>());
        Assert.That(() => new RunSummary(0), Throws.InstanceOf<ArgumentOutOfRangeException>());
    }

    private static string Text(RunInfo run, bool color = false, int width = 120)
    {
        using var writer = new StringWriter { NewLine = "\n" };
        RunSummary.Write(run, writer, color, width);
        return writer.ToString();
    }

    private static NodeInfo Node(string name, double start, double seconds) =>
        new()
        {
            Name = name,
            Type = "transform",
            Result = "success",
            Executions = 1,
            Start = s_start.AddSeconds(start),
            End = s_start.AddSeconds(start + seconds),
            Duration = TimeSpan.FromSeconds(seconds),
        };
}
