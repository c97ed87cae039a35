using System.Globalization;

namespace OtelPipeline.Slo.Tests;

/// <summary>Definitions made of their parts.</summary>
internal static class Slos
{
    public const string Total = "{ name = \"work\" }";
    public const string Good = "{ name = \"work\" && .ok = true }";

    public static SloDocument Ratio(
        decimal target,
        string? window = null,
        string method = "Occurrences",
        string objective = "",
        string total = "",
        string annotations = ""
    ) =>
        SloDocument.Parse(
            $$"""
            apiVersion: openslo/v1
            kind: SLO
            metadata: {name: ratio, annotations: { {{annotations}} } }
            spec:
              service: s
              budgetingMethod: {{method}}
              {{Window(window)}}
              indicator:
                metadata: {name: ratio}
                spec:
                  ratioMetric:
                    good: {metricSource: {type: OtelPipeline, spec: {signal: spans, where: '{{Good}}'} } }
                    total: {metricSource: {type: OtelPipeline, spec: {signal: spans, where: '{{Total}}'{{total}}} } }
              objectives: [{target: {{Text(target)}}{{objective}}}]
            """
        );

    public static SloDocument Threshold(
        string spec,
        string op,
        decimal value,
        decimal target = 0.95m,
        string? window = null,
        string method = "Occurrences",
        string objective = ""
    ) =>
        SloDocument.Parse(
            $$"""
            apiVersion: openslo/v1
            kind: SLO
            metadata: {name: threshold}
            spec:
              service: s
              budgetingMethod: {{method}}
              {{Window(window)}}
              indicator:
                metadata: {name: threshold}
                spec: {thresholdMetric: {metricSource: {type: OtelPipeline, spec: { {{spec}} } } } }
              objectives: [{op: {{op}}, value: {{Text(value)}}, target: {{Text(target)}}{{objective}}}]
            """
        );

    public static SloVerdict Only(this SloEvaluator evaluator) => evaluator.Evaluate().Single();

    private static string Window(string? window) =>
        window is null ? ""
        : window.Contains(':', StringComparison.Ordinal) ? $"timeWindow: [{{{window}}}]"
        : $"timeWindow: [{{duration: {window}, isRolling: true}}]";

    private static string Text(decimal number) => number.ToString(CultureInfo.InvariantCulture);
}
