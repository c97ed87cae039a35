namespace OtelPipeline.Exporter.Prometheus.Naming;

/// <summary>The types of Prometheus that OpenTelemetry's instruments become.</summary>
internal enum FamilyType
{
    Counter,
    Gauge,
    Histogram,
}
