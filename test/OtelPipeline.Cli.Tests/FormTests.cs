using System.Diagnostics;
using System.Globalization;

namespace OtelPipeline.Cli.Tests;

/// <summary>What an example wrote gives the same answers as JSON lines, as Parquet, as both, and whatever a compaction has got to.</summary>
[Parallelizable(ParallelScope.Self)]
internal sealed class FormTests
{
    // a second each; OTELPIPELINE_KILLS=50 takes its time
    private static readonly int Kills = int.Parse(
        Environment.GetEnvironmentVariable("OTELPIPELINE_KILLS") ?? "12",
        CultureInfo.InvariantCulture
    );

    private static readonly string[][] Questions =
    [
        ["query", "{ name =~ \"node .*\" } | by(.pipeline.node.type)", "-o", "json"],
        ["query", "{ } | count_over_time() by (name)", "--step", "1h", "-o", "json"],
        ["runs", "list", "-o", "json"],
        ["runs", "show", "-o", "json"],
        ["stats", "-o", "csv"],
    ];

    private Workspace _workspace = null!;
    private string[] _answers = null!;

    [OneTimeSetUp]
    public async Task RunExample()
    {
        _workspace = new Workspace();
        for (var i = 0; i < 3; i++)
            _workspace.Write(
                $"docs/a{i}.xml",
                $"<doc><assembly><name>A{i}</name></assembly><members><member name=\"T:A\"><summary>Says something.</summary></member></members></doc>"
            );
        // three processes, one after the other: three runs
        for (var i = 0; i < 3; i++)
            await Examples.RunQuickStartAsync(_workspace, 0, "--input", "docs", "--output", "both");
        _answers = await AnswersAsync("both");
        Assert.That(_answers[2], Does.Contain("documentation"));
    }

    [OneTimeTearDown]
    public void CleanUp() => _workspace.Dispose();

    [Test]
    public async Task Each_form_gives_the_same_answers()
    {
        foreach (var form in (string[])["jsonl", "parquet"])
        {
            Assert.That(await AnswersAsync("both", "--form", form), Is.EqualTo(_answers), form);
            Workspace.Copy(_workspace.Of("both"), _workspace.Of(form));
            foreach (
                var file in Directory.GetFiles(_workspace.Of(form), form == "jsonl" ? "*.parquet" : "*.jsonl", SearchOption.AllDirectories)
            )
                File.Delete(file);
            Assert.That(await AnswersAsync(form), Is.EqualTo(_answers), form);
        }

        // each form collects metrics for itself: what is the same is which series there are, and what the pipeline counted
        string[] metrics = ["metrics", "both", "--name", "pipeline.node.records", "-o", "csv"];
        var both = await _workspace.RunAsync(metrics);
        Assert.That(both.Lines, Has.Length.GreaterThan(3));
        metrics[1] = "parquet";
        var parquet = await _workspace.RunAsync(metrics);
        Assert.That(parquet.Lines.Select(WithoutTime), Is.EqualTo(both.Lines.Select(WithoutTime)));
    }

    [Test]
    public async Task A_compaction_that_is_killed_again_and_again_changes_no_answer()
    {
        Workspace.Copy(_workspace.Of("both"), _workspace.Of("killed"));
        var metrics = await _workspace.RunAsync("metrics", "killed", "-o", "json");
        var random = new Random(2026);
        // how long it takes undisturbed tells where the moments are worth something
        Workspace.Copy(_workspace.Of("both"), _workspace.Of("undisturbed"));
        var watch = Stopwatch.StartNew();
        Assert.That((await _workspace.RunAsync("compact", "undisturbed")).ExitCode, Is.Zero);
        var whole = watch.Elapsed;
        var restarts = 0;
        for (var i = 0; i < Kills; i++)
        {
            using var process = Otelpipe.Start(_workspace.Path, "compact", "killed");
            process.StandardInput.Close();
            // most of the time goes into starting: look at the second half
            using var moment = new CancellationTokenSource(whole * (0.3 + (random.NextDouble() * 0.7)));
            try
            {
                await process.WaitForExitAsync(moment.Token);
            }
            catch (OperationCanceledException)
            {
                process.Kill();
                await process.WaitForExitAsync();
            }

            var counts = await CountsAsync("killed");
            Assert.That(counts, Is.EqualTo(await CountsAsync("both")), $"after kill {i}");
            if (Directory.GetFiles(_workspace.Of("killed"), "*.jsonl", SearchOption.AllDirectories).Length > 0)
                continue;
            // done: once more from the start
            restarts++;
            Assert.That(await AnswersAsync("killed"), Is.EqualTo(_answers));
            Directory.Delete(_workspace.Of("killed"), recursive: true);
            Workspace.Copy(_workspace.Of("both"), _workspace.Of("killed"));
        }

        await _workspace.RunAsync("compact", "killed");
        Assert.That(await AnswersAsync("killed"), Is.EqualTo(_answers));
        Assert.That((await _workspace.RunAsync("metrics", "killed", "-o", "json")).Output, Is.EqualTo(metrics.Output));
        Assert.That(Directory.GetFiles(_workspace.Of("killed"), "*.tmp", SearchOption.AllDirectories), Is.Empty);
        TestContext.Out.WriteLine($"{Kills} kills, {restarts} of them after the end");
    }

    /// <summary>What the reader behind all commands counts, without the cost of a process.</summary>
    private Task<string> CountsAsync(string folder)
    {
        var statistics = OtelPipeline.Data.Statistics.TelemetryStatistics.Read([_workspace.Of(folder)], new() { Strict = true });
        return Task.FromResult(
            $"{statistics.Spans} {statistics.Events} {statistics.MetricPoints} {string.Join(',', statistics.EventsByName.OrderBy(pair => pair.Key))}"
        );
    }

    private async Task<string[]> AnswersAsync(string folder, params string[] options)
    {
        var answers = new List<string>();
        foreach (var question in Questions)
        {
            string[] arguments =
                question[0] == "runs"
                    ? [.. question[..2], folder, .. question[2..]]
                    : [.. question[..^2].Take(question[0] == "query" ? 2 : 1), folder, .. question.Skip(question[0] == "query" ? 2 : 1)];
            var run = await _workspace.RunAsync([.. arguments, .. options]);
            Assert.That(run.ExitCode, Is.Zero, $"{string.Join(' ', arguments)}: {run.Error}");
            // metrics are collected by each form for itself
            answers.Add(
                question[0] == "stats"
                    ? string.Join(
                        '\n',
                        run.Lines.Where(line => !line.StartsWith("metric,") && !line.Contains("metric_points"))
                            .Order(StringComparer.Ordinal)
                    )
                : question[0] == "query" ? string.Join('\n', run.Lines.Select(line => line.TrimEnd(',')).Order(StringComparer.Ordinal))
                : run.Output
            );
        }

        return [.. answers];
    }

    private static string WithoutTime(string line)
    {
        var cells = line.Split(',');
        return string.Join(',', cells[..^1]);
    }
}
