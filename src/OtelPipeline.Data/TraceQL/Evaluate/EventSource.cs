namespace OtelPipeline.Data.TraceQL;

/// <summary>
/// An <see cref="EventRow"/>: a log record is itself the one event, so that <c>event:name</c> and <c>event.x</c> are its own; <c>.x</c> finds them too.
/// </summary>
internal readonly struct EventSource(EventRow row) : IFieldSource
{
    public TraceId TraceId => row.TraceId;

    public SpanId SpanId => row.SpanId;

    public SpanId ParentId => default;

    public bool IsSpan => false;

    public FieldValue Get(Intrinsic intrinsic) =>
        intrinsic switch
        {
            Intrinsic.Name => FieldValue.Of(row.EventName ?? ""),
            Intrinsic.InstrumentationName => FieldValue.Of(row.Scope.Name),
            Intrinsic.InstrumentationVersion => FieldValue.Of(row.Scope.Version ?? ""),
            _ => default,
        };

    public bool TryGet(FieldScope scope, string key, out FieldValue value) => RowFields.TryGet(row, scope, FieldScope.Span, key, out value);

    public int Count(FieldScope scope) => scope == FieldScope.Event ? 1 : 0;

    public bool TryGet(in FieldReference field, int index, out FieldValue value)
    {
        value = default;
        switch (field.Intrinsic)
        {
            case Intrinsic.EventName:
                value = FieldValue.Of(row.EventName ?? "");
                return true;
            case Intrinsic.None:
                return row.Attributes.TryGet(field.Name, out var attribute) && RowFields.Found(attribute, out value);
            default:
                return false;
        }
    }

    public TraceId LinkTraceId(int index) => default;

    public SpanId LinkSpanId(int index) => default;
}

/// <summary>A <see cref="MetricPointRow"/>: <c>name</c> is the name of the metric, <c>.x</c> an attribute of the point.</summary>
internal readonly struct MetricPointSource(MetricPointRow row) : IFieldSource
{
    public TraceId TraceId => default;

    public SpanId SpanId => default;

    public SpanId ParentId => default;

    public bool IsSpan => false;

    public FieldValue Get(Intrinsic intrinsic) =>
        intrinsic switch
        {
            Intrinsic.Name => FieldValue.Of(row.MetricName),
            Intrinsic.InstrumentationName => FieldValue.Of(row.Scope.Name),
            Intrinsic.InstrumentationVersion => FieldValue.Of(row.Scope.Version ?? ""),
            _ => default,
        };

    public bool TryGet(FieldScope scope, string key, out FieldValue value) => RowFields.TryGet(row, scope, FieldScope.Span, key, out value);

    public int Count(FieldScope scope) => 0;

    public bool TryGet(in FieldReference field, int index, out FieldValue value)
    {
        value = default;
        return false;
    }

    public TraceId LinkTraceId(int index) => default;

    public SpanId LinkSpanId(int index) => default;
}
