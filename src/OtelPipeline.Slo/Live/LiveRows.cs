using System.Diagnostics;
using Microsoft.Extensions.Logging;
using OpenTelemetry.Logs;
using OtelPipeline.Data;
using OtelPipeline.Slo.Indicators;

namespace OtelPipeline.Slo.Live;

/// <summary>Log records and measurements as rows, in rows that each thread uses again.</summary>
internal static class LiveRows
{
    [ThreadStatic]
    private static EventRow? s_event;

    [ThreadStatic]
    private static MetricPointRow? s_point;

    /// <summary>Valid until the thread asks for the next one.</summary>
    public static EventRow Of(LogRecord record, ResourceInfo resource)
    {
        var row = s_event ??= new EventRow();
        row.Attributes.Clear();
        row.Resource = resource;
        row.EventName = record.EventId.Name;
        row.TimeUnixNano = Windows.Nanoseconds.ToNanos(record.Timestamp.ToUniversalTime());
        row.SeverityNumber = record.LogLevel is LogLevel.None ? 0 : (int)record.LogLevel * 4 + 1;
        row.TraceId = Of(record.TraceId);
        row.SpanId = default;
        if (record.Attributes is { } attributes)
        {
            for (var i = 0; i < attributes.Count; i++)
            {
                var (key, value) = attributes[i];
                if (LiveSpan.ToValue(value) is { Kind: not AttributeKind.Empty } known)
                    row.Attributes.Add(key, known);
                else if (value is not null)
                    row.Attributes.Add(key, value.ToString() ?? "");
            }
        }

        return row;
    }

    /// <summary>Valid until the thread asks for the next one.</summary>
    public static MetricPointRow Of(string instrument, ReadOnlySpan<KeyValuePair<string, object?>> tags, ResourceInfo resource)
    {
        var row = s_point ??= new MetricPointRow();
        row.Attributes.Clear();
        row.Resource = resource;
        row.MetricName = instrument;
        foreach (ref readonly var tag in tags)
        {
            if (LiveSpan.ToValue(tag.Value) is { Kind: not AttributeKind.Empty } known)
                row.Attributes.Add(tag.Key, known);
            else if (tag.Value is not null)
                row.Attributes.Add(tag.Key, tag.Value.ToString() ?? "");
        }

        return row;
    }

    private static TraceId Of(ActivityTraceId id)
    {
        if (id == default)
            return default;
        Span<byte> bytes = stackalloc byte[TraceId.Size];
        id.CopyTo(bytes);
        return TraceId.FromBytes(bytes);
    }
}
