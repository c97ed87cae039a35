using System.Text;

namespace OtelPipeline.Cli.Tests.Slo;

/// <summary>Definitions of objectives, and telemetry that keeps or breaks them.</summary>
internal static class Objectives
{
    /// <summary>Nodes that succeed, of all nodes.</summary>
    public static string Ratio(
        string target = "0.9",
        string name = "nodes",
        string window = "",
        string where = "name = \"node work\"",
        string noData = "",
        string policies = "",
        string method = "Occurrences",
        string objective = ""
    ) =>
        $$"""
            apiVersion: openslo/v1
            kind: SLO
            metadata: {name: {{name}}}
            spec:
              service: etl
              budgetingMethod: {{method}}
              {{(window.Length == 0 ? "" : $"timeWindow: [{{duration: {window}, isRolling: true}}]")}}
              indicator:
                metadata: {name: {{name}}}
                spec:
                  ratioMetric:
                    counter: false
                    good: {metricSource: {type: OtelPipeline, spec: {signal: spans, where: '{ {{where}} && .pipeline.node.result = "success" }'} } }
                    total: {metricSource: {type: OtelPipeline, spec: {signal: spans, where: '{ {{where}} }'{{noData}} } } }
              objectives: [{displayName: success, target: {{target}}{{objective}}}]
            {{policies}}

            """;

    /// <summary>A count, a duration or another value that is compared.</summary>
    public static string Threshold(string op, string value, string spec, string name = "limit", string target = "0.9") =>
        $$"""
            apiVersion: openslo/v1
            kind: SLO
            metadata: {name: {{name}}}
            spec:
              service: etl
              budgetingMethod: Occurrences
              indicator:
                metadata: {name: {{name}}}
                spec: {thresholdMetric: {metricSource: {type: OtelPipeline, spec: { {{spec}} } } } }
              objectives: [{displayName: value, op: {{op}}, value: {{value}}, target: {{target}}}]

            """;

    public static string Policy(string op, string threshold, string lookback = "1h", string when = "alertWhenBreaching: true") =>
        $$"""
              alertPolicies:
              - kind: AlertPolicy
                metadata: {name: fast}
                spec:
                  {{when}}
                  conditions:
                  - kind: AlertCondition
                    metadata: {name: burn}
                    spec: {severity: page, condition: {kind: burnrate, op: {{op}}, threshold: {{threshold}}, lookbackWindow: {{lookback}}, alertAfter: 5m} }
                  notificationTargets:
                  - {kind: AlertNotificationTarget, metadata: {name: team}, spec: {target: slack} }
            """;

    /// <summary>A run with nodes of which some fail.</summary>
    public static string Nodes(int good, int bad)
    {
        var spans = new List<string>();
        for (var i = 0; i < good + bad; i++)
        {
            var id = (i + 1).ToString("x16", System.Globalization.CultureInfo.InvariantCulture);
            spans.Add(
                Sample.Span(
                    id,
                    "1111111111111111",
                    "node work",
                    100 + i,
                    10,
                    0,
                    ("pipeline.node.result", i < good ? "success" : "failure"),
                    ("host.name", i < good ? "alpha" : "omega")
                )
            );
        }

        spans.Add(Sample.Span("1111111111111111", null, "run etl", 0, 60_000, 0, ("pipeline.run.result", "success")));
        var text = new StringBuilder();
        foreach (var some in spans.Chunk(100))
            text.Append(Sample.Line("Spans", some));
        return text.ToString();
    }
}
