using System.Text;
using OtelPipeline.Data;

namespace OtelPipeline.Slo.Indicators;

/// <summary>What was added to one series of a metric since its point before.</summary>
/// <param name="Time">When the point was collected.</param>
/// <param name="At">To when the addition is counted: to the start of a series for its first point, so that what lies before a window stays outside.</param>
/// <param name="Count">Measurements of a histogram, or the sum of a counter.</param>
/// <param name="Sum">The sum of the values.</param>
/// <param name="IsValue">True where the point is a value of its own (a gauge), not an addition; the value is the sum.</param>
internal readonly record struct MetricAddition(long Time, long At, double Count, double Sum, bool IsValue);

/// <summary>
/// Points of files as additions: per series the difference between points; a new start time or a decrease is a reset; delta points as they are.
/// </summary>
/// <seealso href="https://opentelemetry.io/docs/specs/otel/metrics/data-model/#resets-and-gaps"/>
internal sealed class MetricSeriesTable
{
    private const int MaxSeries = 10_000;

    private readonly Dictionary<string, Previous> _series = new(StringComparer.Ordinal);
    private readonly StringBuilder _key = new();

    /// <summary>Whether there were more series than are kept, so that sums are not whole.</summary>
    public bool IsOverflown { get; private set; }

    /// <summary>Null where the point adds nothing that can be told.</summary>
    /// <param name="point">The point.</param>
    /// <param name="buckets">What was added to each bucket of a histogram; empty for others.</param>
    public MetricAddition? Add(MetricPointRow point, out double[] buckets)
    {
        buckets = [];
        if (point.MetricType is MetricType.Gauge || point is { MetricType: MetricType.Sum, IsMonotonic: false })
            return new MetricAddition(point.TimeUnixNano, point.TimeUnixNano, 1, Value(point), IsValue: true);
        if (point.MetricType is not (MetricType.Sum or MetricType.Histogram or MetricType.ExponentialHistogram))
            return null;
        var isSum = point.MetricType == MetricType.Sum;
        var current = new Previous
        {
            Start = point.StartTimeUnixNano,
            Time = point.TimeUnixNano,
            Count = isSum ? Value(point) : point.Count ?? 0,
            Sum = isSum ? Value(point) : point.Sum ?? 0,
            Buckets = Buckets(point),
        };
        if (point.Temporality == AggregationTemporality.Delta)
        {
            buckets = current.Buckets;
            return new MetricAddition(current.Time, current.Time, current.Count, current.Sum, false);
        }

        var key = Key(point);
        if (!_series.TryGetValue(key, out var previous))
        {
            if (_series.Count == MaxSeries)
            {
                IsOverflown = true;
                return null;
            }
        }
        else if (current.Time <= previous.Time && current.Start == previous.Start)
        {
            // seen before, or out of order: the later point holds it
            return null;
        }

        _series[key] = current;
        var isReset =
            previous is null
            || current.Start != previous.Start
            || current.Count < previous.Count
            || current.Buckets.Length != previous.Buckets.Length;
        buckets = current.Buckets;
        if (isReset)
            return new MetricAddition(current.Time, current.Start > 0 ? current.Start : current.Time, current.Count, current.Sum, false);
        buckets = new double[current.Buckets.Length];
        for (var i = 0; i < buckets.Length; i++)
            buckets[i] = current.Buckets[i] - previous!.Buckets[i];
        return new MetricAddition(current.Time, current.Time, current.Count - previous!.Count, current.Sum - previous.Sum, false);
    }

    /// <summary>
    /// How many measurements of an addition are surely and possibly at most a threshold: the same where it is a bound of the buckets.
    /// </summary>
    public static (double Surely, double Possibly) AtMost(MetricPointRow point, double[] buckets, double threshold)
    {
        double surely = 0;
        double possibly = 0;
        for (var i = 0; i < buckets.Length; i++)
        {
            var (lower, upper) = BoundsOf(point, i);
            if (upper <= threshold)
                surely += buckets[i];
            if (lower < threshold || upper <= threshold)
                possibly += buckets[i];
        }

        return (surely, possibly);
    }

    /// <summary>The bucket that a threshold lies inside of, or null where it is a bound.</summary>
    public static (double Lower, double Upper)? BucketAround(MetricPointRow point, double threshold)
    {
        for (var i = 0; i < Buckets(point).Length; i++)
        {
            var (lower, upper) = BoundsOf(point, i);
            if (lower < threshold && threshold < upper)
                return (lower, upper);
        }

        return null;
    }

    private static double Value(MetricPointRow point) => point.ValueInt ?? point.ValueDouble ?? 0;

    // negative buckets from the lowest on, zero, positive ones
    private static double[] Buckets(MetricPointRow point) =>
        point.MetricType switch
        {
            MetricType.Histogram => [.. point.BucketCounts.Select(static c => (double)c)],
            MetricType.ExponentialHistogram =>
            [
                .. point.NegativeBucketCounts.Reverse().Select(static c => (double)c),
                point.ZeroCount ?? 0,
                .. point.PositiveBucketCounts.Select(static c => (double)c),
            ],
            _ => [],
        };

    private static (double Lower, double Upper) BoundsOf(MetricPointRow point, int index)
    {
        if (point.MetricType == MetricType.Histogram)
        {
            var bounds = point.ExplicitBounds;
            return (
                index == 0 ? double.NegativeInfinity : bounds[index - 1],
                index < bounds.Count ? bounds[index] : double.PositiveInfinity
            );
        }

        var negative = point.NegativeBucketCounts.Count;
        var factor = Math.Pow(2, -(point.Scale ?? 0));
        if (index == negative)
            return (-(point.ZeroThreshold ?? 0), point.ZeroThreshold ?? 0);
        if (index > negative)
        {
            var i = (point.PositiveOffset ?? 0) + index - negative - 1;
            return (Math.Pow(2, i * factor), Math.Pow(2, (i + 1) * factor));
        }

        var n = (point.NegativeOffset ?? 0) + negative - 1 - index;
        return (-Math.Pow(2, (n + 1) * factor), -Math.Pow(2, n * factor));
    }

    private string Key(MetricPointRow point)
    {
        _key.Clear();
        Append(point.Resource.ServiceNamespace);
        Append(point.Resource.ServiceName);
        Append(point.Resource.ServiceInstanceId);
        Append(point.Scope.Name);
        Append(point.Scope.Version);
        Append(point.MetricName);
        foreach (var (name, value) in point.Attributes.OrderBy(static a => a.Key, StringComparer.Ordinal))
        {
            Append(name);
            _key.Append((char)('0' + (int)value.Kind));
            Append(value.ToString());
        }

        return _key.ToString();
    }

    private void Append(string? text) => _key.Append(text).Append('\0');

    private sealed class Previous
    {
        public required long Start { get; init; }
        public required long Time { get; init; }
        public required double Count { get; init; }
        public required double Sum { get; init; }
        public required double[] Buckets { get; init; }
    }
}
