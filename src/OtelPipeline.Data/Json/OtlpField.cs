namespace OtelPipeline.Data.Json;

/// <summary>The properties of OTLP/JSON that rows are made of; the name of a member in lowerCamelCase is the name of the property.</summary>
internal enum OtlpField
{
    Unknown = -1,
    ResourceSpans,
    ResourceLogs,
    ResourceMetrics,
    ScopeSpans,
    ScopeLogs,
    ScopeMetrics,
    InstrumentationLibrarySpans,
    InstrumentationLibraryLogs,
    InstrumentationLibraryMetrics,
    InstrumentationLibrary,
    Resource,
    Scope,
    SchemaUrl,
    Spans,
    LogRecords,
    Metrics,
    Attributes,
    DroppedAttributesCount,
    Key,
    Value,
    Name,
    Version,
    Flags,
    TraceId,
    SpanId,
    TimeUnixNano,
    StartTimeUnixNano,
    StringValue,
    BoolValue,
    IntValue,
    DoubleValue,
    ArrayValue,
    KvlistValue,
    BytesValue,
    Values,
    TraceState,
    ParentSpanId,
    Kind,
    EndTimeUnixNano,
    Events,
    DroppedEventsCount,
    Links,
    DroppedLinksCount,
    Status,
    Message,
    Code,
    ObservedTimeUnixNano,
    SeverityNumber,
    SeverityText,
    Body,
    EventName,
    Description,
    Unit,
    Metadata,
    Gauge,
    Sum,
    Histogram,
    ExponentialHistogram,
    Summary,
    DataPoints,
    AggregationTemporality,
    IsMonotonic,
    AsDouble,
    AsInt,
    Exemplars,
    FilteredAttributes,
    Count,
    BucketCounts,
    ExplicitBounds,
    Min,
    Max,
    Scale,
    ZeroCount,
    ZeroThreshold,
    Positive,
    Negative,
    Offset,
    QuantileValues,
    Quantile,
}

/// <summary>Which properties an object has shown already.</summary>
internal struct SeenFields
{
    private ulong _low;
    private ulong _high;

    /// <summary>Notes a property; true when it was there before.</summary>
    public bool Repeats(OtlpField field)
    {
        ref var mask = ref (int)field < 64 ? ref _low : ref _high;
        var bit = 1UL << ((int)field & 63);
        var seen = (mask & bit) != 0;
        mask |= bit;
        return seen;
    }
}
