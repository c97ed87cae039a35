using System.Text.Json;
using OtelPipeline.Slo.Prometheus;

namespace OtelPipeline.Slo.Tests.Prometheus;

/// <summary>What is generated; whether Prometheus understands it, promtool says in the tests with real programs.</summary>
internal sealed class PrometheusRulesTests
{
    [TestCase(
        "0.999",
        "30d",
        "0.0144 over 1h and 5m|0.006 over 6h and 30m|0.003 over 1d and 2h|0.001 over 3d and 6h",
        TestName = "30 days"
    )]
    [TestCase(
        "0.99",
        "7d",
        "0.144 over 14m and 1m10s|0.06 over 1h24m and 7m|0.03 over 5h36m and 28m|0.01 over 16h48m and 1h24m",
        TestName = "7 days: shorter windows, the same factors"
    )]
    [TestCase(
        "0.6",
        "30d",
        "0.9 over 6h24m and 32m|0.9 over 16h and 1h20m|0.9 over 1d8h and 2h40m|0.4 over 3d and 6h",
        TestName = "A low target: lower factors, longer windows"
    )]
    public void Windows_and_thresholds_follow_from_target_and_period(string target, string window, string expected)
    {
        var set = PrometheusRules.Generate(Slos.Ratio(decimal.Parse(target, System.Globalization.CultureInfo.InvariantCulture), window));
        var rules = Text(set, "ratio.rules.yaml");

        foreach (var part in expected.Split('|'))
            Assert.That(rules, Does.Contain(part));
    }

    [Test]
    public void A_reduced_factor_is_said()
    {
        var set = PrometheusRules.Generate(Slos.Ratio(0.6m, "30d"));

        Assert.That(set.Notes, Has.Count.EqualTo(3).And.All.Contains("cannot exceed 2.5; the factor is 2.25"));
    }

    [Test]
    public void Rules_guard_against_few_events_missing_series_no_events_and_short_histories()
    {
        var rules = Text(PrometheusRules.Generate(Slos.Ratio(0.99m, "30d", total: ", minEvents: 25")), "ratio.rules.yaml");

        Assert.Multiple(() =>
        {
            Assert.That(
                rules,
                Does.Contain("otelpipeline:slo_events:increase1h{slo_name=\"ratio\",slo_objective_name=\"objective-1\"} >= 25")
            );
            Assert.That(rules, Does.Contain(" or on () 0 * otelpipeline:slo_events:increase5m"));
            Assert.That(
                rules,
                Does.Contain(
                    "/ on ()\n      (otelpipeline:slo_events:increase5m{slo_name=\"ratio\",slo_objective_name=\"objective-1\"} > 0)"
                )
            );
            Assert.That(rules, Does.Contain("[30d] offset 1h)"));
            Assert.That(
                rules,
                Does.Contain("increase(slo_events_total{slo_name=\"ratio\",slo_objective_name=\"objective-1\"}[30d])"),
                "sum over sum"
            );
        });
    }

    [Test]
    public void A_few_events_are_never_enough()
    {
        var rules = Text(PrometheusRules.Generate(Slos.Ratio(0.99m, "30d")), "ratio.rules.yaml");

        Assert.That(rules, Does.Contain("\"objective-1\"} >= 10"));
    }

    [Test]
    public void Objectives_of_a_run_and_limits_follow_the_result()
    {
        var run = Text(PrometheusRules.Generate(Slos.Ratio(0.99m)), "ratio.rules.yaml");
        var limit = Text(
            PrometheusRules.Generate(Slos.Threshold("signal: spans, aggregate: count, over: window", "lte", 3, window: "30d")),
            "threshold.rules.yaml"
        );

        Assert.Multiple(() =>
        {
            Assert.That(
                run,
                Does.Contain("slo_result_state=\"fail\"").And.Contain("severity: \"ticket\"").And.Not.Contain("slo_events_total")
            );
            Assert.That(
                limit,
                Does.Contain("slo_result_state=\"fail\"").And.Contain("severity: \"page\"").And.Not.Contain("slo_events_total")
            );
        });
    }

    [Test]
    public void Windows_hold_enough_samples_of_what_is_pushed_every_minute()
    {
        var set = PrometheusRules.Generate(Slos.Ratio(0.99m, "1d"), PrometheusMetricStyle.Otlp);

        Assert.Multiple(() =>
        {
            Assert.That(Text(set, "ratio.rules.yaml"), Does.Contain("[4m]").And.Not.Contain("[1m]"));
            Assert.That(set.Notes, Has.Some.Contains("holds too few samples and became 4m"));
        });
    }

    [Test]
    public void The_same_definition_gives_the_same_files()
    {
        var (first, second) = (PrometheusRules.Generate(Slos.Ratio(0.99m, "30d")), PrometheusRules.Generate(Slos.Ratio(0.99m, "30d")));

        Assert.That(first.Files, Is.EqualTo(second.Files));
    }

    [Test]
    public void The_dashboard_has_panels_that_do_not_overlap()
    {
        var dashboard = JsonDocument.Parse(Text(PrometheusRules.Generate(Slos.Ratio(0.99m, "30d")), "slo-dashboard.json")).RootElement;
        var taken = new HashSet<(int, int)>();

        foreach (var panel in dashboard.GetProperty("panels").EnumerateArray())
        {
            var at = panel.GetProperty("gridPos");
            var (x, y) = (at.GetProperty("x").GetInt32(), at.GetProperty("y").GetInt32());
            Assert.That(x + at.GetProperty("w").GetInt32(), Is.LessThanOrEqualTo(24));
            for (var i = 0; i < at.GetProperty("w").GetInt32(); i++)
            {
                for (var j = 0; j < at.GetProperty("h").GetInt32(); j++)
                    Assert.That(taken.Add((x + i, y + j)), Is.True, panel.GetProperty("title").GetString());
            }
        }
    }

    [Test]
    public void A_source_that_is_neither_telemetry_nor_a_query_becomes_no_rules()
    {
        var document = SloDocument.Parse(
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
                    good: {metricSource: {type: Datadog, spec: {query: a}}}
                    total: {metricSource: {type: Datadog, spec: {query: b}}}
              objectives: [{target: 0.9}]
            """
        );

        var set = PrometheusRules.Generate(document);

        Assert.Multiple(() =>
        {
            Assert.That(set.Files.Select(static f => f.Name), Is.EqualTo(new[] { "slo-dashboard.json" }));
            Assert.That(set.Notes.Single(), Does.Contain("Datadog"));
        });
    }

    [Test]
    public void Arguments_are_checked()
    {
        Assert.Multiple(() =>
        {
            Assert.That(() => PrometheusRules.Generate(null!), Throws.ArgumentNullException);
            Assert.That(
                () => PrometheusRules.Generate(Slos.Ratio(0.9m), (PrometheusMetricStyle)7),
                Throws.InstanceOf<ArgumentOutOfRangeException>()
            );
        });
    }

    private static string Text(PrometheusRuleSet set, string name) => set.Files.Single(f => f.Name == name).Text;
}
