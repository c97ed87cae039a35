using System.Globalization;
using System.Text.RegularExpressions;
using OtelPipeline.Data;
using OtelPipeline.Data.TraceQL;
using OtelPipeline.Slo.OpenSlo;

namespace OtelPipeline.Slo.Indicators;

/// <summary>An objective over metrics: what measurements, or the points of files, mean for it.</summary>
internal sealed partial class MetricObjective
{
    private const int MaxAdditions = 100_000;

    private readonly TelemetrySource _source;
    private readonly SpanFilter? _where;
    private readonly SpanFilter? _liveness;
    private readonly (string Metric, SpanFilter? Filter)? _good;
    private readonly (string Metric, SpanFilter? Filter)? _bad;
    private readonly MetricSeriesTable _table = new();
    private readonly double _threshold;
    private readonly List<(long Time, double First, double Second)> _additions = [];
    private readonly HashSet<string> _missingAttributes;
    private long _points;
    private double _surely;
    private double _possibly;
    private double _counted;

    public MetricObjective(CompiledObjective objective)
    {
        Objective = objective;
        _source = objective.Source!;
        _where = Parse(_source.Where);
        _liveness = Parse(_source.Liveness);
        _good = Part(objective.Objective.Indicator.Good);
        _bad = Part(objective.Objective.Indicator.Bad);
        _threshold = (double)(objective.Objective.Value ?? 0);

        // what must be there for a point to match; an attribute of the good or the bad ones may be rare
        _missingAttributes = [.. AttributesIn.Matches(_source.Where ?? "").Select(static m => m.Groups[1].Value)];
    }

    public delegate void Recorder(MetricObjective metric, long time, long at, double first, double second, double value);

    public CompiledObjective Objective { get; }

    /// <summary>Additions by the time of their points, for runs.</summary>
    public IReadOnlyList<(long Time, double First, double Second)> Additions => _additions;

    /// <summary>When the liveness filter matched last.</summary>
    public long LastAlive { get; private set; } = long.MinValue;

    /// <summary>What is wrong with the points, or null.</summary>
    public string? Problem { get; private set; }

    /// <summary>What points cannot tell, as far as it is known when all have been seen.</summary>
    public string? Invalid =>
        Problem
        ?? (_table.IsOverflown ? "the metric has more series than are kept" : null)
        ?? (
            _points > 0 && _missingAttributes.Count > 0
                ? $"no point of '{_source.Metric}' has the attribute '{_missingAttributes.First()}': a view or the cardinality limit may have removed it"
                : null
        );

    public void Keep(long time, double first, double second)
    {
        if (_additions.Count > 0 && _additions[^1].Time == time)
            _additions[^1] = (time, _additions[^1].First + first, _additions[^1].Second + second);
        else if (_additions.Count < MaxAdditions)
            _additions.Add((time, first, second));
        else
            Problem ??= "there are more points than are kept for a run";
    }

    /// <summary>A point of a file.</summary>
    public void Add(MetricPointRow point, Recorder record)
    {
        if (point.Attributes.TryGet("otel.metric.overflow", out _))
        {
            Problem ??= $"'{point.MetricName}' reached its cardinality limit: measurements lie in one series without their attributes";
            return;
        }

        _points++;
        if (_missingAttributes.Count > 0)
            _missingAttributes.RemoveWhere(a => point.Attributes.TryGet(a, out _) || point.Resource.Attributes.TryGet(a, out _));
        if (_liveness?.Matches(point) == true)
            LastAlive = Math.Max(LastAlive, point.TimeUnixNano);
        var isTotal = point.MetricName == _source.Metric && _where?.Matches(point) != false;
        if (Objective.Kind == SloObjectiveKind.Ratio)
        {
            AddRatio(point, isTotal, record);
            return;
        }

        if (!isTotal || _table.Add(point, out var buckets) is not { } addition)
        {
            if (isTotal && point.MetricType == MetricType.Summary)
                Problem ??= $"'{point.MetricName}' is a summary, whose quantiles cannot be added";
            return;
        }

        if (Objective.Kind == SloObjectiveKind.Limit)
            AddLimit(point, addition, record);
        else if (addition.IsValue)
            Value(addition.Time, addition.Sum, record);
        else
            AddBuckets(point, addition, buckets, record);
    }

    /// <summary>A live measurement. Whether it is good, or null where it is neither.</summary>
    public bool? Measure(MetricPointRow point, double value, bool isCounter, long time, Recorder record)
    {
        if (_liveness?.Matches(point) == true)
            LastAlive = time;
        var isTotal = point.MetricName == _source.Metric && _where?.Matches(point) != false;
        var count = isCounter ? value : 1;
        if (Objective.Kind == SloObjectiveKind.Ratio)
        {
            if (Classify(point, isTotal) is not { } parts)
                return null;
            record(this, time, time, count * parts.Good, count * parts.Bad, double.NaN);
            return parts is (1, 0) ? true
                : parts is (0, 1) ? false
                : null;
        }

        if (!isTotal)
            return null;
        if (Objective.Kind == SloObjectiveKind.Limit)
        {
            record(this, time, time, count, Second(time, value), double.NaN);
            return null;
        }

        var isGood = Objective.IsGood(value);
        record(this, time, time, isGood ? 1 : 0, isGood ? 0 : 1, value);
        return isGood;
    }

    private void AddRatio(MetricPointRow point, bool isTotal, Recorder record)
    {
        if (Classify(point, isTotal) is not { } parts || _table.Add(point, out _) is not { } addition)
            return;
        if (addition.IsValue)
            Problem ??= $"'{point.MetricName}' is a gauge: a ratio needs counters or histograms";
        else
            record(this, addition.Time, addition.At, addition.Count * parts.Good, addition.Count * parts.Bad, double.NaN);
    }

    // one instrument: a point of the total is good or bad. Two: bad is the total without the good ones, or the other way round
    private (int Good, int Bad)? Classify(MetricPointRow point, bool isTotal)
    {
        var (part, isGoodPart) = _good is { } good ? (good, true) : (_bad!.Value, false);
        if (part.Metric == _source.Metric)
        {
            if (!isTotal)
                return null;
            var matches = part.Filter?.Matches(point) != false;
            return matches == isGoodPart ? (1, 0) : (0, 1);
        }

        var isPart = point.MetricName == part.Metric && part.Filter?.Matches(point) != false;
        return (isTotal, isPart, isGoodPart) switch
        {
            (true, _, true) => (0, 1),
            (true, _, false) => (1, 0),
            (false, true, true) => (1, -1),
            (false, true, false) => (-1, 1),
            _ => null,
        };
    }

    private void AddLimit(MetricPointRow point, in MetricAddition addition, Recorder record)
    {
        switch (_source.Aggregate)
        {
            case SloAggregate.Min or SloAggregate.Max when !addition.IsValue:
                var extreme = _source.Aggregate == SloAggregate.Max ? point.Max : point.Min;
                if (point.Temporality == AggregationTemporality.Delta && extreme is { } value)
                    record(this, addition.Time, addition.At, 1, value, double.NaN);
                else
                    Problem ??= $"the smallest and the largest value of '{point.MetricName}' are those since its start, not of a window";
                break;
            default:
                var second = Second(addition.Time, addition.Sum);
                if (addition.Count > 0 || addition.IsValue)
                    record(this, addition.Time, addition.At, addition.Count, second, double.NaN);
                break;
        }
    }

    private void AddBuckets(MetricPointRow point, in MetricAddition addition, double[] buckets, Recorder record)
    {
        if (point.MetricType == MetricType.Sum)
        {
            Problem ??= $"'{point.MetricName}' is a counter: a threshold needs a histogram or a gauge";
            return;
        }

        var (surely, possibly) = MetricSeriesTable.AtMost(point, buckets, _threshold);
        if (surely != possibly && MetricSeriesTable.BucketAround(point, _threshold) is { } bucket)
        {
            _surely += surely;
            _possibly += possibly;
            _counted += addition.Count;
            Problem = string.Create(
                CultureInfo.InvariantCulture,
                $"the threshold {_threshold} lies inside the bucket ({bucket.Lower}, {bucket.Upper}] of '{point.MetricName}': {_surely:0} to {_possibly:0} of {_counted:0} values are at most that. Make it a bound of the buckets"
            );
        }

        var isUpper = Objective.Objective.Op is Comparison.Lte or Comparison.Lt;
        var good = isUpper ? surely : addition.Count - surely;
        record(this, addition.Time, addition.At, good, addition.Count - good, double.NaN);
    }

    private void Value(long time, double value, Recorder record)
    {
        var isGood = Objective.IsGood(value);
        record(this, time, time, isGood ? 1 : 0, isGood ? 0 : 1, value);
    }

    private double Second(long time, double value) => _source.Aggregate == SloAggregate.Age ? time / 1e9 : value;

    private static SpanFilter? Parse(string? text) => text is null ? null : SpanFilter.Parse(text);

    private static (string Metric, SpanFilter? Filter)? Part(SloMetricSource? source) =>
        source?.Telemetry is { Metric: { } metric } telemetry ? (metric, Parse(telemetry.Where)) : null;

    [GeneratedRegex(@"(?<![A-Za-z0-9_.""])\.([A-Za-z_][A-Za-z0-9_.]*)", RegexOptions.CultureInvariant)]
    private static partial Regex AttributesIn { get; }
}
