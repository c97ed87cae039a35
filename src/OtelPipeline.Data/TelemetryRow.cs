namespace OtelPipeline.Data;

/// <summary>
/// What spans, events and metric points have in common. A row is plain data: readers fill it from files, other packages from live objects.
/// </summary>
public abstract class TelemetryRow
{
    private protected TelemetryRow() { }

    /// <summary>What produced the telemetry. Shared by the rows of one batch: treat as read-only.</summary>
    public ResourceInfo Resource { get; set; } = ResourceInfo.Empty;

    /// <summary>The instrumentation scope (tracer, meter or logger). Shared by the rows of one batch: treat as read-only.</summary>
    public ScopeInfo Scope { get; set; } = ScopeInfo.Empty;

    /// <summary>The attributes of the row, in the order written.</summary>
    public AttributeList Attributes { get; set; } = [];

    /// <summary>The OTLP flags field: the low 8 bits are W3C trace flags on spans and events, and data point flags on metric points.</summary>
    public uint Flags { get; set; }

    /// <summary>How many attributes the producer dropped; 0 on metric points, which cannot say.</summary>
    public uint DroppedAttributesCount { get; set; }

    /// <summary>
    /// The time that rows are sorted and partitioned by, nanoseconds since 1970-01-01 UTC: the start of a span, the time of an event (when that is
    /// unknown, the time at which it was recorded), the time of a metric point.
    /// </summary>
    public abstract long TimestampUnixNano { get; }

    private protected void ResetCommon()
    {
        Resource = ResourceInfo.Empty;
        Scope = ScopeInfo.Empty;
        Attributes.Rewind();
        Flags = 0;
        DroppedAttributesCount = 0;
    }

    private protected void CopyCommonTo(TelemetryRow target)
    {
        target.Resource = Resource;
        target.Scope = Scope;
        target.Attributes = Attributes.Clone();
        target.Flags = Flags;
        target.DroppedAttributesCount = DroppedAttributesCount;
    }
}
