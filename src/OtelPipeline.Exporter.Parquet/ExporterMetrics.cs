using System.Diagnostics.Metrics;

namespace OtelPipeline.Exporter.Parquet;

/// <summary>
/// What one exporter says of itself, by the names of https://opentelemetry.io/docs/specs/semconv/otel/sdk-metrics/. A count with
/// <c>error.type</c> is lost records, a count without is records that are in a complete file.
/// </summary>
internal sealed class ExporterMetrics
{
    public const string MeterName = "OtelPipeline.Exporter.Parquet";

    private const string ComponentType = "OtelPipeline.Exporter.Parquet.ParquetExporter";

    private static readonly Meter Meter = new(MeterName, typeof(ExporterMetrics).Assembly.GetName().Version?.ToString(3));

    private static readonly Histogram<double> Duration = Meter.CreateHistogram<double>(
        "otel.sdk.exporter.operation.duration",
        "s",
        "The duration of exporting a batch of telemetry records."
    );

    private static int s_instances = -1;

    private readonly Counter<long> _exported;
    private readonly KeyValuePair<string, object?>[] _tags;

    public ExporterMetrics(ParquetSignal signal)
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

    /// <param name="records">How many are lost.</param>
    /// <param name="error">The type of an exception, or <c>queue_full</c>.</param>
    public void Failed(long records, string error) => _exported.Add(records, [.. _tags, new("error.type", error)]);

    /// <summary>Notes the writing of one file.</summary>
    public void Operation(TimeSpan duration, Exception? failure)
    {
        if (!Duration.Enabled)
            return;
        if (failure is null)
            Duration.Record(duration.TotalSeconds, _tags);
        else
            Duration.Record(duration.TotalSeconds, [.. _tags, new("error.type", failure.GetType().FullName)]);
    }
}
