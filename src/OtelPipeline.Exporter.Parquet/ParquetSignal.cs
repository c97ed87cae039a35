namespace OtelPipeline.Exporter.Parquet;

/// <summary>What differs between the signals beside their rows.</summary>
/// <param name="Folder">Folder below the root.</param>
/// <param name="CounterName">
/// https://opentelemetry.io/docs/specs/semconv/otel/sdk-metrics/, the counter of what an exporter has finished.
/// </param>
/// <param name="Unit">Its UCUM unit.</param>
internal sealed record ParquetSignal(string Folder, string CounterName, string Unit)
{
    public static readonly ParquetSignal Spans = new("spans", "otel.sdk.exporter.span.exported", "{span}");
    public static readonly ParquetSignal Logs = new("logs", "otel.sdk.exporter.log.exported", "{log_record}");
    public static readonly ParquetSignal Metrics = new("metrics", "otel.sdk.exporter.metric_data_point.exported", "{data_point}");
}
