namespace OtelPipeline.Slo.Tests.OpenSlo;

/// <summary>Small documents to change.</summary>
internal static class Yaml
{
    public const string Ratio = """
        apiVersion: openslo/v1
        kind: SLO
        metadata:
          name: yield
        spec:
          service: downloader
          budgetingMethod: Occurrences
          indicator:
            metadata: {name: yield}
            spec:
              ratioMetric:
                good: {metricSource: {type: OtelPipeline, spec: {signal: spans, where: '{ name = "ok" }'}}}
                total: {metricSource: {type: OtelPipeline, spec: {signal: spans}}}
          objectives:
            - target: 0.85
        """;

    public const string Threshold = """
        apiVersion: openslo/v1
        kind: SLO
        metadata:
          name: latency
        spec:
          service: downloader
          budgetingMethod: Occurrences
          indicator:
            metadata: {name: latency}
            spec:
              thresholdMetric:
                metricSource: {type: OtelPipeline, spec: {signal: spans, value: duration}}
          objectives:
            - {op: lte, value: 3, target: 0.95}
        """;

    public const string Policy = """
        apiVersion: openslo/v1
        kind: AlertPolicy
        metadata: {name: fast}
        spec:
          alertWhenBreaching: true
          conditions: [{conditionRef: burn}]
          notificationTargets: [{targetRef: chat}]
        ---
        apiVersion: openslo/v1
        kind: AlertCondition
        metadata: {name: burn}
        spec:
          severity: page
          condition: {kind: burnrate, op: gte, threshold: 14.4, lookbackWindow: 1h, alertAfter: 5m}
        ---
        apiVersion: openslo/v1
        kind: AlertNotificationTarget
        metadata: {name: chat}
        spec: {target: slack}
        """;

    /// <summary>A document with one place changed; the place must be there.</summary>
    public static string With(string document, string old, string replacement)
    {
        Assert.That(document, Does.Contain(old));
        return document.Replace(old, replacement, StringComparison.Ordinal);
    }

    public static IReadOnlyList<SloFormatError> ErrorsOf(string text)
    {
        try
        {
            SloDocument.Parse(text, "slo.yaml");
            return [];
        }
        catch (SloFormatException e)
        {
            return e.Errors;
        }
    }
}
