using System.Numerics;
using System.Runtime.InteropServices;

namespace OtelPipeline.Data.Compaction;

/// <summary>
/// A sum over rows that is the same for the same rows in any order, and with attributes in any order. Rows that differ give another sum but for
/// one case in 2^64: it tells whether a copy is complete, and is no defence against those who search for two that agree.
/// </summary>
internal struct RowFingerprint : IEquatable<RowFingerprint>
{
    private const ulong Prime = 0x9E3779B97F4A7C15;

    private ulong _sum;

    public long Rows { get; private set; }

    public void Add(TelemetryRow row)
    {
        Rows++;
        var hash = row switch
        {
            SpanRow span => Of(span),
            EventRow record => Of(record),
            _ => Of((MetricPointRow)row),
        };
        hash = Mix(hash, Of(row.Attributes));
        hash = Mix(hash, ((ulong)row.Flags << 32) | row.DroppedAttributesCount);
        hash = Mix(hash, Of(row.Resource.Attributes));
        hash = Mix(Mix(hash, row.Resource.SchemaUrl), row.Resource.DroppedAttributesCount);
        hash = Mix(Mix(hash, row.Scope.Name), row.Scope.Version);
        hash = Mix(hash, Of(row.Scope.Attributes));
        _sum += Mix(Mix(hash, row.Scope.SchemaUrl), row.Scope.DroppedAttributesCount);
    }

    public readonly bool Equals(RowFingerprint other) => Rows == other.Rows && _sum == other._sum;

    public override readonly bool Equals(object? obj) => obj is RowFingerprint other && Equals(other);

    public override readonly int GetHashCode() => _sum.GetHashCode();

    private static ulong Of(SpanRow span)
    {
        var hash = Mix(Mix(Mix(1, span.TraceId), span.SpanId), span.ParentSpanId);
        hash = Mix(Mix(Mix(hash, span.TraceState), span.Name), span.StatusMessage);
        hash = Mix(Mix(hash, (ulong)span.StartTimeUnixNano), (ulong)span.DurationNano);
        hash = Mix(hash, ((ulong)span.Kind << 32) | (uint)span.StatusCode);
        hash = Mix(hash, ((ulong)span.DroppedEventsCount << 32) | span.DroppedLinksCount);
        foreach (var item in span.Events)
            hash = Mix(Mix(Mix(Mix(hash, (ulong)item.TimeUnixNano), item.Name), Of(item.Attributes)), item.DroppedAttributesCount);
        foreach (var link in span.Links)
        {
            hash = Mix(Mix(Mix(hash, link.TraceId), link.SpanId), link.TraceState);
            hash = Mix(Mix(hash, Of(link.Attributes)), ((ulong)link.Flags << 32) | link.DroppedAttributesCount);
        }

        return hash;
    }

    private static ulong Of(EventRow record)
    {
        var hash = Mix(Mix(2, record.TraceId), record.SpanId);
        hash = Mix(Mix(hash, (ulong)record.TimeUnixNano), (ulong)record.ObservedTimeUnixNano);
        hash = Mix(Mix(Mix(hash, (ulong)record.SeverityNumber), record.SeverityText), record.EventName);
        return Mix(hash, Of(record.Body));
    }

    private static ulong Of(MetricPointRow point)
    {
        var hash = Mix(Mix(Mix(3, point.MetricName), point.Unit), point.Description);
        hash = Mix(Mix(hash, (ulong)point.MetricType), ((ulong)point.Temporality << 1) | (point.IsMonotonic ? 1UL : 0));
        hash = Mix(Mix(hash, (ulong)point.TimeUnixNano), (ulong)point.StartTimeUnixNano);
        hash = Mix(Mix(Mix(hash, point.ValueDouble), point.ValueInt), point.Count);
        hash = Mix(Mix(Mix(hash, point.Sum), point.Min), point.Max);
        hash = Mix(Mix(Mix(hash, point.Scale), point.ZeroCount), point.ZeroThreshold);
        hash = Mix(Mix(hash, point.PositiveOffset), point.NegativeOffset);
        foreach (var bound in point.ExplicitBounds)
            hash = Mix(hash, (double?)bound);
        foreach (
            var counts in (ReadOnlySpan<IReadOnlyList<long>>)[point.BucketCounts, point.PositiveBucketCounts, point.NegativeBucketCounts]
        )
        {
            hash = Mix(hash, (ulong)counts.Count);
            foreach (var count in counts)
                hash = Mix(hash, (ulong)count);
        }

        foreach (var quantile in point.Quantiles)
            hash = Mix(Mix(hash, (double?)quantile.Quantile), (double?)quantile.Value);
        foreach (var exemplar in point.Exemplars)
        {
            hash = Mix(Mix(Mix(hash, (ulong)exemplar.TimeUnixNano), exemplar.ValueDouble), exemplar.ValueInt);
            hash = Mix(Mix(Mix(hash, exemplar.TraceId), exemplar.SpanId), Of(exemplar.FilteredAttributes));
        }

        return Mix(hash, Of(point.Metadata));
    }

    private static ulong Of(AttributeList list)
    {
        ulong sum = 0;
        foreach (ref readonly var pair in list.AsSpan())
            sum += Mix(Mix(5, pair.Key), Of(pair.Value));
        return sum;
    }

    private static ulong Of(AttributeValue value)
    {
        var hash = (ulong)value.Kind;
        switch (value.Kind)
        {
            case AttributeKind.Array:
                foreach (var element in value.AsArray())
                    hash = Mix(hash, Of(element));
                return hash;
            case AttributeKind.KeyValues:
                foreach (var (key, element) in value.AsKeyValues())
                    hash = Mix(Mix(hash, key), Of(element));
                return hash;
            case AttributeKind.Int64:
                return Mix(hash, (ulong)value.AsInt64());
            case AttributeKind.Double:
                return Mix(hash, (double?)value.AsDouble());
            default:
                return Mix(hash, value.ToString());
        }
    }

    private static ulong Mix(ulong hash, ulong value)
    {
        hash = (hash ^ value) * Prime;
        return BitOperations.RotateLeft(hash, 29) ^ (hash >> 7);
    }

    private static ulong Mix(ulong hash, string? text)
    {
        if (text is null)
            return Mix(hash, ulong.MaxValue);
        var bytes = MemoryMarshal.AsBytes(text.AsSpan());
        foreach (var part in MemoryMarshal.Cast<byte, ulong>(bytes))
            hash = Mix(hash, part);
        foreach (var rest in bytes[(bytes.Length & ~7)..])
            hash = Mix(hash, rest);
        return Mix(hash, (ulong)text.Length);
    }

    private static ulong Mix(ulong hash, long? value) => value is { } number ? Mix(hash ^ 1, (ulong)number) : Mix(hash, 0UL);

    private static ulong Mix(ulong hash, double? value) =>
        value is { } number ? Mix(hash ^ 1, BitConverter.DoubleToUInt64Bits(number)) : Mix(hash, 0UL);

    private static ulong Mix(ulong hash, TraceId id)
    {
        Span<byte> bytes = stackalloc byte[TraceId.Size];
        id.CopyTo(bytes);
        var parts = MemoryMarshal.Cast<byte, ulong>(bytes);
        return Mix(Mix(hash, parts[0]), parts[1]);
    }

    private static ulong Mix(ulong hash, SpanId id)
    {
        Span<byte> bytes = stackalloc byte[SpanId.Size];
        id.CopyTo(bytes);
        return Mix(hash, MemoryMarshal.Cast<byte, ulong>(bytes)[0]);
    }
}
