using OtelPipeline.Slo.OpenSlo;
using OtelPipeline.Testing;

namespace OtelPipeline.Slo.Tests.OpenSlo;

public class DocumentTests
{
    private const string Whole = """
        apiVersion: openslo/v1
        kind: SLO
        metadata:
          name: availability
          displayName: Availability
          labels: {team: [identity, rbac], tier: "1"}
          annotations:
            example.com/link: https://example.com
            otelpipeline/exclude: "2026-11-20T22:00:00Z/2026-11-21T02:00:00Z; sun 02:00-04:00 Europe/Berlin"
        spec:
          description: Answers come.
          service: shop
          timeWindow:
            - duration: 1M
              calendar: {startTime: 2026-01-01 00:00:00, timeZone: America/New_York}
          budgetingMethod: Timeslices
          indicatorRef: answers
          objectives:
            - {displayName: strict, targetPercent: 99.95, timeSliceTarget: 0.99, timeSliceWindow: 5}
            - {target: 0.5, timeSliceTarget: 1.0, timeSliceWindow: 1m}
          alertPolicies:
            - alertPolicyRef: fast
            - metadata: {name: slow}
              spec:
                alertWhenResolved: true
                conditions:
                  - kind: AlertCondition
                    metadata: {name: slow-burn}
                    spec: {severity: ticket, condition: {op: gte, threshold: 1, lookbackWindow: 3d, alertAfter: 0m}}
                notificationTargets: [{metadata: {name: mail}, spec: {target: email}}]
        ---
        apiVersion: openslo/v1
        kind: SLI
        metadata: {name: answers}
        spec:
          ratioMetric:
            counter: true
            bad: {metricSource: {metricSourceRef: prom, spec: {query: bad}}}
            total: {metricSource: {type: Prometheus, spec: {query: all, step: 30, deep: {a: [1, true, null, x]}}}}
        ---
        apiVersion: openslo/v1
        kind: DataSource
        metadata: {name: prom}
        spec: {type: Prometheus, connectionDetails: {url: "http://prometheus:9090"}}
        ---
        apiVersion: openslo/v1
        kind: Service
        metadata: {name: shop}
        spec: {description: Sells.}
        ---
        """;

    [Test]
    public void Every_field_of_the_specification_is_read()
    {
        var document = SloDocument.Parse(Whole + "\n" + Yaml.Policy);

        var slo = document.Slos.Single();
        Assert.That(slo.Name, Is.EqualTo("availability"));
        Assert.That(slo.DisplayName, Is.EqualTo("Availability"));
        Assert.That(slo.Labels["team"], Is.EqualTo(new[] { "identity", "rbac" }));
        Assert.That(slo.Labels["tier"], Is.EqualTo(new[] { "1" }));
        Assert.That(slo.Annotations["example.com/link"], Is.EqualTo("https://example.com"));
        Assert.That(
            slo.Exclusions.Select(static e => e.ToString()),
            Is.EqualTo(new[] { "2026-11-20T22:00:00Z/2026-11-21T02:00:00Z", "sun 02:00-04:00 Europe/Berlin" })
        );
        Assert.That(slo.Description, Is.EqualTo("Answers come."));
        Assert.That(slo.Service, Is.EqualTo("shop"));
        Assert.That(slo.Position, Is.EqualTo(new SourcePosition("(text)", 1, 1)));
        Assert.That(slo.TimeWindow!.IsRolling, Is.False);
        Assert.That(slo.TimeWindow.Duration, Is.EqualTo(new SloDuration(1, 'M')));
        Assert.That(slo.TimeWindow.CalendarStart, Is.EqualTo(new DateTime(2026, 1, 1)));
        Assert.That(slo.TimeWindow.TimeZone!.Id, Is.EqualTo("America/New_York"));
        Assert.That(slo.BudgetingMethod, Is.EqualTo(BudgetingMethod.Timeslices));
        Assert.That(slo.IsComposite, Is.False);
        Assert.That(slo.Objectives.Select(static o => o.Name), Is.EqualTo(new[] { "strict", "objective-2" }));
        Assert.That(slo.Objectives[0].Target, Is.EqualTo(0.9995m));
        Assert.That(slo.Objectives[0].TimeSliceTarget, Is.EqualTo(0.99m));
        Assert.That(slo.Objectives[0].TimeSliceWindow, Is.EqualTo(TimeSpan.FromMinutes(5)));
        Assert.That(slo.Objectives[0].Kind, Is.EqualTo(SloObjectiveKind.Ratio));
        Assert.That(slo.Objectives[0].Slo, Is.SameAs(slo));
        Assert.That(document.Objectives, Is.EqualTo(slo.Objectives));

        var indicator = document.Indicators.Single();
        Assert.That(slo.Objectives[1].Indicator, Is.SameAs(indicator));
        Assert.That(indicator.Counter, Is.True);
        Assert.That(indicator.IsTelemetry, Is.False);
        Assert.That(indicator.Bad!.Type, Is.EqualTo("Prometheus"));
        Assert.That(indicator.Bad.DataSource, Is.SameAs(document.DataSources.Single()));
        Assert.That(indicator.Bad.PrometheusQuery, Is.EqualTo("bad"));
        Assert.That(indicator.Total!.Spec["step"], Is.EqualTo(30m));
        Assert.That(((Dictionary<string, object?>)indicator.Total.Spec["deep"]!)["a"], Is.EqualTo(new object?[] { 1m, true, null, "x" }));
        Assert.That(document.DataSources.Single().ConnectionDetails["url"], Is.EqualTo("http://prometheus:9090"));
        Assert.That(document.Services.Single().Description, Is.EqualTo("Sells."));

        var (fast, slow) = (slo.AlertPolicies[0], slo.AlertPolicies[1]);
        Assert.That(fast, Is.SameAs(document.AlertPolicies.Single()));
        Assert.That((fast.AlertWhenBreaching, fast.AlertWhenResolved, fast.AlertWhenNoData), Is.EqualTo((true, false, false)));
        Assert.That((fast.Condition.Severity, fast.Condition.Op, fast.Condition.Threshold), Is.EqualTo(("page", Comparison.Gte, 14.4m)));
        Assert.That(fast.Condition.LookbackWindow, Is.EqualTo(new SloDuration(1, 'h')));
        Assert.That(fast.Condition.AlertAfter, Is.EqualTo(TimeSpan.FromMinutes(5)));
        Assert.That(fast.NotificationTargets.Single().Target, Is.EqualTo("slack"));
        Assert.That(slow.Condition.AlertAfter, Is.EqualTo(TimeSpan.Zero));
        Assert.That(slow.NotificationTargets.Single().Target, Is.EqualTo("email"));
    }

    [Test]
    public void The_fields_of_our_own_source_are_read()
    {
        var document = SloDocument.Parse(
            Yaml.With(
                Yaml.Threshold,
                "{signal: spans, value: duration}",
                "{signal: events, where: '{ event:name = \"open\" }', aggregate: rate, per: 90s, over: window, minEvents: 0, noData: fail, empty: zero, liveness: '{ event:name = \"x\" }', unit: '{open}'}"
            )
        );

        var source = document.Objectives.Single().Indicator.Threshold!.Telemetry!;
        Assert.That(source.Signal, Is.EqualTo(SloSignal.Events));
        Assert.That(source.Where, Is.EqualTo("{ event:name = \"open\" }"));
        Assert.That(source.Aggregate, Is.EqualTo(SloAggregate.Rate));
        Assert.That(source.Per, Is.EqualTo(TimeSpan.FromSeconds(90)));
        Assert.That(source.MinEvents, Is.Zero);
        Assert.That(source.NoData, Is.EqualTo(SloNoData.Fail));
        Assert.That(source.EmptyIsZero, Is.True);
        Assert.That(source.Liveness, Is.EqualTo("{ event:name = \"x\" }"));
        Assert.That(source.Unit, Is.EqualTo("{open}"));
        Assert.That(document.Objectives.Single().Kind, Is.EqualTo(SloObjectiveKind.Limit));
        Assert.That(SloDocument.Parse(Yaml.Threshold).Objectives.Single().Kind, Is.EqualTo(SloObjectiveKind.Quantile));
    }

    [Test]
    public void Json_is_read_like_yaml()
    {
        var document = SloDocument.Parse(
            """
            {
            	"apiVersion": "openslo/v1", "kind": "Service",
            	"metadata": {"name": "a", "displayName": "\u00e4 \ud83d\ude00 \/ \"x\""},
            	"spec": {"description": "d"}
            }
            """
        );

        Assert.That(document.Services.Single().DisplayName, Is.EqualTo("ä 😀 / \"x\""));
    }

    [Test]
    public void Anchors_may_be_used()
    {
        var document = SloDocument.Parse(
            Yaml.With(
                Yaml.Ratio,
                "total: {metricSource: {type: OtelPipeline, spec: {signal: spans}}}",
                "total: &t {metricSource: {type: OtelPipeline, spec: {signal: spans}}}"
            )
                + "\n---\n"
                + Yaml.With(Yaml.Threshold, "- {op: lte, value: 3, target: 0.95}", "- &o {op: lte, value: 3, target: 0.95}")
        );

        Assert.That(document.Slos, Has.Count.EqualTo(2));
    }

    [Test]
    public void Files_may_refer_to_each_other()
    {
        var directory = Directory.CreateTempSubdirectory("slo");
        try
        {
            var first = Path.Combine(directory.FullName, "slo.yaml");
            var second = Path.Combine(directory.FullName, "policy.yaml");
            File.WriteAllText(
                first,
                Yaml.With(Yaml.Ratio, "  service: downloader", "  service: downloader\n  alertPolicies: [{alertPolicyRef: fast}]")
            );
            File.WriteAllText(second, Yaml.Policy);

            var document = SloDocument.Load(first, second);

            Assert.That(document.Slos[0].AlertPolicies[0].Position.File, Is.EqualTo(second));
            var error = Assert.Throws<SloFormatException>(() => SloDocument.Load(first))!;
            Assert.That((error.File, error.Line, error.Path), Is.EqualTo((first, 7, "SLO/yield: spec.alertPolicies[0].alertPolicyRef")));
        }
        finally
        {
            directory.Delete(recursive: true);
        }
    }

    [Test]
    public void All_errors_are_told_at_once()
    {
        var text = Yaml
            .Ratio.Replace("target: 0.85", "{target: 7, op: gt, tarrget: 1}", StringComparison.Ordinal)
            .Replace(": Occurrences", ": Sometimes", StringComparison.Ordinal);

        var error = Assert.Throws<SloFormatException>(() => SloDocument.Parse(text, "slo.yaml"))!;

        Assert.That(error.Errors, Has.Count.EqualTo(4));
        Assert.That(
            error.Message,
            Does.StartWith("4 errors:" + Environment.NewLine + "slo.yaml:7:20: SLO/yield: spec.budgetingMethod: 'Sometimes' is none of")
        );
    }

    [Test]
    public void The_eight_objectives_of_a_downloader_are_read()
    {
        if (RepositoryPaths.Samples is not { } samples)
            return;

        var document = SloDocument.Load(Path.Combine(samples, "slo", "eight-objectives.yaml"));

        Assert.That(document.Objectives, Has.Count.EqualTo(8));
        Assert.That(document.Objectives.Select(static o => o.Kind).Distinct(), Is.EquivalentTo(Enum.GetValues<SloObjectiveKind>()));
    }

    [Test]
    public void The_examples_of_the_specification_are_read_or_refused_for_what_they_break()
    {
        if (RepositoryPaths.Samples is not { } samples)
            return;
        foreach (var file in Directory.GetFiles(Path.Combine(samples, "slo", "openslo-examples"), "*.yaml", SearchOption.AllDirectories))
        {
            IReadOnlyList<SloFormatError> errors = [];
            try
            {
                SloDocument.Load(file);
            }
            catch (SloFormatException e)
            {
                errors = e.Errors;
            }

            // they give an operator to ratios, which have nothing to compare
            Assert.That(
                errors.Where(static e => !e.Message.StartsWith("'op' is only for a thresholdMetric", StringComparison.Ordinal)),
                Is.Empty
            );
        }
    }
}
