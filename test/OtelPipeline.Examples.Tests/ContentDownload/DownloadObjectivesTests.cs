using OtelPipeline.Data;
using OtelPipeline.Slo;

namespace OtelPipeline.Examples.Tests.ContentDownload;

/// <summary>
/// The eight objectives of the downloader: a healthy run passes all of them, and each fault breaks its own and is named in the first line. What the process says
/// live, what its files say and what a Prometheus that scrapes it fires are the same.
/// </summary>
[Parallelizable(ParallelScope.Children)]
public sealed class DownloadObjectivesTests
{
    [Test]
    public async Task A_healthy_run_passes()
    {
        var verdicts = Verdicts(await DownloadRuns.Of(DownloadRuns.Healthy));

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
        var verdict = Verdicts(await DownloadRuns.Of(fault)).Single(v => v.Slo.Name == fault);

        Assert.That(verdict.Result, Is.EqualTo(SloResult.Fail));
        Assert.That(verdict.Why!.Summary, Does.Contain(cause));
    }

    [TestCase(DownloadRuns.Healthy)]
    [TestCaseSource(typeof(DownloadRuns), nameof(DownloadRuns.Faults))]
    public async Task What_the_process_says_live_is_what_its_files_say(string fault)
    {
        var run = await DownloadRuns.Of(fault);
        var live = new Dictionary<string, string>();
        TelemetryReader.ReadEvents(
            [run.Output],
            record =>
            {
                if (record.EventName == "pipeline.slo.evaluation")
                    live[record.Attributes["slo.name"].ToString()] = record.Attributes["slo.result.state"].ToString();
            }
        );

        Assert.That(
            live,
            Is.EquivalentTo(Verdicts(run).ToDictionary(static v => v.Slo.Name, static v => v.Result.ToString().ToLowerInvariant()))
        );
    }

    [TestCase(DownloadRuns.Healthy)]
    [TestCaseSource(typeof(DownloadRuns), nameof(DownloadRuns.Faults))]
    public async Task Prometheus_fires_the_alerts_of_the_fault_and_no_other_verdict(string fault)
    {
        var run = await DownloadRuns.Of(fault);

        Assert.That(run.Alerts, Is.SupersetOf(DownloadPrometheus.Expected(fault)), run.History);
        Assert.That(
            run.Alerts.Where(static a => a.StartsWith("failed ", StringComparison.Ordinal)),
            Is.EquivalentTo(Verdicts(run).Where(static v => v.Result == SloResult.Fail).Select(static v => $"failed {v.Slo.Name}"))
        );
        TestContext.Out.WriteLine(string.Join('\n', run.Alerts));
    }

    private static IReadOnlyList<SloVerdict> Verdicts(DownloadRun run)
    {
        var evaluator = new SloEvaluator(SloDocument.Load(DownloadPrometheus.Definition));
        evaluator.Read([run.Output]);
        return evaluator.Evaluate();
    }
}
