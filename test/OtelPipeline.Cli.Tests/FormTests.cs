using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using OtelPipeline.Data.Statistics;
using OtelPipeline.Testing;

namespace OtelPipeline.Cli.Tests;

/// <summary>What an example wrote gives the same answers as JSON lines, as Parquet, as both, and whatever a compaction has got to.</summary>
[Parallelizable(ParallelScope.Self)]
[TestFixture("QuickStart")]
[TestFixture("ContentDownload")]
internal sealed class FormTests(string example)
{
    // OTELPIPELINE_KILLS=12 is for the impatient
    private static readonly int Kills = int.Parse(
        Environment.GetEnvironmentVariable("OTELPIPELINE_KILLS") ?? "50",
        CultureInfo.InvariantCulture
    );

    // @ is the directory; metrics are collected by each form for itself: what is the same is what the pipeline counted
    private static readonly string[][] Questions =
    [
        ["query", "{ .pipeline.node.name != nil } | by(.pipeline.node.type)", "@", "-o", "json"],
        ["query", "{ } | count_over_time() by (name)", "@", "--step", "1h", "-o", "json"],
        ["runs", "list", "@", "-o", "json"],
        ["runs", "show", "@", "-o", "json"],
        ["stats", "@", "-o", "csv"],
        ["metrics", "@", "--name", "pipeline.node.records", "--name", "pipeline.items", "--name", "pipeline.runs", "-o", "csv"],
        ["slo", "check", "-f", "slo.yaml", "@", "-o", "json"],
    ];

    private Workspace _workspace = null!;
    private string[] _answers = null!;

    [OneTimeSetUp]
    public async Task RunExample()
    {
        _workspace = new Workspace();
        // processes one after the other: so many runs
        if (example == "QuickStart")
        {
            for (var i = 0; i < 3; i++)
                _workspace.Write(
                    $"docs/a{i}.xml",
                    $"<doc><assembly><name>A{i}</name></assembly><members><member name=\"T:A\"><summary>Says something.</summary></member></members></doc>"
                );
            _workspace.Write("slo.yaml", Slo.Objectives.Ratio(where: "name =~ \"node .*\""));
            for (var i = 0; i < 3; i++)
                await Examples.RunAsync("QuickStart", _workspace, 0, "--input", "docs", "--output", "both");
        }
        else
        {
            _workspace.Write("slo.yaml", File.ReadAllText(Path.Combine(RepositoryPaths.Root, "examples", "ContentDownload", "slo.yaml")));
            for (var i = 0; i < 2; i++)
                await Examples.RunAsync(
                    "ContentDownload",
                    _workspace,
                    0,
                    "--count",
                    "40",
                    "--seed",
                    $"{i}",
                    "--format",
                    "both",
                    "--output",
                    "both"
                );
        }

        _answers = await AnswersAsync("both");
        Assert.That(_answers[2], Does.Contain("run_id"));
        Assert.That(_answers[5].Split('\n'), Has.Length.GreaterThan(3));
        Assert.That(_answers[6], Does.Contain("total"));
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
    }

    [Test]
    public async Task Statistics_from_code_are_those_of_stats()
    {
        var statistics = TelemetryStatistics.Read([_workspace.Of("both")]);
        var json = (await _workspace.RunAsync("stats", "both", "-o", "json")).Json;
        foreach (
            var (name, value) in (ReadOnlySpan<(string, object?)>)
                [
                    ("files", statistics.Files),
                    ("bytes", statistics.Bytes),
                    ("spans", statistics.Spans),
                    ("span_errors", statistics.SpanErrors),
                    ("events", statistics.Events),
                    ("event_errors", statistics.EventErrors),
                    ("metric_points", statistics.MetricPoints),
                    ("cache_hits", statistics.CacheHits),
                    ("cache_misses", statistics.CacheMisses),
                    ("cache_hit_ratio", statistics.CacheHitRatio),
                    ("events_by_name", statistics.EventsByName),
                    ("events_by_level", statistics.EventsByLevel),
                    ("points_by_metric", statistics.PointsByMetric),
                ]
        )
            // what there is not is left out
            Assert.That(
                value is null
                    ? !json.TryGetProperty(name, out _)
                    : JsonElement.DeepEquals(json.GetProperty(name), JsonSerializer.SerializeToElement(value)),
                $"{name}: {value}"
            );
        Assert.That(json.GetProperty("first").GetDateTimeOffset(), Is.EqualTo(statistics.First));
        Assert.That(json.GetProperty("last").GetDateTimeOffset(), Is.EqualTo(statistics.Last));
        Assert.That(
            json.GetProperty("nodes")
                .EnumerateArray()
                .Select(node =>
                    (
                        node.GetProperty("node").GetString(),
                        node.GetProperty("spans").GetInt64(),
                        node.GetProperty("events").GetInt64(),
                        node.GetProperty("errors").GetInt64(),
                        node.GetProperty("min_ms").GetDouble(),
                        node.GetProperty("mean_ms").GetDouble(),
                        node.GetProperty("p50_ms").GetDouble(),
                        node.GetProperty("p95_ms").GetDouble(),
                        node.GetProperty("max_ms").GetDouble()
                    )
                ),
            Is.EqualTo(
                    statistics.Nodes.Select(node =>
                        (
                            node.Name,
                            node.Spans,
                            node.Events,
                            node.Errors,
                            node.Duration.MinNano / 1e6,
                            node.Duration.MeanNano / 1e6,
                            node.Duration.QuantileNano(0.5) / 1e6,
                            node.Duration.QuantileNano(0.95) / 1e6,
                            node.Duration.MaxNano / 1e6
                        )
                    )
                )
                .Within(1e-5)
        );
    }

    [Test]
    public async Task Promtool_accepts_the_metrics_but_for_names_that_others_prescribe()
    {
        var text = await _workspace.RunAsync("metrics", "both", "-o", "prom");
        Assert.That(text.Output, Does.Contain("pipeline_node_duration_seconds_bucket"));
        using var promtool = Process.Start(
            new ProcessStartInfo("promtool", ["check", "metrics"])
            {
                RedirectStandardInput = true,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            }
        )!;
        await promtool.StandardInput.WriteAsync(text.Output);
        promtool.StandardInput.Close();
        var run = await Otelpipe.EndAsync(promtool, promtool.StandardOutput.ReadToEndAsync(), promtool.StandardError.ReadToEndAsync());
        var complaints = (run.Output + run.Error).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        // of .NET's own meters: numbers of assemblies, processors and timers
        Assert.That(
            complaints.Where(line =>
                !(line.StartsWith("dotnet_", StringComparison.Ordinal) && line.EndsWith("\"_count\" suffix", StringComparison.Ordinal))
            ),
            Is.Empty
        );
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
        var counts = Counts("both");
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

            Assert.That(Counts("killed"), Is.EqualTo(counts), $"after kill {i}");
            if (i % 10 == 0)
                Assert.That(await AnswersAsync("killed"), Is.EqualTo(_answers), $"after kill {i}");
            if (Directory.GetFiles(_workspace.Of("killed"), "*.jsonl", SearchOption.AllDirectories).Length > 0)
                continue;
            // done: once more from the start
            restarts++;
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
    private string Counts(string folder)
    {
        var statistics = TelemetryStatistics.Read([_workspace.Of(folder)], new() { Strict = true });
        return $"{statistics.Spans} {statistics.Events} {statistics.MetricPoints} {string.Join(',', statistics.EventsByName.OrderBy(pair => pair.Key))}";
    }

    private async Task<string[]> AnswersAsync(string folder, params string[] options)
    {
        var answers = new List<string>();
        foreach (var question in Questions)
        {
            var arguments = question.Select(word => word == "@" ? folder : word).ToArray();
            var run = await _workspace.RunAsync([.. arguments, .. options]);
            // objectives that are not met end with 1
            Assert.That(run.ExitCode, arguments[0] == "slo" ? Is.LessThan(2) : Is.Zero, $"{string.Join(' ', arguments)}: {run.Error}");
            answers.Add(
                arguments[0] switch
                {
                    "stats" => Sorted(run.Lines.Where(line => !line.StartsWith("metric,") && !line.Contains("metric_points"))),
                    "query" => Sorted(run.Lines.Select(line => line.TrimEnd(','))),
                    "metrics" => Sorted(run.Lines.Select(WithoutTime)),
                    "slo" => Verdicts(run.Json),
                    _ => run.Output,
                }
            );
        }

        return [.. answers];
    }

    private static string Sorted(IEnumerable<string> lines) => string.Join('\n', lines.Order(StringComparer.Ordinal));

    private static string WithoutTime(string line)
    {
        var cells = line.Split(',');
        return string.Join(',', cells[..^1]);
    }

    // which of the bad events is the example depends on the order of the records
    private static string Verdicts(JsonElement verdicts) =>
        string.Join(
            '\n',
            verdicts
                .EnumerateArray()
                .Select(verdict =>
                    string.Join(
                        ' ',
                        ((string[])["slo", "objective", "result", "good", "bad", "total"]).Select(name =>
                            $"{name}={verdict.GetProperty(name)}"
                        )
                    )
                )
        );
}
