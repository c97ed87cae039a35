using System.Text.Json;

namespace OtelPipeline.Cli.Tests;

[Parallelizable(ParallelScope.All)]
internal sealed class CommandTests
{
    internal static Workspace NewWorkspace()
    {
        var workspace = new Workspace();
        workspace.Write("t/spans/spans.jsonl", Sample.Spans);
        workspace.Write("t/logs/logs.jsonl", Sample.Logs);
        workspace.Write("t/metrics/metrics.jsonl", Sample.Metrics);
        return workspace;
    }

    [Test]
    public async Task Events_are_filtered_and_listed()
    {
        using var workspace = NewWorkspace();
        var all = await workspace.RunAsync("events", "t", "--output", "jsonl");
        Assert.That(all.ExitCode, Is.Zero, all.Error);
        Assert.That(all.Lines, Has.Length.EqualTo(3));
        Assert.That(
            all.Lines.Select(line => JsonDocument.Parse(line).RootElement.GetProperty("event_type").GetString()),
            Is.EqualTo(new[] { "pipeline.run.start", "pipeline.node.exception", "pipeline.run.end" })
        );

        var errors = await workspace.RunAsync("events", "t", "--level", "error", "--node", "clean", "--select", "error.type,service.name");
        Assert.That(errors.ExitCode, Is.Zero, errors.Error);
        Assert.That(errors.Lines, Has.Length.EqualTo(2));
        Assert.That(errors.Lines[1], Does.Contain("it broke").And.Contain("System.IO.IOException").And.EndWith("etl"));

        var csv = await workspace.RunAsync("events", "t", "--name", "pipeline.run.*", "--run", "0199", "--limit", "1", "-o", "csv");
        Assert.That(
            csv.Output,
            Is.EqualTo("timestamp,level,event,node,message\n2026-11-18T11:06:40.000000000Z,Info,pipeline.run.start,,run etl started\n")
        );
        Assert.That(csv.Error, Does.Contain("more than 1"));

        var json = await workspace.RunAsync(
            "events",
            "t",
            "-o",
            "json",
            "--since",
            "2026-11-18T11:06:41Z",
            "--until",
            "2026-11-18T11:06:43Z"
        );
        Assert.That(json.Json.GetArrayLength(), Is.EqualTo(1));

        var none = await workspace.RunAsync("events", "t", "--name", "no.such");
        Assert.That((none.ExitCode, none.Output), Is.EqualTo((1, "")));
        var empty = await workspace.RunAsync("events", "t", "--name", "no.such", "-o", "json");
        Assert.That((empty.ExitCode, empty.Output), Is.EqualTo((1, "[]\n")));
    }

    [Test]
    public async Task Metrics_are_shown_series_by_series()
    {
        using var workspace = NewWorkspace();
        var table = await workspace.RunAsync("metrics", "t", "--name", "*.records");
        Assert.That(table.ExitCode, Is.Zero, table.Error);
        Assert.That(table.Lines, Has.Length.EqualTo(2));
        Assert.That(table.Lines[1].Split("  ", StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)[3], Is.EqualTo("8"));

        var json = (await workspace.RunAsync("metrics", "t", "-o", "json")).Json;
        Assert.That(
            json.EnumerateArray().Select(point => point.GetProperty("metric_name").GetString()),
            Is.EqualTo(new[] { "pipeline.node.duration", "pipeline.node.records" })
        );
        Assert.That(json[0].GetProperty("bucket_counts")[1].GetInt32(), Is.EqualTo(2));

        var prom = await workspace.RunAsync("metrics", "t", "-o", "prom");
        Assert.That(
            prom.Lines,
            Is.EqualTo(
                new[]
                {
                    "# TYPE pipeline_node_duration_seconds histogram",
                    "pipeline_node_duration_seconds_bucket{job=\"etl\",le=\"1\"} 1",
                    "pipeline_node_duration_seconds_bucket{job=\"etl\",le=\"+Inf\"} 3",
                    "pipeline_node_duration_seconds_sum{job=\"etl\"} 2.5",
                    "pipeline_node_duration_seconds_count{job=\"etl\"} 3",
                    "# TYPE pipeline_node_records_total counter",
                    "pipeline_node_records_total{job=\"etl\",pipeline_node_name=\"load\"} 8",
                }
            )
        );
        Assert.That((await workspace.RunAsync("metrics", "t", "--name", "nothing")).ExitCode, Is.EqualTo(1));
    }

    [Test]
    public async Task Runs_are_listed_and_shown()
    {
        using var workspace = NewWorkspace();
        var list = await workspace.RunAsync("runs", "list", "t", "-o", "jsonl");
        Assert.That(list.ExitCode, Is.Zero, list.Error);
        var run = list.Json;
        Assert.That(run.GetProperty("run_id").GetString(), Is.EqualTo(Sample.RunId));
        Assert.That(run.GetProperty("result").GetString(), Is.EqualTo("failure"));
        Assert.That(run.GetProperty("duration_ms").GetDouble(), Is.EqualTo(3000));
        Assert.That((await workspace.RunAsync("runs", "list", "t", "--result", "success")).ExitCode, Is.EqualTo(1));

        var shown = await workspace.RunAsync("runs", "show", "t", "0199A3", "-o", "json");
        Assert.That(
            shown.Json.GetProperty("nodes").EnumerateArray().Select(node => node.GetProperty("node").GetString()),
            Is.EqualTo(new[] { "load", "clean" })
        );
        Assert.That(shown.Json.GetProperty("critical_path").GetArrayLength(), Is.GreaterThan(0));
        Assert.That(shown.Json.GetProperty("error_messages")[0].GetProperty("message").GetString(), Is.EqualTo("it broke"));

        var text = await workspace.RunAsync("runs", "show", "t/spans", "t/logs");
        Assert.That(text.Output, Does.Contain("result    failure").And.Contain("critical path").And.Contain("it broke"));
        var missing = await workspace.RunAsync("runs", "show", "t", "ffff");
        Assert.That((missing.ExitCode, missing.Output), Is.EqualTo((1, "")));
        Assert.That(missing.Error, Does.Contain("no run 'ffff'"));
    }

    // which run is the latest is known when all is read; a pipe cannot be read again
    [Test]
    public async Task The_latest_run_is_shown_where_no_id_is_given()
    {
        using var workspace = new Workspace();
        var text = string.Concat(
            new[] { 3, 1, 4, 2 }.Select(hour =>
                Sample
                    .Line(
                        "Spans",
                        Sample.Span("1111111111111111", null, "run etl", hour * 3_600_000, 1_000, 0, ("pipeline.run.result", "success")),
                        Sample.Span(
                            "2222222222222222",
                            "1111111111111111",
                            "node load",
                            hour * 3_600_000,
                            500,
                            0,
                            ("pipeline.node.name", "load")
                        )
                    )
                    .Replace(Sample.RunId, $"run-{hour}", StringComparison.Ordinal)
            )
        );
        workspace.Write("t/spans/runs.jsonl", text + "not a record\n");
        foreach (
            var (until, expected) in new[]
            {
                ("2099-01-01", "run-4"),
                (Sample.At(4 * 3_600_000), "run-3"),
                (Sample.At(2 * 3_600_000 - 1), "run-1"),
            }
        )
        {
            var file = await workspace.RunAsync("runs", "show", "t", "--until", until, "-o", "json");
            var pipe = await workspace.PipeAsync(text, "runs", "show", "-", "--until", until, "-o", "json");
            Assert.That(file.Json.GetProperty("run_id").GetString(), Is.EqualTo(expected));
            Assert.That(file.Json.GetProperty("critical_path").GetArrayLength(), Is.EqualTo(1));
            Assert.That(file.Output, Is.EqualTo(pipe.Output));
            Assert.That(file.Error.Split("runs.jsonl:5").Length, Is.EqualTo(2), $"said once: {file.Error}");
        }

        Assert.That((await workspace.RunAsync("runs", "show", "t", "--until", Sample.At(0))).ExitCode, Is.EqualTo(1));
    }

    [Test]
    public async Task Statistics_count()
    {
        using var workspace = NewWorkspace();
        var json = (await workspace.RunAsync("stats", "t", "-o", "json")).Json;
        Assert.That(
            (json.GetProperty("spans").GetInt32(), json.GetProperty("events").GetInt32(), json.GetProperty("metric_points").GetInt32()),
            Is.EqualTo((3, 3, 3))
        );
        Assert.That((json.GetProperty("span_errors").GetInt32(), json.GetProperty("event_errors").GetInt32()), Is.EqualTo((2, 2)));
        Assert.That(json.GetProperty("nodes")[0].GetProperty("p95_ms").GetDouble(), Is.EqualTo(1500));
        Assert.That(json.GetProperty("files").GetInt32(), Is.EqualTo(3));
        Assert.That(json.GetProperty("events_by_level").GetProperty("Error").GetInt32(), Is.EqualTo(2));
        var text = await workspace.RunAsync("stats", "t");
        Assert.That(text.Output, Does.Contain("spans     3, 2 with errors").And.Contain("clean"));
        var csv = await workspace.RunAsync("stats", "t", "-o", "csv");
        Assert.That(csv.Lines, Does.Contain("node,etl,clean,2,1,1500,1500,1500,1500,1500"));
        Assert.That((await workspace.RunAsync("stats", "t", "--since", "2027-01-01")).ExitCode, Is.EqualTo(1));
    }

    [Test]
    public async Task A_trace_is_a_waterfall()
    {
        using var workspace = NewWorkspace();
        var text = await workspace.RunAsync("trace", Sample.TraceId, "t");
        Assert.That(text.ExitCode, Is.Zero, text.Error);
        Assert.That(text.Lines, Has.Length.EqualTo(5));
        Assert.That(text.Lines[2], Does.StartWith("run etl !").And.Contains("3 s"));
        Assert.That(text.Lines[4], Does.StartWith("  node clean !").And.Contains("1.5 s"));
        Assert.That(
            text.Lines[4].IndexOf('█', StringComparison.Ordinal),
            Is.GreaterThan(text.Lines[3].IndexOf('█', StringComparison.Ordinal))
        );
        var csv = await workspace.RunAsync("trace", "0AF7", "t", "-o", "csv");
        Assert.That(csv.Lines[2], Does.EndWith("node load,,1000,1"));
        Assert.That((await workspace.RunAsync("trace", "ffff", "t")).ExitCode, Is.EqualTo(1));
        Assert.That((await workspace.RunAsync("trace", "xyz", "t")).ExitCode, Is.EqualTo(2));
    }

    [Test]
    public async Task Clean_deletes_old_files_of_ours_and_no_others()
    {
        using var workspace = NewWorkspace();
        var old = workspace.Write("t/spans/20261101T000000000Z-a-000000.jsonl", Sample.Spans);
        File.SetLastWriteTimeUtc(old, DateTime.UtcNow.AddDays(-10));
        var recent = workspace.Write("t/spans/20261102T000000000Z-a-000000.jsonl", Sample.Spans);
        var dry = await workspace.RunAsync("clean", "t", "--max-age", "5d", "--dry-run", "-o", "csv");
        Assert.That((dry.ExitCode, dry.Lines.Length, File.Exists(old)), Is.EqualTo((0, 2, true)));
        var run = await workspace.RunAsync("clean", "t", "--max-age", "5d");
        Assert.That((run.ExitCode, File.Exists(old), File.Exists(recent)), Is.EqualTo((0, false, true)), run.Error);
        Assert.That((await workspace.RunAsync("clean", "t", "--max-age", "5d")).ExitCode, Is.EqualTo(1));

        using (new FileStream(recent, FileMode.Open, FileAccess.Write, FileShare.Read))
            Assert.That(
                (await workspace.RunAsync("clean", "t", "--max-size", "1B")).ExitCode,
                Is.EqualTo(1),
                "a file that is open was deleted"
            );
        Assert.That((await workspace.RunAsync("clean", "t", "--max-size", "1B")).ExitCode, Is.Zero);
        Assert.That(File.Exists(workspace.Of("t/spans/spans.jsonl")), "a file that is not ours was deleted");
        Assert.That((await workspace.RunAsync("clean", "t")).ExitCode, Is.EqualTo(2));
        Assert.That((await workspace.RunAsync("clean", "t", "--max-age", "old")).ExitCode, Is.EqualTo(2));
    }

    [Test]
    public async Task Validate_names_file_line_and_rule()
    {
        using var workspace = NewWorkspace();
        var valid = await workspace.RunAsync("validate", "t");
        Assert.That(valid.ExitCode, Is.Zero, valid.Output);
        Assert.That(valid.Output, Is.EqualTo("3 files, 3 spans, 3 events, 3 metric points: 0 errors, 0 leniencies\n"));

        var lenient = workspace.Write(
            "lenient.jsonl",
            Sample.Spans + Sample.Spans.Replace("\"kind\":1", "\"kind\":\"SPAN_KIND_INTERNAL\"", StringComparison.Ordinal)
        );
        var forgiven = await workspace.RunAsync("validate", "lenient.jsonl");
        Assert.That(
            (forgiven.ExitCode, forgiven.Lines[0]),
            Is.EqualTo((0, "lenient.jsonl:2: leniency: an enum value is a name; its number is required (3 times) (enum_name)"))
        );
        Assert.That((await workspace.RunAsync("validate", "lenient.jsonl", "--strict")).ExitCode, Is.EqualTo(1));

        workspace.Write(
            "broken.jsonl",
            Sample.Spans + "\n{\"resourceSpans\":[\n" + Sample.Spans.Replace(Sample.TraceId, "00", StringComparison.Ordinal)
        );
        var broken = await workspace.RunAsync("validate", "broken.jsonl", "-o", "csv");
        Assert.That(broken.ExitCode, Is.EqualTo(1));
        Assert.That(
            broken.Lines.Select(line => string.Join(',', line.Split(',')[..4])),
            Does.Contain("broken.jsonl,2,leniency,blank_line")
                .And.Contain("broken.jsonl,3,error,unreadable")
                .And.Contain("broken.jsonl,4,error,invalid_id")
        );
        Assert.That((await workspace.RunAsync("validate", "nothing.jsonl")).ExitCode, Is.EqualTo(2));
        Assert.That(File.Exists(lenient));
    }

    [Test]
    public async Task The_schema_is_that_of_the_tables()
    {
        using var workspace = new Workspace();
        var spans = await workspace.RunAsync("schema", "spans", "-o", "json");
        Assert.That(
            spans.Json.EnumerateArray().Select(column => column.GetProperty("column").GetString()),
            Is.EqualTo(OtelPipeline.Data.TelemetrySchema.Spans.Select(column => column.Name))
        );
        Assert.That((await workspace.RunAsync("schema")).Output, Does.Contain("metric_name").And.Contain("body_type"));
        Assert.That((await workspace.RunAsync("schema", "flat")).Output, Does.Contain("run_id"));
        Assert.That((await workspace.RunAsync("schema", "nothing")).ExitCode, Is.EqualTo(2));
    }

    [TestCase("bash", "complete -o filenames -F _otelpipe otelpipe")]
    [TestCase("zsh", "#compdef otelpipe")]
    [TestCase("fish", "complete -c otelpipe")]
    [TestCase("pwsh", "Register-ArgumentCompleter")]
    public async Task Shells_get_completions(string shell, string expected)
    {
        using var workspace = new Workspace();
        Assert.That((await workspace.RunAsync("completion", shell)).Output, Does.Contain(expected));
    }

    [Test]
    public async Task Suggestions_complete_commands_and_options()
    {
        using var workspace = new Workspace();
        Assert.That((await workspace.RunAsync("[suggest:11]", "otelpipe me")).Output.Trim(), Is.EqualTo("metrics"));
        Assert.That((await workspace.RunAsync("[suggest:22]", "otelpipe events --out")).Output, Does.Contain("--output"));
    }

    [Test]
    public async Task Help_has_examples_and_arguments_are_checked()
    {
        using var workspace = NewWorkspace();
        var help = await workspace.RunAsync("events", "--help");
        Assert.That(help.ExitCode, Is.Zero);
        Assert.That(help.Output, Does.Contain("Usage:\n  otelpipe events <PATH>...").And.Contain("Examples:\n  otelpipe events"));
        Assert.That((await workspace.RunAsync("--help")).Output, Does.Contain("suggest-columns"));
        Assert.That((await workspace.RunAsync("--version")).ExitCode, Is.Zero);
        foreach (
            var bad in (string[][])
                [
                    [],
                    ["nothing"],
                    ["events"],
                    ["events", "t", "--no-such"],
                    ["events", "t", "--limit", "many"],
                    ["events", "t", "--limit", "-1"],
                    ["events", "t", "--since", "yesteryear"],
                    ["events", "t", "--since", "1h", "--until", "2h"],
                    ["events", "t", "--level", "loud"],
                    ["events", "t", "--output", "xml"],
                    ["events", "t", "--form", "csv"],
                    ["convert", "t", "--to", "otlp"],
                ]
        )
        {
            var run = await workspace.RunAsync(bad);
            Assert.That(run.ExitCode, Is.EqualTo(2), string.Join(' ', bad));
            Assert.That(run.Error, Is.Not.Empty, string.Join(' ', bad));
        }
    }
}
