using System.Buffers.Binary;
using System.Diagnostics;
using OtelPipeline.Data;
using OtelPipeline.Data.TraceQL;
using OtelPipeline.Signals;
using OtelPipeline.Slo.Windows;

namespace OtelPipeline.Slo.Indicators;

/// <summary>
/// What the engine needs of one span, event or measurement; live objects and rows of files are views of the same thing. Structs, so that nothing
/// is allocated and calls are direct.
/// </summary>
internal interface IRecord
{
    /// <summary>Name of the span or event, by which filters are found.</summary>
    string Name { get; }

    /// <summary>When it ended or happened.</summary>
    long TimeNanos { get; }

    /// <summary>How many records it stands for, where the others were sampled away; 0 where the trace state cannot be read.</summary>
    int Weight { get; }

    string? RunId { get; }

    TraceId TraceId { get; }

    /// <summary>The id of a span; 0 for an event, which has none.</summary>
    ulong Id { get; }

    bool Matches(SpanFilter filter);

    /// <summary>Whether a record of the total of a ratio is a good one.</summary>
    bool IsGood(Subscription subscription);

    /// <summary>NaN where there is no such number.</summary>
    double Number(ValueField field);

    /// <summary>Gives the attributes to a table.</summary>
    void CopyTo(AttributeTable table);

    /// <summary>A copy of the attributes as text; only for the few that are kept.</summary>
    IReadOnlyList<KeyValuePair<string, string>> Attributes();
}

/// <summary>A live span that has ended.</summary>
internal readonly struct LiveSpan(Activity activity, ResourceInfo resource) : IRecord
{
    public string Name => activity.DisplayName;

    public long TimeNanos => Nanoseconds.ToNanos(activity.StartTimeUtc) + activity.Duration.Ticks * 100;

    // what was sampled away was recorded too, or was never seen
    public int Weight => 1;

    public string? RunId
    {
        get
        {
            foreach (ref readonly var tag in activity.EnumerateTagObjects())
            {
                if (string.Equals(tag.Key, PipelineAttributes.RunId, StringComparison.Ordinal))
                    return tag.Value as string;
            }

            return null;
        }
    }

    public TraceId TraceId
    {
        get
        {
            Span<byte> bytes = stackalloc byte[TraceId.Size];
            activity.TraceId.CopyTo(bytes);
            return TraceId.FromBytes(bytes);
        }
    }

    public ulong Id
    {
        get
        {
            Span<byte> bytes = stackalloc byte[SpanId.Size];
            activity.SpanId.CopyTo(bytes);
            return Ids.Number(SpanId.FromBytes(bytes));
        }
    }

    public bool Matches(SpanFilter filter) => filter.Matches(activity, resource);

    public bool IsGood(Subscription subscription) => subscription.Good is { } good ? Matches(good) : !Matches(subscription.Bad!);

    public double Number(ValueField field) => field.Of(activity, resource);

    public void CopyTo(AttributeTable table)
    {
        foreach (ref readonly var tag in activity.EnumerateTagObjects())
        {
            if (ToValue(tag.Value) is { Kind: not AttributeKind.Empty } value)
                table.Add(tag.Key, value);
        }
    }

    public IReadOnlyList<KeyValuePair<string, string>> Attributes() =>
        [.. activity.TagObjects.Select(static t => new KeyValuePair<string, string>(t.Key, ToValue(t.Value).ToString()))];

    internal static AttributeValue ToValue(object? value) =>
        value switch
        {
            string text => text,
            int number => (long)number,
            long number => number,
            bool flag => flag,
            double number => number,
            _ => default,
        };
}

/// <summary>A span of a file.</summary>
internal readonly struct FileSpan(SpanRow row) : IRecord
{
    public string Name => row.Name;

    public long TimeNanos => row.EndTimeUnixNano;

    public int Weight => Sampling.Weight(row.TraceState, row.TraceId);

    public string? RunId => row.Attributes.GetString(PipelineAttributes.RunId);

    public TraceId TraceId => row.TraceId;

    public ulong Id => Ids.Number(row.SpanId);

    public bool Matches(SpanFilter filter) => filter.Matches(row);

    public bool IsGood(Subscription subscription) => subscription.Good is { } good ? Matches(good) : !Matches(subscription.Bad!);

    public double Number(ValueField field) => field.Of(row);

    public void CopyTo(AttributeTable table) => RowAttributes.CopyTo(row.Attributes, table);

    public IReadOnlyList<KeyValuePair<string, string>> Attributes() => RowAttributes.Texts(row.Attributes);
}

/// <summary>An event, live or of a file.</summary>
internal readonly struct EventRecord(EventRow row) : IRecord
{
    public string Name => row.EventName ?? "";

    public long TimeNanos => row.TimeUnixNano != 0 ? row.TimeUnixNano : row.ObservedTimeUnixNano;

    public int Weight => 1;

    public string? RunId => row.Attributes.GetString(PipelineAttributes.RunId);

    public TraceId TraceId => row.TraceId;

    public ulong Id => 0;

    public bool Matches(SpanFilter filter) => filter.Matches(row);

    public bool IsGood(Subscription subscription) => subscription.Good is { } good ? Matches(good) : !Matches(subscription.Bad!);

    public double Number(ValueField field) => field.Of(row);

    public void CopyTo(AttributeTable table) => RowAttributes.CopyTo(row.Attributes, table);

    public IReadOnlyList<KeyValuePair<string, string>> Attributes() => RowAttributes.Texts(row.Attributes);
}

/// <summary>The attributes of a row as text.</summary>
internal static class RowAttributes
{
    public static IReadOnlyList<KeyValuePair<string, string>> Texts(AttributeList attributes)
    {
        var texts = new List<KeyValuePair<string, string>>(attributes.Count);
        foreach (var (key, value) in attributes)
            texts.Add(new(key, value.ToString()));
        return texts;
    }

    public static void CopyTo(AttributeList attributes, AttributeTable table)
    {
        foreach (ref readonly var attribute in attributes.AsSpan())
            table.Add(attribute.Key, attribute.Value);
    }
}

/// <summary>Ids as numbers.</summary>
internal static class Ids
{
    public static ulong Number(SpanId id)
    {
        Span<byte> bytes = stackalloc byte[SpanId.Size];
        id.CopyTo(bytes);
        return BinaryPrimitives.ReadUInt64BigEndian(bytes);
    }
}
