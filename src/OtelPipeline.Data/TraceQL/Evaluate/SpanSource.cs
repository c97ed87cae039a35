namespace OtelPipeline.Data.TraceQL;

/// <summary>What only all spans of a trace can tell.</summary>
internal sealed record TraceFacts(long Duration, string RootName, string RootService);

/// <summary>A <see cref="SpanRow"/>, with what its trace says when that is known.</summary>
internal readonly struct SpanSource(SpanRow row, TraceFacts? trace = null, int childCount = -1) : IFieldSource
{
    public SpanRow Row => row;

    public TraceId TraceId => row.TraceId;

    public SpanId SpanId => row.SpanId;

    public SpanId ParentId => row.ParentSpanId;

    public bool IsSpan => true;

    public FieldValue Get(Intrinsic intrinsic) =>
        intrinsic switch
        {
            Intrinsic.Name => FieldValue.Of(row.Name),
            Intrinsic.Kind => FieldValue.Of(row.Kind),
            Intrinsic.Status => FieldValue.Of(row.StatusCode),
            Intrinsic.StatusMessage => FieldValue.Of(row.StatusMessage ?? ""),
            Intrinsic.Duration => FieldValue.Duration(row.DurationNano),
            Intrinsic.InstrumentationName => FieldValue.Of(row.Scope.Name),
            Intrinsic.InstrumentationVersion => FieldValue.Of(row.Scope.Version ?? ""),
            Intrinsic.TraceDuration when trace is not null => FieldValue.Duration(trace.Duration),
            Intrinsic.RootName when trace is not null => FieldValue.Of(trace.RootName),
            Intrinsic.RootService when trace is not null => FieldValue.Of(trace.RootService),
            Intrinsic.ChildCount when childCount >= 0 => FieldValue.Of((long)childCount),
            _ => default,
        };

    public bool TryGet(FieldScope scope, string key, out FieldValue value) => RowFields.TryGet(row, scope, FieldScope.Span, key, out value);

    public int Count(FieldScope scope) => scope == FieldScope.Event ? row.Events.Count : row.Links.Count;

    public bool TryGet(in FieldReference field, int index, out FieldValue value)
    {
        if (field.Scope == FieldScope.Link)
        {
            value = default;
            return row.Links[index].Attributes.TryGet(field.Name, out var attribute) && RowFields.Found(attribute, out value);
        }

        var @event = row.Events[index];
        switch (field.Intrinsic)
        {
            case Intrinsic.EventName:
                value = FieldValue.Of(@event.Name);
                return true;
            case Intrinsic.EventTimeSinceStart:
                value = FieldValue.Duration(@event.TimeUnixNano - row.StartTimeUnixNano);
                return true;
            default:
                value = default;
                return @event.Attributes.TryGet(field.Name, out var attribute) && RowFields.Found(attribute, out value);
        }
    }

    public TraceId LinkTraceId(int index) => row.Links[index].TraceId;

    public SpanId LinkSpanId(int index) => row.Links[index].SpanId;
}

/// <summary>What the rows have in common.</summary>
internal static class RowFields
{
    /// <param name="row">The row.</param>
    /// <param name="scope">Where to look.</param>
    /// <param name="own">The scope that the row's own attributes are in.</param>
    /// <param name="key">What to look for.</param>
    /// <param name="value">What was found.</param>
    public static bool TryGet(TelemetryRow row, FieldScope scope, FieldScope own, string key, out FieldValue value)
    {
        value = default;
        var list =
            scope == own ? row.Attributes
            : scope == FieldScope.Resource ? row.Resource.Attributes
            : scope == FieldScope.Instrumentation ? row.Scope.Attributes
            : null;
        return list is not null && list.TryGet(key, out var attribute) && Found(attribute, out value);
    }

    public static bool Found(in AttributeValue attribute, out FieldValue value)
    {
        value = FieldValue.Of(attribute);
        return true;
    }
}
