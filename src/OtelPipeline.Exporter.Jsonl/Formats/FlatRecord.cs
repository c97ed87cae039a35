using System.Diagnostics;

namespace OtelPipeline.Exporter.Jsonl.Formats;

/// <summary>A span or a log record on its way to a flat line; one object, filled again for every record.</summary>
internal sealed class FlatRecord
{
    public DateTime Utc;
    public string Level = "";
    public string? EventType;
    public string? Message;
    public ActivityTraceId TraceId;
    public ActivitySpanId SpanId;
    public ActivitySpanId ParentSpanId;
    public string? Category;
    public string? Status;
    public string? StatusMessage;
    public TimeSpan? Duration;
    public ActivityKind Kind;

    /// <summary>The innermost span that was open, or null; its parents are found from it.</summary>
    public Activity? Within;

    /// <summary>The span itself, or null for a log record.</summary>
    public Activity? Span;

    public FlatFields Fields { get; } = new();

    public void Clear()
    {
        Within = null;
        Span = null;
        Duration = null;
        StatusMessage = null;
        Status = null;
        ParentSpanId = default;
        Kind = default;
        Fields.Clear();
    }
}
