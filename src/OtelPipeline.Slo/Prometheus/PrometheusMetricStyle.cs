namespace OtelPipeline.Slo.Prometheus;

/// <summary>
/// On which way the metrics of processes come to Prometheus. Both give <c>slo.events</c> and <c>slo.result</c> the same names (the translation with
/// units and suffixes, https://opentelemetry.io/docs/specs/otel/compatibility/prometheus_and_openmetrics/); they differ in how often there is a
/// sample, and so in the shortest window that holds enough of them.
/// </summary>
public enum PrometheusMetricStyle
{
    /// <summary>Prometheus scrapes the exporter of this project (or any other): no window is shorter than 1 minute. The default.</summary>
    Prometheus,

    /// <summary>
    /// Processes or a collector send OTLP, by default every 60 seconds: no window is shorter than 4 minutes, which hold at least 4 samples.
    /// </summary>
    Otlp,
}
