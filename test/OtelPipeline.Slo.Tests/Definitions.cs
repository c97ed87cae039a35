namespace OtelPipeline.Slo.Tests;

/// <summary>Definitions as text, for files.</summary>
internal static class Definitions
{
    public static string Ratio(string window = "", string target = "0.9", string name = "ratio") =>
        $$"""
            apiVersion: openslo/v1
            kind: SLO
            metadata: {name: {{name}} }
            spec:
              service: s
              budgetingMethod: Occurrences
              {{(window.Length == 0 ? "" : $"timeWindow: [{{duration: {window}, isRolling: true}}]")}}
              indicator:
                metadata: {name: ratio}
                spec:
                  ratioMetric:
                    good: {metricSource: {type: OtelPipeline, spec: {signal: spans, where: '{ name = "work" && .ok = true }'} } }
                    total: {metricSource: {type: OtelPipeline, spec: {signal: spans, where: '{ name = "work" }'} } }
              objectives: [{displayName: main, target: {{target}} }]
            """;

    public static string Threshold(string name, string spec, string objective, string window = "") =>
        $$"""
            apiVersion: openslo/v1
            kind: SLO
            metadata: {name: {{name}} }
            spec:
              service: s
              budgetingMethod: Occurrences
              {{(window.Length == 0 ? "" : $"timeWindow: [{{duration: {window}, isRolling: true}}]")}}
              indicator:
                metadata: {name: {{name}} }
                spec: {thresholdMetric: {metricSource: {type: OtelPipeline, spec: { {{spec}} } } } }
              objectives: [{displayName: main, {{objective}} }]
            """;

    public static string Join(params string[] documents) => string.Join("\n---\n", documents);
}
