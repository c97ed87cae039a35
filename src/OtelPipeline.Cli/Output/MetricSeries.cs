using System.Text;
using OtelPipeline.Data;

namespace OtelPipeline.Cli.Output;

/// <summary>
/// One point for each series (resource, scope, metric, attributes): the last one, or the sum of delta points. Memory grows with the number of
/// series, not with that of points.
/// </summary>
internal sealed class MetricSeries
{
    private readonly Dictionary<string, Entry> _series = new(StringComparer.Ordinal);
    private readonly Dictionary<ResourceInfo, string> _resources = new(ReferenceEqualityComparer.Instance);
    private readonly StringBuilder _key = new();

    /// <param name="Point">The point.</param>
    /// <param name="Points">How many points it stands for.</param>
    public sealed record Entry(MetricPointRow Point, long Points);

    public void Add(MetricPointRow point)
    {
        var key = Key(point);
        if (!_series.TryGetValue(key, out var known))
            _series[key] = new Entry(Copy(point), 1);
        else if (point.Temporality == AggregationTemporality.Delta)
            _series[key] = new Entry(Sum(known.Point, point), known.Points + 1);
        else
            _series[key] = new Entry(point.TimeUnixNano >= known.Point.TimeUnixNano ? Copy(point) : known.Point, known.Points + 1);
    }

    public List<Entry> InOrder() =>
        [
            .. _series
                .OrderBy(pair => pair.Value.Point.MetricName, StringComparer.Ordinal)
                .ThenBy(pair => pair.Key, StringComparer.Ordinal)
                .Select(pair => pair.Value),
        ];

    /// <summary>A copy to keep, with its attributes by key: a series is the same in whatever order they were written.</summary>
    private static MetricPointRow Copy(MetricPointRow point)
    {
        var copy = point.Clone();
        copy.Attributes = [];
        foreach (var (key, value) in point.Attributes.OrderBy(pair => pair.Key, StringComparer.Ordinal))
            copy.Attributes.Add(key, value);
        return copy;
    }

    /// <summary>Adds a later delta point; bucket counts of other bounds cannot be added and are given up.</summary>
    private static MetricPointRow Sum(MetricPointRow total, MetricPointRow point)
    {
        total.ValueInt += point.ValueInt;
        total.ValueDouble += point.ValueDouble;
        total.Count += point.Count;
        total.Sum += point.Sum;
        total.Min = total.Min < point.Min ? total.Min : point.Min;
        total.Max = total.Max > point.Max ? total.Max : point.Max;
        total.BucketCounts =
            total.ExplicitBounds.SequenceEqual(point.ExplicitBounds) && total.BucketCounts.Count == point.BucketCounts.Count
                ? [.. total.BucketCounts.Zip(point.BucketCounts, static (left, right) => left + right)]
                : [];
        if (total.BucketCounts.Count == 0)
            total.ExplicitBounds = [];
        // exponential buckets of different scales would have to be merged first
        total.PositiveBucketCounts = [];
        total.NegativeBucketCounts = [];
        total.StartTimeUnixNano = Math.Min(total.StartTimeUnixNano, point.StartTimeUnixNano);
        total.TimeUnixNano = Math.Max(total.TimeUnixNano, point.TimeUnixNano);
        return total;
    }

    private string Key(MetricPointRow point)
    {
        _key.Clear();
        _key.Append(point.MetricName).Append('\n').Append(Resource(point.Resource)).Append('\n').Append(point.Scope.Name).Append('\n');
        foreach (var (name, value) in point.Attributes.OrderBy(pair => pair.Key, StringComparer.Ordinal))
            _key.Append(name).Append('=').Append(value.ToString()).Append('\n');
        return _key.ToString();
    }

    private string Resource(ResourceInfo resource)
    {
        if (_resources.TryGetValue(resource, out var text))
            return text;
        if (_resources.Count >= 1_000)
            _resources.Clear();
        return _resources[resource] = string.Join(
            '\n',
            resource.Attributes.OrderBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => $"{pair.Key}={pair.Value}")
        );
    }
}
