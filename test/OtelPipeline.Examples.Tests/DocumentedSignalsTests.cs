namespace OtelPipeline.Examples.Tests;

/// <summary>What the examples emit is in docs/telemetry.md.</summary>
public sealed class DocumentedSignalsTests
{
    /// <summary>Another example is another line: its name, that of its service, and arguments with which it emits much and ends soon.</summary>
    private static IEnumerable<TestCaseData> Examples() =>
        new (string Example, string Service, string[] Arguments)[]
        {
            ("QuickStart", "quickstart", ["--input", "input", "--fail-at", "write"]),
            ("ContentDownload", "content-download", ["--count", "100", "--fault", "http-429"]),
            ("Simulation", "simulation", ["--fault", "quality"]),
            ("StreamBroker", "stream-broker", ["--duration", "3", "--urls", "http://127.0.0.1:0"]),
        }.Select(static e => new TestCaseData(e.Example, e.Service, e.Arguments).SetArgDisplayNames(e.Example));

    [TestCaseSource(nameof(Examples))]
    public async Task Everything_that_an_example_emits_is_documented(string example, string service, string[] arguments)
    {
        using var workspace = new Workspace();
        workspace.Add("Alpha.xml", "Alpha", ("T:Alpha", "<summary>One.</summary>"), ("M:Alpha.Go", "")).Add("broken.xml", "<doc>");
        var (_, output) = await ExampleProcess.RunAsync(
            example,
            workspace.Root,
            ["--output", workspace.Output, "--format", "jsonl", .. arguments]
        );
        var telemetry = JsonLines.Read(workspace.Output, service);
        Assert.That(new[] { telemetry.Spans.Count, telemetry.Logs.Count, telemetry.Points.Count }, Is.All.Positive, output);
        Assert.That(DocumentedSignals.Read().Missing(telemetry), Is.Empty);
    }

    [Test]
    public void What_is_not_documented_is_found()
    {
        var telemetry = new Telemetry();
        telemetry.Spans.Add(
            new("OtelPipeline", "", "", "", "node load", 1, 0, 1, "pipeline.node.nam=load; pipeline.node.name=load", [], 0)
        );
        telemetry.Spans.Add(new("OtelPipeline", "", "", "", "nod load", 1, 0, 1, "", [], 0));
        telemetry.Logs.Add(new("OtelPipeline", "pipeline.run.begin", 0, 9, "", "", "", ""));
        telemetry.Points.Add(new("OtelPipeline", "pipeline.run.duration", "ms", "histogram", ""));
        telemetry.Points.Add(new("OtelPipeline", "pipeline.items", "{item}", "sum", "pipeline.run.id=1"));
        telemetry.Points.Add(new("OtelPipeline", "pipeline.run.count", "{run}", "sum", ""));
        Assert.That(
            DocumentedSignals.Read().Missing(telemetry),
            Is.EqualTo(
                new[]
                {
                    "span node load: pipeline.node.nam",
                    "span nod load",
                    "event pipeline.run.begin",
                    "metric pipeline.run.duration: histogram in 'ms' is documented as Histogram in 's'",
                    "metric pipeline.items: pipeline.run.id",
                    "metric pipeline.run.count",
                }
            )
        );
    }
}
