namespace OtelPipeline.Exporter.Jsonl;

/// <summary>What differs between the signals beside their format.</summary>
/// <param name="Folder">Folder below the root.</param>
/// <param name="CounterName">
/// https://opentelemetry.io/docs/specs/semconv/otel/sdk-metrics/, the counter of what an exporter has finished.
/// </param>
/// <param name="Unit">Its UCUM unit.</param>
internal sealed record JsonlSignal(string Folder, string CounterName, string Unit)
{
    public static readonly JsonlSignal Spans = new("spans", "otel.sdk.exporter.span.exported", "{span}");
    public static readonly JsonlSignal Logs = new("logs", "otel.sdk.exporter.log.exported", "{log_record}");
    public static readonly JsonlSignal Metrics = new("metrics", "otel.sdk.exporter.metric_data_point.exported", "{data_point}");
}
