using OtelPipeline.Data;
using OtelPipeline.Slo;
using OtelPipeline.Testing;

namespace OtelPipeline.Examples.Tests;

/// <summary>
/// The eight objectives of the downloader: a healthy run passes all of them, and each fault breaks its own and is named in the first line.
/// </summary>
[NonParallelizable]
public sealed class DownloadObjectivesTests : IDisposable
{
    private readonly Workspace _workspace = new();

    public void Dispose() => _workspace.Dispose();

    private async Task<IReadOnlyList<SloVerdict>> RunAsync(params string[] arguments)
    {
        var (exitCode, output) = await ExampleProcess.RunAsync(
            "ContentDownload",
            _workspace.Root,
            ["--count", "600", "--format", "jsonl", "--output", _workspace.Output, .. arguments]
        );
        Assert.That(exitCode, Is.Zero, output);
        var evaluator = new SloEvaluator(SloDocument.Load(Path.Combine(RepositoryPaths.Root, "examples", "ContentDownload", "slo.yaml")));
        TelemetryReader.Read([_workspace.Output], evaluator.Observe);
        var verdicts = evaluator.Evaluate();

        // what the process said at the end of the run is what the files say
        var live = new Dictionary<string, string>();
        TelemetryReader.ReadEvents(
            [_workspace.Output],
            record =>
            {
                if (record.EventName == "pipeline.slo.evaluation")
                    live[record.Attributes["slo.name"].ToString()] = record.Attributes["slo.result.state"].ToString();
            }
        );
        Assert.That(
            live,
            Is.EquivalentTo(verdicts.ToDictionary(static v => v.Slo.Name, static v => v.Result.ToString().ToLowerInvariant()))
        );
        return verdicts;
    }

    [Test]
    public async Task A_healthy_run_passes()
    {
        var verdicts = await RunAsync();

        Assert.That(verdicts, Has.Count.EqualTo(8));
        Assert.That(
            verdicts
                .Where(static v => v.Result != SloResult.Pass)
                .Select(static v => $"{v.Objective}: {v.Result}, {v.Reason ?? v.Why?.Summary}"),
            Is.Empty
        );
    }

    [TestCase("yield", "http.response.status_code=404")]
    [TestCase("ttfr-p50", "server.address=primary.test")]
    [TestCase("ttfr-p95", "server.address=archive.test")]
    [TestCase("http-429", "http.response.status_code=429")]
    [TestCase("metadata-cache", "server.address=catalog.test")]
    [TestCase("limiter-delay-p95", "server.address=primary.test")]
    [TestCase("breaker-opens", "pipeline.circuit_breaker.name=")]
    [TestCase("corruption", "pipeline.item.id=")]
    public async Task A_fault_breaks_its_objective_and_is_named(string fault, string cause)
    {
        var verdicts = await RunAsync("--fault", fault);

        var verdict = verdicts.Single(v => v.Slo.Name == fault);
        Assert.That(verdict.Result, Is.EqualTo(SloResult.Fail));
        Assert.That(verdict.Why!.Summary, Does.Contain(cause));
    }
}
