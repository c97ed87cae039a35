using System.Diagnostics;

namespace OtelPipeline.Exporter.Jsonl.Formats;

/// <summary>Spans as flat lines: <c>timestamp</c> is the start, <c>message</c> the name.</summary>
internal sealed class FlatSpanFormat(TimeProvider time, bool text) : FlatRecordFormat<Activity>(time, text)
{
    protected override void Fill(FlatRecord record, Activity item)
    {
        var failed = item.Status == ActivityStatusCode.Error;
        record.Utc = item.StartTimeUtc;
        record.Level = failed ? "Error" : "Information";
        record.EventType = "span";
        record.Message = item.DisplayName;
        record.TraceId = item.TraceId;
        record.SpanId = item.SpanId;
        record.ParentSpanId = item.ParentSpanId;
        record.Category = item.Source.Name;
        record.Duration = item.Duration;
        record.Within = item.Parent;
        record.Span = item;
        record.StatusMessage = failed ? item.StatusDescription : null;
        record.Status =
            failed ? "error"
            : item.Status == ActivityStatusCode.Ok ? "ok"
            : null;
        foreach (ref readonly var tag in item.EnumerateTagObjects())
            record.Fields.Add(tag.Key, tag.Value);
    }
}
