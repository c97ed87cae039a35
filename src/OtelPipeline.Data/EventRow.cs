namespace OtelPipeline.Data;

/// <summary>One log record; with an <see cref="EventName"/> it is an event.</summary>
/// <seealso href="https://github.com/open-telemetry/opentelemetry-proto/blob/main/opentelemetry/proto/logs/v1/logs.proto"/>
public sealed class EventRow : TelemetryRow
{
    private AttributeValue _body;

    /// <summary>When it happened, in nanoseconds since 1970-01-01 UTC; 0 when unknown.</summary>
    public long TimeUnixNano { get; set; }

    /// <summary>When it was recorded, in nanoseconds since 1970-01-01 UTC; 0 when unknown.</summary>
    public long ObservedTimeUnixNano { get; set; }

    /// <inheritdoc/>
    public override long TimestampUnixNano => TimeUnixNano != 0 ? TimeUnixNano : ObservedTimeUnixNano;

    /// <summary>The trace during which it happened, or empty.</summary>
    public TraceId TraceId { get; set; }

    /// <summary>The span during which it happened, or empty.</summary>
    public SpanId SpanId { get; set; }

    /// <summary>Severity from 1 (trace) to 24 (fatal), 0 when unknown.</summary>
    public int SeverityNumber { get; set; }

    /// <summary>The producer's own name of the severity, or null.</summary>
    public string? SeverityText { get; set; }

    /// <summary>The name of the event, or null for a plain log record.</summary>
    public string? EventName { get; set; }

    /// <summary>The message or the structured body.</summary>
    public AttributeValue Body
    {
        get => _body;
        set => _body = value.Detached();
    }

    /// <summary>A copy to keep: rows that a callback receives are reused after it returns.</summary>
    public EventRow Clone()
    {
        var copy = new EventRow
        {
            TimeUnixNano = TimeUnixNano,
            ObservedTimeUnixNano = ObservedTimeUnixNano,
            TraceId = TraceId,
            SpanId = SpanId,
            SeverityNumber = SeverityNumber,
            SeverityText = SeverityText,
            EventName = EventName,
            Body = Body,
        };
        CopyCommonTo(copy);
        return copy;
    }

    /// <summary>Sets the body to a value that lives as long as what the row holds now.</summary>
    internal void SetBody(AttributeValue body) => _body = body;

    internal void Reset()
    {
        ResetCommon();
        TimeUnixNano = 0;
        ObservedTimeUnixNano = 0;
        TraceId = default;
        SpanId = default;
        SeverityNumber = 0;
        SeverityText = null;
        EventName = null;
        Body = default;
    }
}
