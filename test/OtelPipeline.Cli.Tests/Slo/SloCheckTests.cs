using System.Xml.Linq;

namespace OtelPipeline.Cli.Tests.Slo;

internal sealed class SloCheckTests
{
    [TestCase(9, 1, 0, "pass", TestName = "Exactly on target passes")]
    [TestCase(8, 2, 1, "fail", TestName = "One event below the target fails")]
    [TestCase(0, 0, 0, "no_data", TestName = "Nothing is no harm where the definition does not say so")]
    public async Task The_exit_code_is_the_verdict(int good, int bad, int exitCode, string result)
    {
        using var workspace = new Workspace();
        workspace.Write("slo.yaml", Objectives.Ratio());
        workspace.Write("spans.jsonl", Objectives.Nodes(good, bad));

        var table = await workspace.RunAsync("slo", "check", "-f", "slo.yaml", "spans.jsonl");
        var json = await workspace.RunAsync("slo", "check", "-f", "slo.yaml", "spans.jsonl", "--output", "json");

        Assert.Multiple(() =>
        {
            Assert.That(table.ExitCode, Is.EqualTo(exitCode), table.Output + table.Error);
            Assert.That(table.Output, Does.Contain(result));
            Assert.That(json.ExitCode, Is.EqualTo(exitCode));
            Assert.That(json.Json[0].GetProperty("result").GetString(), Is.EqualTo(result));
            Assert.That(json.Json[0].GetProperty("good").GetDecimal(), Is.EqualTo(good));
            Assert.That(json.Json[0].GetProperty("total").GetDecimal(), Is.EqualTo(good + bad));
        });
    }

    [Test]
    public async Task No_data_fails_where_the_definition_says_so()
    {
        using var workspace = new Workspace();
        workspace.Write("slo.yaml", Objectives.Ratio(noData: ", noData: fail"));
        workspace.Write("spans.jsonl", Objectives.Nodes(0, 0));

        var result = await workspace.RunAsync("slo", "check", "-f", "slo.yaml", "spans.jsonl");

        Assert.That(result.ExitCode, Is.EqualTo(1), result.Output + result.Error);
    }

    [Test]
    public async Task What_cannot_be_judged_ends_with_2()
    {
        using var workspace = new Workspace();
        workspace.Write(
            "slo.yaml",
            """
            apiVersion: openslo/v1
            kind: SLO
            metadata: {name: elsewhere}
            spec:
              service: s
              budgetingMethod: Occurrences
              timeWindow: [{duration: 30d, isRolling: true}]
              indicator:
                metadata: {name: e}
                spec:
                  ratioMetric:
                    counter: true
                    good: {metricSource: {type: Prometheus, spec: {query: good_total}}}
                    total: {metricSource: {type: Prometheus, spec: {query: all_total}}}
              objectives: [{target: 0.9}]
            """
        );
        workspace.Write("spans.jsonl", Objectives.Nodes(1, 0));

        var result = await workspace.RunAsync("slo", "check", "-f", "slo.yaml", "spans.jsonl");

        Assert.Multiple(() =>
        {
            Assert.That(result.ExitCode, Is.EqualTo(2), result.Output + result.Error);
            Assert.That(result.Output, Does.Contain("invalid").And.Contain("Prometheus"));
        });
    }

    [Test]
    public async Task A_bad_definition_is_told_with_file_and_line()
    {
        using var workspace = new Workspace();
        workspace.Write("slo.yaml", Objectives.Ratio(target: "1.5"));
        workspace.Write("spans.jsonl", Objectives.Nodes(1, 0));

        var result = await workspace.RunAsync("slo", "check", "-f", "slo.yaml", "spans.jsonl");

        Assert.Multiple(() =>
        {
            Assert.That(result.ExitCode, Is.EqualTo(2));
            Assert.That(result.Error, Does.Contain("slo.yaml:15").And.Contain("1.5"));
        });
    }

    [TestCase("slo check -f slo.yaml nowhere", "nowhere")]
    [TestCase("slo check -f none.yaml spans.jsonl", "none.yaml")]
    [TestCase("slo check spans.jsonl", "--file")]
    [TestCase("slo check -f slo.yaml spans.jsonl --window 1x", "--window")]
    [TestCase("slo check -f slo.yaml spans.jsonl --window 40d", "--window")]
    [TestCase("slo check -f slo.yaml spans.jsonl --at soon", "--at")]
    public async Task Bad_arguments_end_with_2(string commandLine, string message)
    {
        using var workspace = new Workspace();
        workspace.Write("slo.yaml", Objectives.Ratio());
        workspace.Write("spans.jsonl", Objectives.Nodes(1, 0));

        var result = await workspace.RunAsync(commandLine.Split(' '));

        Assert.Multiple(() =>
        {
            Assert.That(result.ExitCode, Is.EqualTo(2), result.Output);
            Assert.That(result.Error, Does.Contain(message));
        });
    }

    [Test]
    public async Task The_window_and_the_time_choose_what_counts()
    {
        using var workspace = new Workspace();
        workspace.Write("slo.yaml", Objectives.Ratio(window: "30d"));
        workspace.Write("spans.jsonl", Objectives.Nodes(8, 2));

        var late = await workspace.RunAsync(
            "slo",
            "check",
            "-f",
            "slo.yaml",
            "spans.jsonl",
            "--window",
            "5m",
            "--at",
            "2026-12-24",
            "--output",
            "json"
        );
        var now = await workspace.RunAsync("slo", "check", "-f", "slo.yaml", "spans.jsonl", "--output", "json");

        Assert.Multiple(() =>
        {
            Assert.That(now.Json[0].GetProperty("total").GetDecimal(), Is.EqualTo(10), now.Output + now.Error);
            Assert.That(late.Json[0].GetProperty("total").GetDecimal(), Is.Zero, late.Output + late.Error);
        });
    }

    [TestCase("--run r1", 0, TestName = "The run that is asked for")]
    [TestCase("--run r2", 1, TestName = "Another run")]
    [TestCase("", 1, TestName = "The run that was active last")]
    [TestCase("--run r3", 0, TestName = "A run that is not there has no data")]
    public async Task The_run_chooses_what_counts(string option, int exitCode)
    {
        using var workspace = new Workspace();
        workspace.Write("slo.yaml", Objectives.Ratio());
        workspace.Write("spans.jsonl", Run("r1", 0, "success") + Run("r2", 100_000, "failure"));

        var result = await workspace.RunAsync([
            .. "slo check -f slo.yaml spans.jsonl".Split(' '),
            .. option.Length > 0 ? option.Split(' ') : [],
        ]);

        Assert.That(result.ExitCode, Is.EqualTo(exitCode), result.Output + result.Error);

        static string Run(string id, int at, string nodeResult) =>
            Sample.Line(
                "Spans",
                Sample.Span("1111111111111111", null, "run etl", at, 1_000, 0, ("pipeline.run.id", id)),
                Sample.Span(
                    "2222222222222222",
                    null,
                    "node work",
                    at,
                    500,
                    0,
                    ("pipeline.run.id", id),
                    ("pipeline.node.result", nodeResult)
                )
            );
    }

    [Test]
    public async Task A_baseline_is_shown_and_changes_nothing()
    {
        using var workspace = new Workspace();
        workspace.Write("slo.yaml", Objectives.Ratio());
        workspace.Write("spans.jsonl", Objectives.Nodes(8, 2));
        workspace.Write("before.jsonl", Objectives.Nodes(10, 0));

        var table = await workspace.RunAsync("slo", "check", "-f", "slo.yaml", "spans.jsonl", "--baseline", "before.jsonl");
        var json = await workspace.RunAsync(
            "slo",
            "check",
            "-f",
            "slo.yaml",
            "spans.jsonl",
            "--baseline",
            "before.jsonl",
            "--output",
            "json"
        );

        Assert.Multiple(() =>
        {
            Assert.That(table.ExitCode, Is.EqualTo(1));
            Assert.That(table.Lines[1], Does.Contain("80 %").And.Contain("100 %"));
            Assert.That(json.Json[0].GetProperty("baseline").GetProperty("sli").GetDecimal(), Is.EqualTo(1));
        });
    }

    [Test]
    public async Task A_failure_names_a_trace_and_what_the_bad_ones_have_in_common()
    {
        using var workspace = new Workspace();
        workspace.Write("slo.yaml", Objectives.Ratio());
        workspace.Write("spans.jsonl", Objectives.Nodes(40, 20));

        var result = await workspace.RunAsync("slo", "check", "-f", "slo.yaml", "spans.jsonl", "--output", "json");
        var why = result.Json[0].GetProperty("why");

        Assert.Multiple(() =>
        {
            Assert.That(why.GetProperty("first_bad_trace_id").GetString(), Is.EqualTo(Sample.TraceId));
            Assert.That(why.GetProperty("causes").ToString(), Does.Contain("omega"));
        });
    }

    [Test]
    public async Task JUnit_counts_failures_and_what_was_skipped()
    {
        using var workspace = new Workspace();
        workspace.Write("slo.yaml", Objectives.Ratio() + "---\n" + Objectives.Ratio(name: "nothing", where: "name = \"else\""));
        workspace.Write("spans.jsonl", Objectives.Nodes(8, 2));

        var result = await workspace.RunAsync("slo", "check", "-f", "slo.yaml", "spans.jsonl", "--output", "junit");
        var suite = XDocument.Parse(result.Output).Root!.Element("testsuite")!;

        Assert.Multiple(() =>
        {
            Assert.That(result.ExitCode, Is.EqualTo(1));
            Assert.That(suite.Attribute("tests")!.Value, Is.EqualTo("2"));
            Assert.That(suite.Attribute("failures")!.Value, Is.EqualTo("1"));
            Assert.That(suite.Attribute("skipped")!.Value, Is.EqualTo("1"));
            Assert.That(suite.Descendants("failure").Single().Attribute("message")!.Value, Does.Contain("80 %"));
        });
    }

    [Test]
    public async Task GitHub_gets_an_annotation_at_the_line_of_the_objective()
    {
        using var workspace = new Workspace();
        workspace.Write("slo.yaml", Objectives.Ratio());
        workspace.Write("spans.jsonl", Objectives.Nodes(8, 2));

        var result = await workspace.RunAsync("slo", "check", "-f", "slo.yaml", "spans.jsonl", "--output", "github");

        Assert.That(
            result.Lines.Single(),
            Does.StartWith("::error file=slo.yaml,line=15,title=SLO nodes%3A fail::fail").And.Contain("80 %25")
        );
    }
}
