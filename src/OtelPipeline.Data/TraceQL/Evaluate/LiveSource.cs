using System.Diagnostics;

namespace OtelPipeline.Data.TraceQL;

/// <summary>A live <see cref="Activity"/>, read in place.</summary>
internal readonly struct LiveSource(Activity activity, ResourceInfo resource) : IFieldSource
{
    public TraceId TraceId
    {
        get
        {
            Span<byte> bytes = stackalloc byte[TraceId.Size];
            activity.TraceId.CopyTo(bytes);
            return TraceId.FromBytes(bytes);
        }
    }

    public SpanId SpanId => IdOf(activity.SpanId);

    public SpanId ParentId => IdOf(activity.ParentSpanId);

    public bool IsSpan => true;

    public FieldValue Get(Intrinsic intrinsic) =>
        intrinsic switch
        {
            Intrinsic.Name => FieldValue.Of(activity.DisplayName),
            Intrinsic.Kind => FieldValue.Of(
                activity.Kind switch
                {
                    ActivityKind.Server => SpanKind.Server,
                    ActivityKind.Client => SpanKind.Client,
                    ActivityKind.Producer => SpanKind.Producer,
                    ActivityKind.Consumer => SpanKind.Consumer,
                    _ => SpanKind.Internal,
                }
            ),
            Intrinsic.Status => FieldValue.Of(
                activity.Status switch
                {
                    ActivityStatusCode.Ok => SpanStatusCode.Ok,
                    ActivityStatusCode.Error => SpanStatusCode.Error,
                    _ => SpanStatusCode.Unset,
                }
            ),
            Intrinsic.StatusMessage => FieldValue.Of(activity.StatusDescription ?? ""),
            Intrinsic.Duration => FieldValue.Duration(activity.Duration.Ticks * 100),
            Intrinsic.InstrumentationName => FieldValue.Of(activity.Source.Name),
            Intrinsic.InstrumentationVersion => FieldValue.Of(activity.Source.Version ?? ""),
            _ => default,
        };

    public bool TryGet(FieldScope scope, string key, out FieldValue value)
    {
        switch (scope)
        {
            case FieldScope.Span:
                foreach (ref readonly var tag in activity.EnumerateTagObjects())
                {
                    if (string.Equals(tag.Key, key, StringComparison.Ordinal))
                    {
                        value = FieldValue.OfObject(tag.Value);
                        return true;
                    }
                }

                value = default;
                return false;
            case FieldScope.Resource:
                value = default;
                return resource.Attributes.TryGet(key, out var attribute) && RowFields.Found(attribute, out value);
            default:
                return TryGet(activity.Source.Tags, key, out value);
        }
    }

    public int Count(FieldScope scope)
    {
        var count = 0;
        if (scope == FieldScope.Event)
        {
            foreach (ref readonly var _ in activity.EnumerateEvents())
                count++;
        }
        else
        {
            foreach (ref readonly var _ in activity.EnumerateLinks())
                count++;
        }

        return count;
    }

    public bool TryGet(in FieldReference field, int index, out FieldValue value)
    {
        if (field.Scope == FieldScope.Link)
            return TryGet(Link(index).EnumerateTagObjects(), field.Name, out value);
        var @event = Event(index);
        switch (field.Intrinsic)
        {
            case Intrinsic.EventName:
                value = FieldValue.Of(@event.Name);
                return true;
            case Intrinsic.EventTimeSinceStart:
                value = FieldValue.Duration((@event.Timestamp.UtcTicks - activity.StartTimeUtc.Ticks) * 100);
                return true;
            default:
                return TryGet(@event.EnumerateTagObjects(), field.Name, out value);
        }
    }

    public TraceId LinkTraceId(int index)
    {
        Span<byte> bytes = stackalloc byte[TraceId.Size];
        Link(index).Context.TraceId.CopyTo(bytes);
        return TraceId.FromBytes(bytes);
    }

    public SpanId LinkSpanId(int index) => IdOf(Link(index).Context.SpanId);

    private ActivityEvent Event(int index)
    {
        foreach (ref readonly var @event in activity.EnumerateEvents())
        {
            if (index-- == 0)
                return @event;
        }

        return default;
    }

    private ActivityLink Link(int index)
    {
        foreach (ref readonly var link in activity.EnumerateLinks())
        {
            if (index-- == 0)
                return link;
        }

        return default;
    }

    private static SpanId IdOf(ActivitySpanId id)
    {
        Span<byte> bytes = stackalloc byte[SpanId.Size];
        id.CopyTo(bytes);
        return SpanId.FromBytes(bytes);
    }

    private static bool TryGet(Activity.Enumerator<KeyValuePair<string, object?>> tags, string key, out FieldValue value)
    {
        foreach (ref readonly var tag in tags)
        {
            if (string.Equals(tag.Key, key, StringComparison.Ordinal))
            {
                value = FieldValue.OfObject(tag.Value);
                return true;
            }
        }

        value = default;
        return false;
    }

    private static bool TryGet(IEnumerable<KeyValuePair<string, object?>>? tags, string key, out FieldValue value)
    {
        foreach (var tag in tags ?? [])
        {
            if (tag.Key == key)
            {
                value = FieldValue.OfObject(tag.Value);
                return true;
            }
        }

        value = default;
        return false;
    }
}
