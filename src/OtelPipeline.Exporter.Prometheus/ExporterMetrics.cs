using System.Diagnostics.Metrics;

namespace OtelPipeline.Exporter.Prometheus;

/// <summary>
/// What one exporter says of itself, by the names of https://opentelemetry.io/docs/specs/semconv/otel/sdk-metrics/. A count with
/// <c>error.type</c> is lost points, a count without is points that were given to a scraper or written to a file.
/// </summary>
internal sealed class ExporterMetrics
{
    public const string MeterName = "OtelPipeline.Exporter.Prometheus";

    private static readonly Meter Meter = new(MeterName, typeof(ExporterMetrics).Assembly.GetName().Version?.ToString(3));

    private static readonly Counter<long> Points = Meter.CreateCounter<long>(
        "otel.sdk.exporter.metric_data_point.exported",
        "{data_point}",
        "Metric data points for which the export has finished, either successful or failed."
    );

    private static readonly InstrumentAdvice<double> Seconds = new()
    {
        HistogramBucketBoundaries = [.001, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10],
    };

    private static readonly Histogram<double> Collections = Meter.CreateHistogram(
        "otel.sdk.metric_reader.collection.duration",
        "s",
        "The duration of the collect operation of the metric reader.",
        null,
        Seconds
    );

    private static readonly Histogram<double> Operations = Meter.CreateHistogram(
        "otel.sdk.exporter.operation.duration",
        "s",
        "The duration of exporting a batch of telemetry records.",
        null,
        Seconds
    );

    private static int s_instances = -1;

    private readonly KeyValuePair<string, object?>[] _tags;

    public ExporterMetrics(string type)
    {
        ComponentName = $"{type}/{Interlocked.Increment(ref s_instances)}";
        _tags = [new("otel.component.type", type), new("otel.component.name", ComponentName)];
    }

    public string ComponentName { get; }

    public void Exported(long points) => Points.Add(points, _tags);

    public void Lost(long points, string errorType)
    {
        if (points > 0)
            Points.Add(points, [.. _tags, new("error.type", errorType)]);
    }

    /// <summary>Records a collection for a scrape.</summary>
    public void Collected(TimeSpan duration, string? errorType) => Record(Collections, duration, errorType);

    /// <summary>Records the writing of a file.</summary>
    public void Written(TimeSpan duration, string? errorType) => Record(Operations, duration, errorType);

    private void Record(Histogram<double> histogram, TimeSpan duration, string? errorType)
    {
        if (!histogram.Enabled)
            return;
        if (errorType is null)
            histogram.Record(duration.TotalSeconds, _tags);
        else
            histogram.Record(duration.TotalSeconds, [.. _tags, new("error.type", errorType)]);
    }
}
