using System.Diagnostics;
using Microsoft.Extensions.Logging;
using OpenTelemetry;
using OpenTelemetry.Logs;
using OpenTelemetry.Metrics;
using OpenTelemetry.Trace;

namespace OtelPipeline.OpenTelemetry.Tests;

/// <summary>What an exporter at the end of the SDK sees, copied while it sees it.</summary>
internal sealed class Capture
{
    public List<Activity> Spans { get; } = [];
    public List<Log> Logs { get; } = [];
    public List<Point> Points { get; } = [];
    public List<KeyValuePair<string, object>> Resource { get; } = [];

    public sealed record Log(
        string Category,
        string? EventName,
        string? Body,
        string? Message,
        Exception? Exception,
        Dictionary<string, object?> Attributes,
        ActivityTraceId TraceId
    );

    public sealed record Point(string Metric, string Tags, long ExemplarCount);

    /// <summary>Everything as one text, for grepping.</summary>
    public string Dump()
    {
        var lines = new List<string>();
        foreach (var span in Spans)
        {
            lines.Add(
                $"{span.DisplayName}|{span.StatusDescription}|{string.Join('|', span.TagObjects.Select(t => $"{t.Key}={Text(t.Value)}"))}"
            );
        }

        foreach (var log in Logs)
            lines.Add(
                $"{log.Body}|{log.Message}|{log.Exception}|{string.Join('|', log.Attributes.Select(t => $"{t.Key}={Text(t.Value)}"))}"
            );
        lines.AddRange(Points.Select(p => p.ToString()));
        return string.Join('\n', lines);
    }

    public void AddTo(IOpenTelemetryBuilder otel)
    {
        otel.WithTracing(t => t.AddProcessor(new SimpleActivityExportProcessor(new SpanExporter(this))));
        otel.WithMetrics(m => m.AddReader(new PeriodicExportingMetricReader(new MetricExporter(this), int.MaxValue)));
        otel.WithLogging(l => l.AddProcessor(new SimpleLogRecordExportProcessor(new LogExporter(this))));
    }

    private static string Text(object? value) => value is IEnumerable<string> texts ? string.Join(',', texts) : value?.ToString() ?? "";

    private sealed class SpanExporter(Capture capture) : BaseExporter<Activity>
    {
        public override ExportResult Export(in Batch<Activity> batch)
        {
            foreach (var span in batch)
                capture.Spans.Add(span);
            return ExportResult.Success;
        }
    }

    private sealed class LogExporter(Capture capture) : BaseExporter<LogRecord>
    {
        public override ExportResult Export(in Batch<LogRecord> batch)
        {
            foreach (var record in batch)
            {
                var attributes = new Dictionary<string, object?>();
                foreach (var (key, value) in record.Attributes ?? [])
                    attributes[key] = value;
                capture.Logs.Add(
                    new(
                        record.CategoryName ?? "",
                        record.EventId.Name,
                        record.Body,
                        record.FormattedMessage,
                        record.Exception,
                        attributes,
                        record.TraceId
                    )
                );
            }

            return ExportResult.Success;
        }
    }

    private sealed class MetricExporter(Capture capture) : BaseExporter<Metric>
    {
        public override ExportResult Export(in Batch<Metric> batch)
        {
            capture.Resource.Clear();
            capture.Resource.AddRange(ParentProvider.GetResource().Attributes);
            foreach (var metric in batch)
            {
                foreach (ref readonly var point in metric.GetMetricPoints())
                {
                    var tags = new List<string>();
                    foreach (var (key, value) in point.Tags)
                        tags.Add($"{key}={value}");
                    var exemplars = 0;
                    if (point.TryGetExemplars(out var all))
                    {
                        foreach (ref readonly var exemplar in all)
                            exemplars += exemplar.TraceId != default ? 1 : 0;
                    }

                    capture.Points.Add(new(metric.Name, string.Join(',', tags), exemplars));
                }
            }

            return ExportResult.Success;
        }
    }
}
