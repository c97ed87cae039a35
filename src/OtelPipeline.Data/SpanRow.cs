namespace OtelPipeline.Data;

/// <summary>One finished span.</summary>
/// <seealso href="https://github.com/open-telemetry/opentelemetry-proto/blob/main/opentelemetry/proto/trace/v1/trace.proto"/>
public sealed class SpanRow : TelemetryRow
{
    /// <summary>The trace the span belongs to.</summary>
    public TraceId TraceId { get; set; }

    /// <summary>The id of the span.</summary>
    public SpanId SpanId { get; set; }

    /// <summary>The id of the parent, empty at a root.</summary>
    public SpanId ParentSpanId { get; set; }

    /// <summary>W3C trace state, or null.</summary>
    public string? TraceState { get; set; }

    /// <summary>The name of the operation.</summary>
    public string Name { get; set; } = "";

    /// <summary>The role of the span in a call.</summary>
    public SpanKind Kind { get; set; }

    /// <summary>Start, in nanoseconds since 1970-01-01 UTC.</summary>
    public long StartTimeUnixNano { get; set; }

    /// <summary>Duration in nanoseconds; negative when the clock was set back meanwhile, 0 when the file names no end.</summary>
    public long DurationNano { get; set; }

    /// <inheritdoc/>
    public override long TimestampUnixNano => StartTimeUnixNano;

    /// <summary>End, in nanoseconds since 1970-01-01 UTC: start plus duration.</summary>
    public long EndTimeUnixNano => StartTimeUnixNano + DurationNano;

    /// <summary>The outcome.</summary>
    public SpanStatusCode StatusCode { get; set; }

    /// <summary>What the producer said about an error, or null.</summary>
    public string? StatusMessage { get; set; }

    /// <summary>What happened during the span, in the order written.</summary>
    public List<SpanEvent> Events { get; private init; } = [];

    /// <summary>Other spans this one points to, in the order written.</summary>
    public List<SpanLink> Links { get; private init; } = [];

    /// <summary>How many events the producer dropped.</summary>
    public uint DroppedEventsCount { get; set; }

    /// <summary>How many links the producer dropped.</summary>
    public uint DroppedLinksCount { get; set; }

    /// <summary>A copy to keep: rows that a callback receives are reused after it returns.</summary>
    public SpanRow Clone()
    {
        var copy = new SpanRow
        {
            TraceId = TraceId,
            SpanId = SpanId,
            ParentSpanId = ParentSpanId,
            TraceState = TraceState,
            Name = Name,
            Kind = Kind,
            StartTimeUnixNano = StartTimeUnixNano,
            DurationNano = DurationNano,
            StatusCode = StatusCode,
            StatusMessage = StatusMessage,
            Events = [.. Events],
            Links = [.. Links],
            DroppedEventsCount = DroppedEventsCount,
            DroppedLinksCount = DroppedLinksCount,
        };
        CopyCommonTo(copy);
        return copy;
    }

    internal void Reset()
    {
        ResetCommon();
        TraceId = default;
        SpanId = default;
        ParentSpanId = default;
        TraceState = null;
        Name = "";
        Kind = SpanKind.Unspecified;
        StartTimeUnixNano = 0;
        DurationNano = 0;
        StatusCode = SpanStatusCode.Unset;
        StatusMessage = null;
        Events.Clear();
        Links.Clear();
        DroppedEventsCount = 0;
        DroppedLinksCount = 0;
    }
}

/// <summary>The role of a span in a call; the numbers are those of OTLP.</summary>
public enum SpanKind
{
    /// <summary>Not said.</summary>
    Unspecified = 0,

    /// <summary>Inside one process.</summary>
    Internal = 1,

    /// <summary>Handles a remote request.</summary>
    Server = 2,

    /// <summary>Makes a remote request.</summary>
    Client = 3,

    /// <summary>Hands a message over.</summary>
    Producer = 4,

    /// <summary>Receives a message.</summary>
    Consumer = 5,
}

/// <summary>The outcome of a span; the numbers are those of OTLP.</summary>
public enum SpanStatusCode
{
    /// <summary>Not said.</summary>
    Unset = 0,

    /// <summary>Declared successful.</summary>
    Ok = 1,

    /// <summary>Failed.</summary>
    Error = 2,
}

/// <summary>Something that happened during a span.</summary>
public sealed class SpanEvent
{
    /// <summary>When, in nanoseconds since 1970-01-01 UTC.</summary>
    public long TimeUnixNano { get; set; }

    /// <summary>What.</summary>
    public string Name { get; set; } = "";

    /// <summary>Details.</summary>
    public AttributeList Attributes { get; set; } = [];

    /// <summary>How many attributes the producer dropped.</summary>
    public uint DroppedAttributesCount { get; set; }
}

/// <summary>A pointer from a span to another span.</summary>
public sealed class SpanLink
{
    /// <summary>The trace pointed to.</summary>
    public TraceId TraceId { get; set; }

    /// <summary>The span pointed to.</summary>
    public SpanId SpanId { get; set; }

    /// <summary>W3C trace state of the span pointed to, or null.</summary>
    public string? TraceState { get; set; }

    /// <summary>Details.</summary>
    public AttributeList Attributes { get; set; } = [];

    /// <summary>How many attributes the producer dropped.</summary>
    public uint DroppedAttributesCount { get; set; }

    /// <summary>The OTLP flags field; the low 8 bits are W3C trace flags.</summary>
    public uint Flags { get; set; }
}
