namespace OtelPipeline.Data.Json;

/// <summary>The properties of the flat dialect; the name of a member in snake_case is the name of the property.</summary>
internal enum FlatField
{
    // what every record has, in the order of TelemetrySchema.Flat
    Timestamp,
    Level,
    EventType,
    Message,
    TraceId,
    SpanId,
    RunId,
    Pipeline,
    Node,
    NodeType,
    Layer,
    Engine,
    Status,
    DurationMs,
    ErrorType,
    CacheResult,
    MemoryMb,
    User,
    Category,
    Function,
    File,
    Line,
    ThreadId,
    ThreadName,
    Spans,
    Exception,
    Attributes,

    // columns of TelemetrySchema that a flat record may carry as well
    Name,
    Kind,
    ParentSpanId,
    TraceState,
    Flags,
    StartTimeUnixNano,
    DurationNano,
    StatusCode,
    StatusMessage,
    TimeUnixNano,
    ObservedTimeUnixNano,
    SeverityNumber,
    ServiceName,
    ServiceNamespace,
    ServiceVersion,
    ServiceInstanceId,
    ScopeName,
    ScopeVersion,
    MetricName,
    MetricType,
    Unit,
    Description,
    Temporality,
    IsMonotonic,
    ValueDouble,
    ValueInt,
    Count,
    Sum,
    Min,
    Max,
    ExplicitBounds,
    BucketCounts,
    Scale,
    ZeroCount,
    ZeroThreshold,
    PositiveOffset,
    PositiveBucketCounts,
    NegativeOffset,
    NegativeBucketCounts,

    // what the exporter of JSON lines writes besides
    StartTimestamp,
    DroppedAttributesCount,
    Events,
    Links,
}

/// <summary>Finds the properties of the flat dialect by name.</summary>
internal static class FlatFields
{
    public static FieldTable Table { get; } = CreateTable();

    /// <summary>True for a property that only a flat record starts with.</summary>
    public static bool Identifies(int field) =>
        (FlatField)field is FlatField.Timestamp or FlatField.EventType or FlatField.Message or FlatField.MetricName;

    private static FieldTable CreateTable()
    {
        var table = new FieldTable();
        foreach (var field in Enum.GetValues<FlatField>())
            table.Add(FieldNames.SnakeCase(field.ToString()), (int)field);
        return table;
    }
}
