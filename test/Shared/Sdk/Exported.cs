using System.Diagnostics;
using System.Globalization;
using Microsoft.Extensions.Logging;
using OpenTelemetry;
using OpenTelemetry.Logs;
using OpenTelemetry.Metrics;
using OpenTelemetry.Trace;
using OtelPipeline.OpenTelemetry;

namespace OtelPipeline.Testing;

/// <summary>What comes out of a real SDK that was set up in one call, copied while an exporter sees it.</summary>
internal sealed class Exported : IDisposable
{
    private readonly OpenTelemetrySdk _sdk;
    private readonly List<Activity> _spans = [];
    private readonly List<ExportedEvent> _events = [];
    private readonly List<ExportedPoint> _points = [];

    public Exported(Action<PipelineInstrumentationOptions>? configure = null, Action<MeterProviderBuilder>? metrics = null) =>
        _sdk = OpenTelemetrySdk.Create(otel =>
        {
            otel.UsePipelineInstrumentation(o =>
            {
                o.BuiltIn.Runtime = false;
                configure?.Invoke(o);
            });
            otel.WithTracing(t => t.AddProcessor(new SimpleActivityExportProcessor(new Spans(this))));
            otel.WithMetrics(m =>
            {
                m.AddReader(new BaseExportingMetricReader(new Metrics(this)));
                metrics?.Invoke(m);
            });
            otel.WithLogging(l => l.AddProcessor(new SimpleLogRecordExportProcessor(new Logs(this))));
        });

    public IReadOnlyList<Activity> AllSpans
    {
        get
        {
            lock (_spans)
                return [.. _spans];
        }
    }

    public ILoggerFactory LoggerFactory => _sdk.GetLoggerFactory();

    public Activity Span(string name) => AllSpans.Single(s => s.DisplayName == name);

    /// <summary>The events of a name, in their order.</summary>
    public List<ExportedEvent> Events(string name)
    {
        lock (_events)
            return [.. _events.Where(e => e.Name == name)];
    }

    public List<ExportedEvent> AllEvents()
    {
        lock (_events)
            return [.. _events];
    }

    /// <summary>Collects and returns all points.</summary>
    public List<ExportedPoint> Collect()
    {
        _points.Clear();
        Assert.That(_sdk.MeterProvider.ForceFlush(), Is.True);
        return [.. _points];
    }

    /// <summary>Collects and returns the points of a metric that carry a tag, as texts in alphabetical order: tags, then the value.</summary>
    public List<string> Points(string metric, string tag = "") =>
        [
            .. Collect()
                .Where(p => p.Metric == metric && p.Tags.Contains(tag, StringComparison.Ordinal))
                .Select(static p => p.ToString())
                .Order(StringComparer.Ordinal),
        ];

    public void Dispose() => _sdk.Dispose();

    private sealed class Spans(Exported exported) : BaseExporter<Activity>
    {
        public override ExportResult Export(in Batch<Activity> batch)
        {
            foreach (var span in batch)
            {
                lock (exported._spans)
                    exported._spans.Add(span);
            }

            return ExportResult.Success;
        }
    }

    private sealed class Logs(Exported exported) : BaseExporter<LogRecord>
    {
        public override ExportResult Export(in Batch<LogRecord> batch)
        {
            foreach (var record in batch)
            {
                var attributes = new Dictionary<string, object?>();
                foreach (var (key, value) in record.Attributes ?? [])
                    attributes[key] = value;
                lock (exported._events)
                {
                    exported._events.Add(
                        new(
                            record.EventId.Name ?? "",
                            record.LogLevel,
                            record.FormattedMessage ?? record.Body ?? "",
                            record.CategoryName ?? "",
                            attributes
                        )
                    );
                }
            }

            return ExportResult.Success;
        }
    }

    private sealed class Metrics(Exported exported) : BaseExporter<Metric>
    {
        public override ExportResult Export(in Batch<Metric> batch)
        {
            foreach (var metric in batch)
            {
                foreach (ref readonly var point in metric.GetMetricPoints())
                {
                    var tags = new List<KeyValuePair<string, string>>();
                    foreach (var (key, value) in point.Tags)
                        tags.Add(new(key, Convert.ToString(value, CultureInfo.InvariantCulture) ?? ""));
                    var (number, count) = Value(metric.MetricType, in point);
                    exported._points.Add(new(metric.MeterName, metric.Name, metric.Unit, metric.MetricType, tags, number, count));
                }
            }

            return ExportResult.Success;
        }

        private static (double Value, long? Count) Value(MetricType type, in MetricPoint point) =>
            type switch
            {
                MetricType.LongSum or MetricType.LongSumNonMonotonic => (point.GetSumLong(), null),
                MetricType.DoubleSum or MetricType.DoubleSumNonMonotonic => (point.GetSumDouble(), null),
                MetricType.LongGauge => (point.GetGaugeLastValueLong(), null),
                MetricType.DoubleGauge => (point.GetGaugeLastValueDouble(), null),
                _ => (point.GetHistogramSum(), point.GetHistogramCount()),
            };
    }
}

internal sealed record ExportedEvent(
    string Name,
    LogLevel Level,
    string Text,
    string Category,
    IReadOnlyDictionary<string, object?> Attributes
)
{
    public object? this[string key] => Attributes.GetValueOrDefault(key);
}

/// <summary>A point of a metric; of a histogram, its sum and its count.</summary>
internal sealed record ExportedPoint(
    string Meter,
    string Metric,
    string Unit,
    MetricType Type,
    IReadOnlyList<KeyValuePair<string, string>> Attributes,
    double Value,
    long? Count
)
{
    public string Tags =>
        string.Join(' ', Attributes.OrderBy(static t => t.Key, StringComparer.Ordinal).Select(static t => $"{t.Key}={t.Value}"));

    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"{Tags}: {Value}{(Count is null ? "" : $" ({Count})")}");
}
