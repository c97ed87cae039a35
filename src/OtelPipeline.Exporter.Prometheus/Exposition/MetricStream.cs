using System.Runtime.CompilerServices;
using OpenTelemetry;
using OpenTelemetry.Metrics;
using OtelPipeline.Exporter.Prometheus.Naming;

namespace OtelPipeline.Exporter.Prometheus.Exposition;

/// <summary>One metric of the SDK within its family, and where the labels of each of its points are encoded.</summary>
internal sealed class MetricStream(Metric metric, Family family, List<Label> fixedLabels)
{
    private Series[] _series = new Series[4];
    private int _count;
    private int _cursor;
    private Dictionary<object, int>? _index;

    public Metric Metric { get; } = metric;

    public Family Family { get; } = family;

    public List<Label> FixedLabels { get; } = fixedLabels;

    /// <summary>Upper bounds of an explicit histogram, the last one infinite; empty until a point was seen.</summary>
    public double[] Bounds { get; private set; } = [];

    /// <summary><c>le="…"} </c> for each bound, as text 0.0.4 and as OpenMetrics has it.</summary>
    public ByteBuffer[] TextBounds { get; private set; } = [];

    /// <inheritdoc cref="TextBounds"/>
    public ByteBuffer[] OpenMetricsBounds { get; private set; } = [];

    public void Rewind() => _cursor = 0;

    /// <summary>
    /// The series of a point. The SDK gives points in an order that hardly changes, so the next one is nearly always the one that followed
    /// last time; an observable instrument may leave some out, and points without attributes come late to the front.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ref readonly Series Find(ReadOnlyTagCollection tags, Catalog catalog)
    {
        var key = TagIdentity.Of(ref tags);
        var cursor = _cursor;
        var series = _series;
        if ((uint)cursor < (uint)series.Length && ReferenceEquals(series[cursor].Tags, key))
        {
            _cursor = cursor + 1;
            return ref series[cursor];
        }

        return ref FindElsewhere(key, tags, catalog);
    }

    /// <summary>Takes the bounds of the histogram from one of its points: they are the same in all.</summary>
    public void UseBounds(HistogramBuckets buckets)
    {
        if (Bounds.Length > 0)
            return;
        var bounds = new List<double>();
        foreach (var bucket in buckets)
            bounds.Add(bucket.ExplicitBound);
        Bounds = [.. bounds];
        TextBounds = [.. bounds.Select(bound => TextNumber.BucketLabel(bound, openMetrics: false))];
        OpenMetricsBounds = [.. bounds.Select(bound => TextNumber.BucketLabel(bound, openMetrics: true))];
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private ref readonly Series FindElsewhere(object key, scoped in ReadOnlyTagCollection tags, Catalog catalog)
    {
        // as long as every pass ran straight through, whatever follows the last one is new
        if (_index is null && _cursor < _count)
        {
            _index = new Dictionary<object, int>(ReferenceEqualityComparer.Instance);
            for (var i = 0; i < _count; i++)
                _index.Add(_series[i].Tags, i);
        }

        if (_index is not null && _index.TryGetValue(key, out var found))
        {
            _cursor = found + 1;
            return ref _series[found];
        }

        if (_count == _series.Length)
            Array.Resize(ref _series, _count * 2);
        var (offset, length) = catalog.Encode(this, tags);
        _series[_count] = new Series(key, offset, length);
        _index?.Add(key, _count);
        _cursor = _count + 1;
        return ref _series[_count++];
    }
}

/// <summary>Where a series' labels lie in the arena of its family.</summary>
/// <param name="Tags">The identity of the point.</param>
/// <param name="Offset">Where they begin.</param>
/// <param name="Length">How many bytes; negative for a series that another one with the same labels keeps out.</param>
internal readonly record struct Series(object Tags, int Offset, int Length);
