using System.Diagnostics;
using Microsoft.Extensions.Logging;
using OpenTelemetry;
using OpenTelemetry.Logs;
using OpenTelemetry.Metrics;
using OpenTelemetry.Trace;
using OtelPipeline.OpenTelemetry;

namespace OtelPipeline.Extensions.Http.Tests;

/// <summary>What a real SDK exports, in memory.</summary>
internal sealed class Exported : IDisposable
{
    private readonly List<Activity> _spans = [];
    private readonly List<Event> _events = [];
    private readonly List<Point> _points = [];
    private readonly OpenTelemetrySdk _sdk;

    public Exported(Action<PipelineInstrumentationOptions>? configure = null)
    {
        _sdk = OpenTelemetrySdk.Create(otel =>
            otel.UsePipelineInstrumentation(options =>
                {
                    options.BuiltIn.AspNetCore = false;
                    configure?.Invoke(options);
                })
                .WithTracing(t => t.AddProcessor(new SimpleActivityExportProcessor(new SpanExporter(this))))
                .WithMetrics(m => m.AddReader(new PeriodicExportingMetricReader(new MetricExporter(this), int.MaxValue)))
                .WithLogging(l => l.AddProcessor(new SimpleLogRecordExportProcessor(new LogExporter(this))))
        );
    }

    /// <summary>The client spans, in the order in which they ended.</summary>
    public List<Activity> ClientSpans
    {
        get
        {
            lock (_spans)
                return [.. _spans.Where(s => s.Source.Name == "System.Net.Http")];
        }
    }

    public List<Event> Events
    {
        get
        {
            lock (_events)
                return [.. _events.Where(e => e.Name == "pipeline.http.request")];
        }
    }

    /// <summary>The event of the one request that there was.</summary>
    public Event Only => Events.Single();

    public List<Point> Collect()
    {
        _sdk.MeterProvider.ForceFlush();
        lock (_points)
            return [.. _points];
    }

    /// <summary>Everything as one text, for grepping.</summary>
    public string Dump()
    {
        Collect();
        return string.Join(
            '\n',
            _spans
                .Select(s =>
                    $"{s.DisplayName} {s.StatusDescription} {Text(s.TagObjects)} {string.Join(' ', s.Events.Select(e => e.Name + Text(e.Tags)))}"
                )
                .Concat(_events.Select(e => $"{e.Name} {e.Message} {Text(e.Attributes)}"))
                .Concat(_points.Select(p => $"{p.Metric} {Text(p.Tags)}"))
        );
    }

    public void Dispose() => _sdk.Dispose();

    private static string Text(IEnumerable<KeyValuePair<string, object?>> attributes) =>
        string.Join(' ', attributes.Select(a => $"{a.Key}={a.Value}"));

    internal sealed record Event(
        string? Name,
        LogLevel Level,
        string Message,
        Dictionary<string, object?> Attributes,
        ActivityTraceId TraceId,
        ActivitySpanId SpanId
    )
    {
        public object? this[string key] => Attributes.GetValueOrDefault(key);
    }

    internal sealed record Point(string Metric, string Unit, Dictionary<string, object?> Tags, long Count, double Sum)
    {
        public object? this[string key] => Tags.GetValueOrDefault(key);
    }

    private sealed class SpanExporter(Exported exported) : BaseExporter<Activity>
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

    private sealed class LogExporter(Exported exported) : BaseExporter<LogRecord>
    {
        public override ExportResult Export(in Batch<LogRecord> batch)
        {
            foreach (var record in batch)
            {
                lock (exported._events)
                    exported._events.Add(
                        new(
                            record.EventId.Name,
                            record.LogLevel,
                            record.FormattedMessage ?? "",
                            (record.Attributes ?? []).ToDictionary(),
                            record.TraceId,
                            record.SpanId
                        )
                    );
            }

            return ExportResult.Success;
        }
    }

    private sealed class MetricExporter(Exported exported) : BaseExporter<Metric>
    {
        public override ExportResult Export(in Batch<Metric> batch)
        {
            lock (exported._points)
            {
                exported._points.Clear();
                foreach (var metric in batch)
                {
                    foreach (ref readonly var point in metric.GetMetricPoints())
                    {
                        var tags = new Dictionary<string, object?>();
                        foreach (var (key, value) in point.Tags)
                            tags.Add(key, value);
                        var isHistogram = metric.MetricType is MetricType.Histogram;
                        exported._points.Add(
                            new(
                                metric.Name,
                                metric.Unit,
                                tags,
                                isHistogram ? point.GetHistogramCount() : 1,
                                isHistogram ? point.GetHistogramSum() : 0
                            )
                        );
                    }
                }
            }

            return ExportResult.Success;
        }
    }
}
