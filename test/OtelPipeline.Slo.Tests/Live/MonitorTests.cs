using System.Diagnostics.Metrics;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using OpenTelemetry;
using OpenTelemetry.Metrics;
using OpenTelemetry.Trace;

namespace OtelPipeline.Slo.Tests.Live;

[NonParallelizable]
public sealed class MonitorTests
{
    private const string Names = "slo.name=ratio";

    [Test]
    public void Spans_become_counters_with_exemplars_and_gauges()
    {
        using var sdk = new LiveSdk(Definitions.Ratio("1h"));
        Assert.That(sdk.Value("slo.events", Names, "slo.outcome=bad"), Is.Zero, "both are there from the start");
        Assert.That(sdk.Value("slo.events", Names, "slo.outcome=good"), Is.Zero);
        Assert.That(sdk.Value("slo.result", Names, "slo.result.state=no_data"), Is.EqualTo(1));

        sdk.Time.Advance(TimeSpan.FromSeconds(30));
        for (var i = 0; i < 10; i++)
            sdk.Work(ok: i > 1);
        sdk.Time.Advance(TimeSpan.FromSeconds(10));

        var points = sdk.Collect();
        LiveSdk.Point One(string metric, params string[] tags) => points.Single(p => p.Metric == metric && tags.All(p.Tags.Contains));
        Assert.That(One("slo.events", Names, "slo.outcome=bad").Value, Is.EqualTo(2));
        Assert.That(One("slo.events", Names, "slo.outcome=good").Value, Is.EqualTo(8));
        Assert.That(One("slo.events", Names, "slo.outcome=bad").Exemplars, Is.Not.Empty);
        Assert.That(One("slo.result", Names, "slo.result.state=fail").Value, Is.EqualTo(1));
        Assert.That(One("slo.result", Names, "slo.result.state=no_data").Value, Is.Zero);
        Assert.That(One("slo.sli.value", Names, "slo.objective.name=main").Value, Is.EqualTo(0.8));
        Assert.That(One("slo.objective.value", Names).Value, Is.EqualTo(0.9));
        Assert.That(One("slo.error_budget.remaining_ratio", Names, "slo.window=1h").Value, Is.EqualTo(-1).Within(1e-9));

        // burn rates wait until their window is known
        Assert.That(points.Where(static p => p.Metric == "slo.burn_rate.ratio"), Is.Empty);
        sdk.Time.Advance(TimeSpan.FromSeconds(30));
        Assert.That(sdk.Value("slo.burn_rate.ratio", Names, "slo.window=1m"), Is.EqualTo(2).Within(1e-9));
    }

    [Test]
    public void The_exemplar_is_the_span_that_ended()
    {
        using var sdk = new LiveSdk(Definitions.Ratio("1h"));
        string trace;
        using (var outer = LiveSdk.Source.StartActivity("outer")!)
        {
            System.Diagnostics.Activity.Current = null;
            using var inner = LiveSdk.Source.StartActivity("work")!;
            inner.SetTag("ok", false);
            trace = inner.TraceId.ToString();
            System.Diagnostics.Activity.Current = outer;
            inner.Stop();
            Assert.That(System.Diagnostics.Activity.Current, Is.Not.SameAs(inner));
        }

        Assert.That(
            sdk.Collect().Single(static p => p.Metric == "slo.events" && p.Tags.Contains("slo.outcome=bad")).Exemplars,
            Is.EqualTo(new[] { trace })
        );
    }

    [Test]
    public void An_idle_process_still_slides()
    {
        using var sdk = new LiveSdk(Definitions.Ratio("5m"));
        sdk.Work(ok: false);
        sdk.Time.Advance(TimeSpan.FromSeconds(10));
        Assert.That(sdk.Monitor.Verdicts.Single().Result, Is.EqualTo(SloResult.Fail));
        sdk.Time.Advance(TimeSpan.FromMinutes(5));
        Assert.That(sdk.Monitor.Verdicts.Single().Result, Is.EqualTo(SloResult.NoData));
    }

    [Test]
    public async Task The_end_of_a_run_is_judged_in_its_trace()
    {
        using var sdk = new LiveSdk(Definitions.Ratio());
        var verdicts = new List<SloVerdict>();
        sdk.Monitor.Evaluated += verdicts.Add;
        sdk.Monitor.Evaluated += static _ => throw new InvalidOperationException("a handler of the user's");
        var id = "";
        await new Pipeline("p").RunAsync(run =>
        {
            id = run.Id;
            for (var i = 0; i < 10; i++)
                sdk.Work(ok: i > 2);
            return Task.CompletedTask;
        });

        Assert.That(verdicts.Single().RunId, Is.EqualTo(id));
        Assert.That((verdicts[0].Good, verdicts[0].Bad, verdicts[0].Result), Is.EqualTo((7m, 3m, SloResult.Fail)));
        var log = sdk.Logs.Single(static l => l.Event == "pipeline.slo.evaluation");
        Assert.That(log.Body, Does.StartWith("objective ratio: fail, 3 of 10 are bad, 1 are allowed"));
        Assert.That(log.Attributes["slo.name"], Is.EqualTo("ratio"));
        Assert.That(log.Attributes["slo.objective.name"], Is.EqualTo("main"));
        Assert.That(log.Attributes["slo.result.state"], Is.EqualTo("fail"));
        Assert.That(log.Attributes["slo.sli.value"], Is.EqualTo(0.7));
        Assert.That(log.Attributes["pipeline.run.id"], Is.EqualTo(id));
        Assert.That(log.Attributes["slo.bad.trace_id"], Has.Length.EqualTo(32));
        Assert.That(log.Trace, Is.EqualTo(sdk.Logs.Single(static l => l.Event == "pipeline.run.start").Trace));

        await new Pipeline("p").RunAsync(_ => Task.CompletedTask);
        Assert.That(verdicts[^1].Result, Is.EqualTo(SloResult.NoData), "the next run begins with nothing");
    }

    [Test]
    public void A_change_of_the_result_is_told_once()
    {
        using var sdk = new LiveSdk(Definitions.Ratio("5m"));
        foreach (var (ok, expected) in new[] { (true, "pass"), (true, "pass"), (false, "fail") })
        {
            sdk.Work(ok);
            sdk.Time.Advance(TimeSpan.FromSeconds(10));
            Assert.That(
                sdk.Logs.Last(static l => l.Event == "pipeline.slo.evaluation").Attributes["slo.result.state"],
                Is.EqualTo(expected)
            );
        }

        sdk.Time.Advance(TimeSpan.FromMinutes(10));
        Assert.That(
            sdk.Logs.Where(static l => l.Event == "pipeline.slo.evaluation").Select(static l => l.Attributes["slo.result.state"]),
            Is.EqualTo(new[] { "pass", "fail", "no_data" })
        );
    }

    [Test]
    public void Events_are_judged()
    {
        using var sdk = new LiveSdk(
            Definitions.Threshold(
                "waits",
                "signal: events, where: '{ event:name = \"request\" }', value: .wait",
                "op: lte, value: 0.25, target: 0.5",
                "1h"
            ),
            time: new(TimeProvider.System.GetUtcNow())
        );
        foreach (var wait in new object[] { 0.25, 0.2500001, 0, "text" })
            sdk.Logger.Log(
                LogLevel.Information,
                new EventId(7, "request"),
                new List<KeyValuePair<string, object?>> { new("wait", wait) },
                null,
                static (_, _) => ""
            );

        var verdict = sdk.Monitor.Evaluate().Single();
        Assert.That((verdict.Good, verdict.Bad, verdict.Result), Is.EqualTo((2m, 1m, SloResult.Pass)));
    }

    [Test]
    public void Measurements_are_judged_and_thresholds_become_boundaries()
    {
        using var meter = new Meter("Work");
        using var sdk = new LiveSdk(
            Definitions.Join(
                Definitions.Threshold(
                    "waits",
                    "signal: metrics, metric: work.wait, where: '{ .role = \"a\" }'",
                    "op: lte, value: 0.3, target: 0.5",
                    "1h"
                ),
                Definitions.Threshold(
                    "opens",
                    "signal: metrics, metric: work.opens, aggregate: count, empty: zero",
                    "op: lte, value: 4, target: 0.99",
                    "1h"
                ),
                Definitions.Threshold(
                    "depth",
                    "signal: metrics, metric: work.depth, aggregate: max",
                    "op: lt, value: 8, target: 0.99",
                    "1h"
                )
            )
        );
        var waits = meter.CreateHistogram<double>(
            "work.wait",
            advice: new InstrumentAdvice<double> { HistogramBucketBoundaries = [0.1, 1] }
        );
        var opens = meter.CreateCounter<int>("work.opens");
        meter.CreateObservableGauge("work.depth", static () => 7L);
        foreach (var wait in new[] { 0.1, 0.3, 0.31 })
            waits.Record(wait, new KeyValuePair<string, object?>("role", "a"));
        waits.Record(9, new KeyValuePair<string, object?>("role", "b"));
        opens.Add(2);
        opens.Add(3);
        sdk.Time.Advance(TimeSpan.FromSeconds(10));

        var (wait1, open, depth) = (sdk.Monitor.Verdicts[0], sdk.Monitor.Verdicts[1], sdk.Monitor.Verdicts[2]);
        Assert.That((wait1.Good, wait1.Bad, wait1.Result), Is.EqualTo((2m, 1m, SloResult.Pass)));
        Assert.That((open.Actual, open.Result), Is.EqualTo((5m, SloResult.Fail)));
        Assert.That((depth.Actual, depth.Result), Is.EqualTo((7m, SloResult.Pass)));
        Assert.That(
            sdk.Collect().First(static p => p.Metric == "work.wait").Bounds,
            Is.EqualTo(new[] { 0.1, 0.3, 1, double.PositiveInfinity })
        );
        Assert.That(sdk.Value("slo.events", "slo.name=waits", "slo.outcome=bad"), Is.EqualTo(1));
    }

    [Test]
    public void A_view_of_the_users_own_wins()
    {
        using var meter = new Meter("Work");
        using var sdk = new LiveSdk(
            Definitions.Threshold("waits", "signal: metrics, metric: work.wait", "op: lte, value: 0.3, target: 0.5", "1h"),
            static otel =>
                otel.WithMetrics(static metrics =>
                    metrics.AddView("work.wait", new ExplicitBucketHistogramConfiguration { Boundaries = [7] })
                )
        );
        meter.CreateHistogram<double>("work.wait").Record(1);

        Assert.That(sdk.Collect().Single(static p => p.Metric == "work.wait").Bounds, Is.EqualTo(new[] { 7, double.PositiveInfinity }));
    }

    [TestCase(true)]
    [TestCase(false)]
    public void Objectives_see_what_has_been_redacted(bool first)
    {
        using var sdk = new LiveSdk(Definitions.Ratio("1h"), first: first);
        sdk.Work(true);
        sdk.Work(false, tags: ("api_token", "s3cr3t"));

        var why = sdk.Monitor.Evaluate().Single().Why!;
        Assert.That(why.ToString() + string.Join(',', why.Causes), Does.Not.Contain("s3cr3t"));
        Assert.That(why.Causes.Select(static c => c.Key), Does.Contain("api_token"));
    }

    [Test]
    public void A_sampler_that_drops_spans_is_warned_about()
    {
        using (
            var sdk = new LiveSdk(
                Definitions.Ratio("1h"),
                static otel => otel.WithTracing(static t => t.SetSampler(new TraceIdRatioBasedSampler(0.5)))
            )
        )
        {
            for (var i = 0; i < 50 && sdk.Logs.Count == 0; i++)
                LiveSdk.Source.StartActivity("work")?.Dispose();
            Assert.That(sdk.Logs.Select(static l => l.Body), Has.One.StartsWith("The sampler TraceIdRatioBasedSampler drops spans"));
        }

        using (
            var sdk = new LiveSdk(
                Definitions.Ratio("1h"),
                static otel => otel.WithTracing(static t => t.SetSampler(new AlwaysRecordSampler(new TraceIdRatioBasedSampler(0.5))))
            )
        )
        {
            for (var i = 0; i < 100; i++)
                sdk.Work(true);
            Assert.That(sdk.Logs, Is.Empty);
            Assert.That(sdk.Monitor.Evaluate().Single().Total, Is.EqualTo(100m), "all are judged");
            Assert.That(sdk.Spans, Has.Count.LessThan(90), "and only the sampled ones exported");
        }
    }

    [Test]
    public void A_changed_file_is_read_again_and_counts_stay()
    {
        using var sdk = new LiveSdk(Definitions.Ratio("1h", "0.9"));
        for (var i = 0; i < 10; i++)
            sdk.Work(ok: i > 1);
        sdk.Time.Advance(TimeSpan.FromSeconds(10));
        Assert.That(sdk.Monitor.Verdicts.Single().Result, Is.EqualTo(SloResult.Fail));

        File.WriteAllText(sdk.DefinitionPath, Definitions.Join(Definitions.Ratio("1h", "0.75"), Definitions.Ratio("30d", "0.5", "new")));
        sdk.Time.Advance(TimeSpan.FromSeconds(10));
        Assert.That(
            sdk.Monitor.Verdicts.Select(static v => (v.Slo.Name, v.Total, v.Result)),
            Is.EqualTo(new[] { ("ratio", 10m, SloResult.Pass), ("new", 0m, SloResult.NoData) })
        );

        File.WriteAllText(sdk.DefinitionPath, "kind: nothing");
        sdk.Time.Advance(TimeSpan.FromSeconds(10));
        Assert.That(sdk.Monitor.Verdicts, Has.Count.EqualTo(2), "a broken one is not taken");
        Assert.That(
            sdk.Logs.Select(static l => l.Body),
            Has.One.StartsWith("The changed definition has errors and the one before stays in force.")
        );
        sdk.Work(ok: true);
        Assert.That(sdk.Monitor.Evaluate()[1].Total, Is.EqualTo(1m));
    }

    [Test]
    public void A_broken_definition_ends_the_start()
    {
        var error = Assert.Throws<SloFormatException>(static () => new LiveSdk("kind: nothing").Dispose());
        Assert.That(error!.Errors, Is.Not.Empty);
    }

    [Test]
    public void Options_come_from_configuration_and_are_checked()
    {
        SloOptions Read(params (string Key, string Value)[] settings)
        {
            var services = new ServiceCollection();
            services.AddSingleton<IConfiguration>(
                new ConfigurationBuilder()
                    .AddInMemoryCollection(settings.ToDictionary(static s => "OtelPipeline:Slo:" + s.Key, static s => (string?)s.Value))
                    .Build()
            );
            new Builder(services).UseSlo("named", null);
            using var provider = services.BuildServiceProvider();
            return provider.GetRequiredService<IOptionsMonitor<SloOptions>>().Get("named");
        }

        Assert.That(Read(("Path", "a.yaml"), ("named:Path", "b.yaml"), ("Interval", "00:00:30")).Path, Is.EqualTo("b.yaml"));
        Assert.That(Read(("Interval", "00:00:30"), ("RestoreFrom", "telemetry")).RestoreFrom, Is.EqualTo("telemetry"));
        Assert.That(
            () => Read(("Interval", "00:00:00")),
            Throws
                .TypeOf<OptionsValidationException>()
                .With.Message.EqualTo("OtelPipeline:Slo:Interval is '00:00:00'. Give 1 second to 5 minutes.")
        );
        Assert.That(
            () => Read(("Intervall", "1")),
            Throws
                .TypeOf<OptionsValidationException>()
                .With.Message.StartsWith("The configuration key 'OtelPipeline:Slo:Intervall' is unknown")
        );
    }

    private sealed class Builder(IServiceCollection services) : IOpenTelemetryBuilder
    {
        public IServiceCollection Services => services;
    }
}
