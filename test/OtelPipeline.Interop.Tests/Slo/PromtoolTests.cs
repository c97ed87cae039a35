using System.Collections.Concurrent;
using OtelPipeline.Slo;
using OtelPipeline.Slo.Prometheus;

namespace OtelPipeline.Interop.Tests.Slo;

/// <summary>What is generated, judged by promtool and amtool.</summary>
internal sealed class PromtoolTests
{
    // names and texts with all that could break out of a literal, several objectives, slices, policies and foreign queries
    private const string Odd = """
        apiVersion: openslo/v1
        kind: SLO
        metadata: {name: many, displayName: "Many {{ x }}"}
        spec:
          service: 'shop {{ "a" }} "q" \ end'
          budgetingMethod: Occurrences
          timeWindow: [{duration: 1d, isRolling: true}]
          objectives:
          - displayName: 'it''s "good" \ {{ x }} é'
            target: 0.9
            indicator:
              metadata: {name: a}
              spec:
                ratioMetric:
                  counter: false
                  bad: {metricSource: {type: OtelPipeline, spec: {signal: spans, where: '{ status = error }'}}}
                  total: {metricSource: {type: OtelPipeline, spec: {signal: spans, where: '{ name = "x" }', noData: fail, minEvents: 600}}}
          - displayName: low
            target: 0.05
            indicator:
              metadata: {name: b}
              spec:
                ratioMetric:
                  counter: false
                  bad: {metricSource: {type: OtelPipeline, spec: {signal: spans, where: '{ status = error }'}}}
                  total: {metricSource: {type: OtelPipeline, spec: {signal: spans, where: '{ name = "y" }'}}}
          alertPolicies:
          - kind: AlertPolicy
            metadata: {name: fast}
            spec:
              alertWhenBreaching: true
              alertWhenNoData: true
              conditions: [{kind: AlertCondition, metadata: {name: c}, spec: {severity: page, condition: {kind: burnrate, op: gte, threshold: 1, lookbackWindow: 2h, alertAfter: 5m}}}]
              notificationTargets:
              - {kind: AlertNotificationTarget, metadata: {name: hook}, spec: {target: "https://example.org/hook"}}
              - {kind: AlertNotificationTarget, metadata: {name: team}, spec: {target: slack}}
              - {kind: AlertNotificationTarget, metadata: {name: mail}, spec: {target: ops@example.org}}
              - {kind: AlertNotificationTarget, metadata: {name: duty}, spec: {target: pagerduty}}
              - {kind: AlertNotificationTarget, metadata: {name: pigeon}, spec: {target: pigeon}}
        ---
        apiVersion: openslo/v1
        kind: SLO
        metadata: {name: slices}
        spec:
          service: shop
          budgetingMethod: Timeslices
          timeWindow: [{duration: 7d, isRolling: true}]
          indicator:
            metadata: {name: c}
            spec:
              ratioMetric:
                counter: false
                bad: {metricSource: {type: OtelPipeline, spec: {signal: spans, where: '{ status = error }'}}}
                total: {metricSource: {type: OtelPipeline, spec: {signal: spans, where: '{ name = "x" }'}}}
          objectives: [{target: 0.99, timeSliceTarget: 0.95, timeSliceWindow: 1m}]
        ---
        apiVersion: openslo/v1
        kind: SLO
        metadata: {name: ratio-slices}
        spec:
          service: shop
          budgetingMethod: RatioTimeslices
          timeWindow: [{duration: 7d, isRolling: true}]
          indicator:
            metadata: {name: d}
            spec:
              ratioMetric:
                counter: false
                bad: {metricSource: {type: OtelPipeline, spec: {signal: spans, where: '{ status = error }'}}}
                total: {metricSource: {type: OtelPipeline, spec: {signal: spans, where: '{ name = "z" }'}}}
          objectives: [{target: 0.9999, timeSliceWindow: 1m}]
        ---
        apiVersion: openslo/v1
        kind: SLO
        metadata: {name: queries}
        spec:
          service: shop
          budgetingMethod: Occurrences
          timeWindow: [{duration: 1M, isRolling: false, calendar: {startTime: "2026-01-01 00:00:00", timeZone: UTC}}]
          indicator:
            metadata: {name: e}
            spec:
              ratioMetric:
                counter: true
                good: {metricSource: {type: Prometheus, spec: {query: 'http_requests_total{code!~"5..", path="/{id}"}'}}}
                total: {metricSource: {type: Prometheus, spec: {query: 'http_requests_total{path="/{id}"}'}}}
          objectives: [{target: 0.999}]
        ---
        apiVersion: openslo/v1
        kind: SLO
        metadata: {name: rates}
        spec:
          service: shop
          budgetingMethod: Timeslices
          timeWindow: [{duration: 7d, isRolling: true}]
          indicator:
            metadata: {name: f}
            spec:
              ratioMetric:
                counter: false
                bad: {metricSource: {type: Prometheus, spec: {query: 'sum(rate(errors_total[1m]))'}}}
                total: {metricSource: {type: Prometheus, spec: {query: 'sum(rate(requests_total[{{.window}}]))'}}}
          objectives: [{target: 0.99, timeSliceTarget: 0.95, timeSliceWindow: 5m}]
        ---
        apiVersion: openslo/v1
        kind: SLO
        metadata: {name: latency}
        spec:
          service: shop
          budgetingMethod: Occurrences
          timeWindow: [{duration: 1w, isRolling: true}]
          indicator:
            metadata: {name: g}
            spec: {thresholdMetric: {metricSource: {type: Prometheus, spec: {query: 'histogram_quantile(0.9, sum by (le) (rate(x_bucket[5m])))'}}}}
          objectives: [{op: lt, value: 0.5, target: 0.99}]
        """;

    private static IEnumerable<TestCaseData> Definitions()
    {
        foreach (var style in Enum.GetValues<PrometheusMetricStyle>())
        {
            yield return new TestCaseData(SloDocument.Parse(RulesFolder.Eight), style).SetArgDisplayNames(
                "eight of a run",
                style.ToString()
            );
        }

        // styles change names alone, which those above show, and a minute of promtool is long
        yield return new TestCaseData(SloDocument.Parse(Odd), PrometheusMetricStyle.Otlp).SetArgDisplayNames("odd ones", "");
        foreach (var (window, name) in ((string, string)[])[("30d", "eight over 30 days"), ("1h", "eight over an hour")])
            yield return new TestCaseData(RulesFolder.Rolling(window), PrometheusMetricStyle.Prometheus).SetArgDisplayNames(name, "");
    }

    [TestCaseSource(nameof(Definitions))]
    public async Task Rules_and_their_tests_pass(SloDocument document, PrometheusMetricStyle style)
    {
        using var folder = new RulesFolder(document, style);

        var rules = await RulesFolder.PromtoolAsync("check rules --lint=all --lint-fatal", folder.Files(".rules.yaml"));

        // promtool works on one core
        var failures = new ConcurrentBag<string>();
        await Parallel.ForEachAsync(
            folder.Files(".tests.yaml"),
            async (file, _) =>
            {
                var tests = await RulesFolder.PromtoolAsync("test rules", file);
                if (tests.ExitCode != 0)
                    failures.Add(tests.Output);
            }
        );

        Assert.Multiple(() =>
        {
            Assert.That(rules.ExitCode, Is.Zero, rules.Output);
            Assert.That(failures, Is.Empty);
        });
    }

    [TestCaseSource(nameof(Definitions))]
    public async Task Prometheus_understands_the_queries_of_the_dashboard(SloDocument document, PrometheusMetricStyle style)
    {
        using var folder = new RulesFolder(document, style);
        using var dashboard = System.Text.Json.JsonDocument.Parse(await File.ReadAllTextAsync(folder.Of("slo-dashboard.json")));
        var queries = Queries(dashboard.RootElement)
            .Select(static q => q.Replace("$__rate_interval", "5m", StringComparison.Ordinal))
            .ToList();
        var rules = queries.Select(
            static (q, i) => $"  - record: query:{i}\n    expr: '{q.Replace("'", "''", StringComparison.Ordinal)}'\n"
        );
        await File.WriteAllTextAsync(folder.Of("dashboard.yaml"), $"groups:\n- name: dashboard\n  rules:\n{string.Concat(rules)}");

        var check = await RulesFolder.PromtoolAsync("check rules --lint=none", folder.Of("dashboard.yaml"));

        Assert.That(queries, Has.Count.GreaterThan(document.Objectives.Count));
        Assert.That(check.ExitCode, Is.Zero, check.Output);

        static IEnumerable<string> Queries(System.Text.Json.JsonElement element) =>
            element.ValueKind switch
            {
                System.Text.Json.JsonValueKind.Object => element
                    .EnumerateObject()
                    .SelectMany(static p => p.Name == "expr" ? [p.Value.GetString()!] : Queries(p.Value)),
                System.Text.Json.JsonValueKind.Array => element.EnumerateArray().SelectMany(Queries),
                _ => [],
            };
    }

    [Test]
    public async Task Alertmanager_takes_the_routes_and_sends_alerts_on_them()
    {
        using var folder = new RulesFolder(SloDocument.Parse(Odd));
        var file = folder.Of("alertmanager.yaml");

        var check = await ChildProcess.RunAsync("amtool", ["check-config", file]);
        Assert.That(check.ExitCode, Is.Zero, check.Output);

        Assert.Multiple(async () =>
        {
            Assert.That(await Receivers("alertname=SloFastBurn", "slo_name=many"), Is.EquivalentTo(All("-unresolved")));
            Assert.That(
                await Receivers("alertname=SloAlertPolicy", "alert_policy=fast", "slo_name=many"),
                Is.EquivalentTo(All("-unresolved"))
            );
            Assert.That(await Receivers("alertname=SloNoData", "slo_name=many"), Is.EquivalentTo(All("-unresolved")));
            Assert.That(await Receivers("alertname=SloFastBurn", "slo_name=slices"), Is.EqualTo(new[] { "nobody" }));
        });

        async Task<string[]> Receivers(params string[] labels)
        {
            var result = await ChildProcess.RunAsync("amtool", ["config", "routes", "test", $"--config.file={file}", .. labels]);
            Assert.That(result.ExitCode, Is.Zero, result.Output);
            return [.. result.Output.Split('\n')[0].Split(',').Distinct()];
        }

        static string[] All(string ending) => [.. new[] { "hook", "team", "mail", "duty", "pigeon" }.Select(n => n + ending)];
    }
}
