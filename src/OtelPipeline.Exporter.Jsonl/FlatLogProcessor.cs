using System.Diagnostics;
using OpenTelemetry;
using OpenTelemetry.Logs;

namespace OtelPipeline.Exporter.Jsonl;

/// <summary>
/// The SDK's batch processor, which also remembers the spans that log records were written in lately, so that a flat line can name what it belongs to:
/// a log record holds ids alone. A table of fixed size without locks; a span whose place another one took is not found, and the fields are left out.
/// </summary>
internal sealed class FlatLogProcessor(BaseExporter<LogRecord> exporter, int queue, int delay, int timeout, int batch)
    : BatchLogRecordExportProcessor(exporter, queue, delay, timeout, batch)
{
    private const int Size = 4096;

    private static readonly Activity?[] Spans = new Activity?[Size];

    // on the thread that logs; most records are written in the span of the one before, which is found and not stored again
    public override void OnEnd(LogRecord data)
    {
        if (Activity.Current is { } activity && activity.SpanId == data.SpanId)
        {
            ref var place = ref Spans[Place(data.SpanId)];
            if (Volatile.Read(ref place) != activity)
                Volatile.Write(ref place, activity);
        }

        base.OnEnd(data);
    }

    public static Activity? Find(ActivityTraceId traceId, ActivitySpanId spanId)
    {
        var activity = Volatile.Read(ref Spans[Place(spanId)]);
        return activity is not null && activity.SpanId == spanId && activity.TraceId == traceId ? activity : null;
    }

    // ids are random: their last digits spread evenly
    private static int Place(ActivitySpanId id)
    {
        var hex = id.ToHexString();
        return ((hex[^1] & 31) | ((hex[^2] & 31) << 5) | (hex[^3] << 10)) & (Size - 1);
    }
}
