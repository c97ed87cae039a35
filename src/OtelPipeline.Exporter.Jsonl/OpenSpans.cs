using System.Diagnostics;
using OpenTelemetry;

namespace OtelPipeline.Exporter.Jsonl;

/// <summary>
/// Remembers spans that were started lately, so that a flat log line can name the spans it was written in: a log record holds ids alone.
/// A table of fixed size without locks; a span whose place another one took is not found, and the field is left out.
/// </summary>
internal sealed class OpenSpans : BaseProcessor<Activity>
{
    private const int Size = 4096;

    private static readonly Activity?[] Table = new Activity?[Size];

    public override void OnStart(Activity data) => Volatile.Write(ref Table[Place(data.SpanId)], data);

    public static Activity? Find(ActivityTraceId traceId, ActivitySpanId spanId)
    {
        var activity = Volatile.Read(ref Table[Place(spanId)]);
        return activity is not null && activity.SpanId == spanId && activity.TraceId == traceId ? activity : null;
    }

    // ids are random: their last digits spread evenly
    private static int Place(ActivitySpanId id)
    {
        var hex = id.ToHexString();
        return ((hex[^1] & 31) | ((hex[^2] & 31) << 5) | (hex[^3] << 10)) & (Size - 1);
    }
}
