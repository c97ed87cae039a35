using System.Diagnostics.Metrics;

namespace OtelPipeline.Exporter.Jsonl;

/// <summary>
/// What one exporter says of itself, by the names of https://opentelemetry.io/docs/specs/semconv/otel/sdk-metrics/. A count with
/// <c>error.type</c> is lost records, a count without is records that are in a file.
/// </summary>
internal sealed class ExporterMetrics
{
    public const string MeterName = "OtelPipeline.Exporter.Jsonl";

    private const string ComponentType = "OtelPipeline.Exporter.Jsonl.JsonlExporter";

    private static readonly Meter Meter = new(MeterName, typeof(ExporterMetrics).Assembly.GetName().Version?.ToString(3));

    private static readonly Histogram<double> Duration = Meter.CreateHistogram<double>(
        "otel.sdk.exporter.operation.duration",
        "s",
        "The duration of exporting a batch of telemetry records."
    );

    private static readonly Counter<long> FilesDeleted = Meter.CreateCounter<long>(
        "pipeline.exporter.files.deleted",
        "{file}",
        "Files that retention has deleted."
    );

    private static int s_instances = -1;

    private readonly Counter<long> _exported;
    private readonly KeyValuePair<string, object?>[] _tags;

    public ExporterMetrics(JsonlSignal signal)
    {
        ComponentName = $"{ComponentType}/{Interlocked.Increment(ref s_instances)}";
        _tags = [new("otel.component.type", ComponentType), new("otel.component.name", ComponentName)];
        _exported = Meter.CreateCounter<long>(
            signal.CounterName,
            signal.Unit,
            "Records for which the export has finished, either successful or failed."
        );
    }

    public string ComponentName { get; }

    public void Exported(long records) => _exported.Add(records, _tags);

    public void Failed(long records, Exception exception) => _exported.Add(records, [.. _tags, ErrorType(exception)]);

    /// <param name="reason">The limit that was passed: count, size or age.</param>
    public void Deleted(string reason) => FilesDeleted.Add(1, [.. _tags, new("pipeline.exporter.retention.reason", reason)]);

    public void Operation(TimeSpan duration, Exception? failure)
    {
        if (!Duration.Enabled)
            return;
        if (failure is null)
            Duration.Record(duration.TotalSeconds, _tags);
        else
            Duration.Record(duration.TotalSeconds, [.. _tags, ErrorType(failure)]);
    }

    private static KeyValuePair<string, object?> ErrorType(Exception exception) => new("error.type", exception.GetType().FullName);
}
