namespace OtelPipeline.Cli.Tests;

[Parallelizable(ParallelScope.All)]
internal sealed class QueryTests
{
    [Test]
    public async Task Spans_are_found()
    {
        using var workspace = new Workspace();
        workspace.Write("t/spans.jsonl", Sample.Spans);
        var csv = await workspace.RunAsync(
            "query",
            "{ status = error && .pipeline.node.name = \"clean\" }",
            "t",
            "-o",
            "csv",
            "--select",
            "pipeline.run.id,none"
        );
        Assert.That(csv.ExitCode, Is.Zero, csv.Error);
        Assert.That(
            csv.Output,
            Is.EqualTo(
                "timestamp,duration_ms,status,service_name,name,trace_id,span_id,pipeline.run.id,none\n"
                    + $"2026-11-18T11:06:41.200000000Z,1500,error,etl,node clean,{Sample.TraceId},3333333333333333,{Sample.RunId},\n"
            )
        );
        var lines = await workspace.RunAsync("query", "{ duration >= 1s } | select(name)", "t", "-o", "jsonl");
        Assert.That(lines.Lines, Has.Length.EqualTo(3));
        Assert.That(lines.Lines[1], Does.Contain("\"message\":\"node load\"").And.EndWith(",\"query\":{\"name\":\"node load\"}}"));
        var structural = await workspace.RunAsync("query", "{ name = \"run etl\" } > { status = error } | count() = 1", "t");
        Assert.That(structural.Lines, Has.Length.EqualTo(2));
        Assert.That(structural.Lines[1], Does.Contain("node clean").And.EndWith("count()=1"));
        var limited = await workspace.RunAsync("query", "{}", "t", "--limit", "2", "-o", "json");
        Assert.That(limited.Json.GetArrayLength(), Is.EqualTo(2));
        Assert.That(limited.Error, Does.Contain("more than 2"));
        var since = await workspace.RunAsync("query", "{}", "t", "--since", "2026-11-18T11:06:42Z", "-o", "json");
        Assert.That(since.Json.GetArrayLength(), Is.EqualTo(2), "spans that ended before are left out");
    }

    [Test]
    public async Task Time_series_are_computed()
    {
        using var workspace = new Workspace();
        workspace.Write("t/spans.jsonl", Sample.Spans);
        var json = (
            await workspace.RunAsync("query", "{ name =~ \"node.*\" } | count_over_time() by (name)", "t", "--step", "1h", "-o", "json")
        ).Json;
        Assert.That(
            json.EnumerateArray()
                .Where(point => point.GetProperty("value").GetDouble() > 0)
                .Select(point => $"{point.GetProperty("labels").GetProperty("name")} {point.GetProperty("value")}"),
            Is.EqualTo(new[] { "node clean 1", "node load 1" })
        );
    }

    [Test]
    public async Task What_is_no_query_is_shown_with_its_place()
    {
        using var workspace = new Workspace();
        workspace.Write("t/spans.jsonl", Sample.Spans);
        var bad = await workspace.RunAsync("query", "{ nme = 1 }", "t");
        Assert.That((bad.ExitCode, bad.Output), Is.EqualTo((2, "")));
        Assert.That(bad.Error, Does.Contain("1:3: ").And.Contain("{ nme = 1 }\n  ^"));
        Assert.That((await workspace.RunAsync("query", "{ name = \"nothing\" }", "t")).ExitCode, Is.EqualTo(1));
        Assert.That((await workspace.RunAsync("query", "{} | rate()", "t", "--step", "wide")).ExitCode, Is.EqualTo(2));
    }
}
