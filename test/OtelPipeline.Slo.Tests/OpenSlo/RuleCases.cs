namespace OtelPipeline.Slo.Tests.OpenSlo;

/// <summary>Cases of <see cref="RuleTests"/> for indicators and alerts.</summary>
internal static class RuleCases
{
    public static IEnumerable<TestCaseData> Indicators()
    {
        yield return Sli("neither", "{}", "both are missing");
        yield return Sli(
            "both",
            $"{{thresholdMetric: {Prometheus}, ratioMetric: {{good: {Prometheus}, total: {Prometheus}}}}}",
            "not both"
        );
        yield return Sli(
            "unknown field",
            $"{{thresholdMetric: {Prometheus}, ratio: 1}}",
            "the field 'ratio' is unknown",
            "SLI/a: spec.ratio"
        );
        yield return Sli("no source", "{thresholdMetric: {source: 1}}", "the required field 'metricSource' is missing");
        yield return Sli("no spec", "{thresholdMetric: {metricSource: {type: Any}}}", "the required field 'spec' is missing");
        yield return Sli(
            "no type",
            "{thresholdMetric: {metricSource: {spec: {}}}}",
            "the required field 'type' is missing; it may be left out only where 'metricSourceRef'"
        );
        yield return Sli(
            "data source not defined",
            "{thresholdMetric: {metricSource: {metricSourceRef: b, spec: {}}}}",
            "no DataSource with the name 'b' is defined",
            "SLI/a: spec.thresholdMetric.metricSource.metricSourceRef"
        );
        yield return Sli(
            "type of data source",
            "{thresholdMetric: {metricSource: {metricSourceRef: prom, type: Redis, spec: {query: up}}}}",
            "'Redis' is not the type of the data source 'prom', which is 'Prometheus'"
        );
        yield return Sli(
            "query missing",
            "{thresholdMetric: {metricSource: {metricSourceRef: prom, spec: {}}}}",
            "the required field 'query' is missing"
        );
        yield return Sli("no total", $"{{ratioMetric: {{good: {Prometheus}}}}}", "the required field 'total' is missing");
        yield return Sli("no good", $"{{ratioMetric: {{total: {Prometheus}}}}}", "needs one of 'good' and 'bad'");
        yield return Sli(
            "good and bad",
            $"{{ratioMetric: {{good: {Prometheus}, bad: {Prometheus}, total: {Prometheus}}}}}",
            "'good' and 'bad' cannot stand together"
        );
        yield return Sli(
            "raw and total",
            $"{{ratioMetric: {{raw: {Prometheus}, rawType: success, total: {Prometheus}}}}}",
            "'total' cannot stand beside 'raw'"
        );
        yield return Sli(
            "raw without type",
            $"{{ratioMetric: {{raw: {Prometheus}}}}}",
            "the required field 'rawType' (success or failure) is missing"
        );
        yield return Sli(
            "type without raw",
            $"{{ratioMetric: {{good: {Prometheus}, total: {Prometheus}, rawType: success}}}}",
            "'rawType' says what 'raw' counts, and there is no 'raw'"
        );
        yield return Sli(
            "raw type unknown",
            $"{{ratioMetric: {{raw: {Prometheus}, rawType: both}}}}",
            "'both' is none of success, failure"
        );
        yield return Sli(
            "counter",
            $"{{ratioMetric: {{counter: 1, good: {Prometheus}, total: {Prometheus}}}}}",
            "true or false is expected here, not 1"
        );
        yield return Sli(
            "mixed types",
            $"{{ratioMetric: {{good: {Source("signal: spans")}, total: {Prometheus}}}}}",
            "both of type OtelPipeline or both of another type"
        );
        yield return Sli("raw of ours", $"{{ratioMetric: {{raw: {Source("signal: spans")}, rawType: success}}}}", "counts events itself");
        yield return Ours("signal missing", "value: duration", "the required field 'signal' is missing");
        yield return Ours("signal unknown", "signal: traces, value: duration", "'traces' is none of spans, events, metrics");
        yield return Ours(
            "unknown field",
            "signal: spans, value: duration, when: x",
            "the field 'when' is unknown",
            "SLI/a: spec.thresholdMetric.metricSource.spec.when"
        );
        yield return Ours("filter without braces", "signal: spans, value: duration, where: name = 1", "this is no TraceQL filter such as");
        yield return Ours(
            "filter of traces",
            "signal: spans, value: duration, where: '{ rootName = \"x\" }'",
            "this is no TraceQL filter such as"
        );
        yield return Ours("value no field", "signal: spans, value: time", "'time' is no field to measure");
        yield return Ours("duration of events", "signal: events, value: duration", "'duration' is no field to measure");
        yield return Sli(
            "two signals",
            $"{{ratioMetric: {{good: {Source("signal: spans")}, total: {Source("signal: events")}}}}}",
            "the two sources of a ratio look at the same signal: these are spans and events"
        );
        yield return Ours("metric missing", "signal: metrics", "the required field 'metric' is missing");
        yield return Ours("metric of spans", "signal: spans, value: duration, metric: x", "'metric' is only for 'signal: metrics'");
        yield return Ours("value of metrics", "signal: metrics, metric: x, value: duration", "'value' is not for metrics");
        yield return Ours("value missing", "signal: spans", "the required field 'value' is missing");
        yield return Ours(
            "value of count",
            "signal: spans, value: duration, aggregate: count",
            "'value' is of no use with 'aggregate: count'"
        );
        yield return Ours(
            "aggregate unknown",
            "signal: spans, value: duration, aggregate: p95",
            "'p95' is none of count, rate, min, max, avg, sum, age"
        );
        yield return Ours("per without rate", "signal: spans, aggregate: count, per: 1h", "'per' is only for 'aggregate: rate'");
        yield return Ours(
            "per",
            "signal: spans, aggregate: rate, per: hourly",
            "a duration such as 30s, 5m, 1h or 1d is expected here, not hourly"
        );
        yield return Ours("over", "signal: spans, aggregate: rate, over: hour", "'hour' is none of window");
        yield return Ours(
            "empty of max",
            "signal: spans, value: duration, aggregate: max, empty: zero",
            "'empty' is only for a count, a rate or a sum"
        );
        yield return Ours("empty unknown", "signal: spans, aggregate: count, empty: none", "'none' is none of zero, absent");
        yield return Ours(
            "empty of single values",
            "signal: spans, value: duration, empty: zero",
            "'empty' is only for an aggregate over the window"
        );
        yield return Ours("no data unknown", "signal: spans, value: duration, noData: error", "'error' is none of ignore, fail, pass");
        yield return Ours(
            "min events",
            "signal: spans, value: duration, minEvents: 1.5",
            "a whole number from 0 is expected here, not 1.5"
        );
        yield return Sli(
            "value in ratio",
            $"{{ratioMetric: {{good: {Source("signal: spans, value: duration")}, total: {Source("signal: spans")}}}}}",
            "'value' is only for a thresholdMetric: a ratio counts"
        );
        yield return Sli(
            "no data at good",
            $"{{ratioMetric: {{good: {Source("signal: spans, noData: fail")}, total: {Source("signal: spans")}}}}}",
            "'noData' belongs to 'total'"
        );
        yield return RuleTests.Case(
            "lt on histogram",
            Yaml.Threshold,
            "signal: spans, value: duration}}\n  objectives:\n    - {op: lte",
            "signal: metrics, metric: x}}\n  objectives:\n    - {op: lt",
            "only lte and gt can be told apart",
            "SLO/latency: spec.objectives[0].op"
        );
        yield return RuleTests.Case(
            "data source without type",
            DataSource,
            "type: Prometheus",
            "description: x",
            "the required field 'type' is missing",
            "DataSource/prom: spec.type"
        );
        yield return RuleTests.Case(
            "data source, unknown field",
            DataSource,
            "type: Prometheus",
            "type: Prometheus, url: x",
            "the field 'url' is unknown. Known fields here: connectionDetails, description, type"
        );
        yield return RuleTests.Case(
            "service, unknown field",
            "apiVersion: openslo/v1\nkind: Service\nmetadata: {name: a}\nspec: {owner: x}",
            "",
            "",
            "the field 'owner' is unknown. Known fields here: description"
        );
    }

    public static IEnumerable<TestCaseData> Alerts()
    {
        yield return Policy(
            "conditions missing",
            "  conditions: [{conditionRef: burn}]\n",
            "",
            "the required field 'conditions' is missing"
        );
        yield return Policy("conditions empty", "[{conditionRef: burn}]", "[]", "at least one is required here");
        yield return Policy(
            "two conditions",
            "[{conditionRef: burn}]",
            "[{conditionRef: burn}, {conditionRef: burn}]",
            "an alert policy has exactly one condition; these are 2"
        );
        yield return Policy(
            "condition not defined",
            "{conditionRef: burn}",
            "{conditionRef: burns}",
            "no AlertCondition with the name 'burns' is defined",
            "AlertPolicy/fast: spec.conditions[0].conditionRef"
        );
        yield return Policy(
            "condition of nothing",
            "{conditionRef: burn}",
            "{kind: AlertCondition}",
            "either 'conditionRef' or an AlertCondition with metadata and spec is required here"
        );
        yield return Policy(
            "reference and inline",
            "{conditionRef: burn}",
            "{conditionRef: burn, spec: {}}",
            "'spec' cannot stand beside 'conditionRef'"
        );
        yield return Policy(
            "inline of another kind",
            "{conditionRef: burn}",
            "{kind: SLO, metadata: {name: b}, spec: {severity: page, condition: {op: gt, threshold: 1, lookbackWindow: 1h}}}",
            "'SLO' is not expected here, but AlertCondition"
        );
        yield return Policy(
            "targets missing",
            "  notificationTargets: [{targetRef: chat}]",
            "",
            "the required field 'notificationTargets' is missing"
        );
        yield return Policy(
            "target not defined",
            "{targetRef: chat}",
            "{targetRef: mail}",
            "no AlertNotificationTarget with the name 'mail' is defined"
        );
        yield return Policy("when", "alertWhenBreaching: true", "alertWhenBreaching: maybe", "true or false is expected here, not maybe");
        yield return Policy("unknown field", "alertWhenBreaching: true", "alertWhenBroken: true", "the field 'alertWhenBroken' is unknown");
        yield return Policy(
            "severity",
            "  severity: page\n",
            "",
            "the required field 'severity' is missing",
            "AlertCondition/burn: spec.severity"
        );
        yield return Policy(
            "condition",
            "  condition: {kind: burnrate, op: gte, threshold: 14.4, lookbackWindow: 1h, alertAfter: 5m}\n",
            "",
            "the required field 'condition' is missing"
        );
        yield return Policy("kind of condition", "kind: burnrate", "kind: budget", "'budget' is none of burnrate");
        yield return Policy("op", "op: gte, ", "", "the required field 'op' is missing", "AlertCondition/burn: spec.condition.op");
        yield return Policy("threshold", "threshold: 14.4, ", "", "the required field 'threshold' is missing");
        yield return Policy("lookback", "lookbackWindow: 1h, ", "", "the required field 'lookbackWindow' is missing");
        yield return Policy("after", "alertAfter: 5m", "alertAfter: soon", "a duration such as 5m, 1h, 30d");
        yield return Policy("target", "spec: {target: slack}", "spec: {description: x}", "the required field 'target' is missing");
        yield return Policy("target, unknown field", "{target: slack}", "{target: slack, url: x}", "the field 'url' is unknown");
        yield return RuleTests.Case(
            "policy not defined",
            Yaml.Ratio,
            "  service: downloader",
            "  service: downloader\n  alertPolicies: [{alertPolicyRef: none}]",
            "no AlertPolicy with the name 'none' is defined",
            "SLO/yield: spec.alertPolicies[0].alertPolicyRef",
            7
        );
        yield return RuleTests.Case(
            "policy of nothing",
            Yaml.Ratio,
            "  service: downloader",
            "  service: downloader\n  alertPolicies: [fast]",
            "an object is expected here, not fast"
        );
    }

    private const string Prometheus = "{metricSource: {type: Prometheus, spec: {query: up}}}";

    private const string DataSource = """
        apiVersion: openslo/v1
        kind: DataSource
        metadata: {name: prom}
        spec: {type: Prometheus}
        """;

    private static string Source(string spec) => "{metricSource: {type: OtelPipeline, spec: {" + spec + "}}}";

    private static TestCaseData Ours(string name, string spec, string message, string? path = null) =>
        Sli(name, "{thresholdMetric: " + Source(spec) + "}", message, path);

    private static TestCaseData Sli(string name, string spec, string message, string? path = null) =>
        RuleTests.Case(
            "SLI: " + name,
            DataSource + "\n---\napiVersion: openslo/v1\nkind: SLI\nmetadata: {name: a}\nspec: " + spec,
            "",
            "",
            message,
            path
        );

    private static TestCaseData Policy(string name, string old, string replacement, string message, string? path = null) =>
        RuleTests.Case("alert: " + name, Yaml.Policy, old, replacement, message, path);
}
