using System.Numerics;

namespace OtelPipeline.Data.TraceQL;

/// <summary>What one step of one series knows; cells of neighbouring steps can be merged.</summary>
internal sealed class MetricsCell
{
    private double _sum;
    private double _compensation;
    private double _min = double.PositiveInfinity;
    private double _max = double.NegativeInfinity;

    // durations in nanoseconds: whole numbers need no care, and the order in which spans are read cannot show
    private Int128 _durations;
    private long _shortest = long.MaxValue;
    private long _longest = long.MinValue;

    public long Count { get; private set; }

    public double Min => Count == 0 ? double.NaN : Math.Min(_min, _shortest == long.MaxValue ? _min : _shortest / 1e9);

    public double Max => Count == 0 ? double.NaN : Math.Max(_max, _longest == long.MinValue ? _max : _longest / 1e9);

    public double Sum => Count == 0 ? double.NaN : _sum + _compensation + (double)_durations / 1e9;

    /// <summary>How many values lie in (2^(i-1), 2^i]; null until there is one.</summary>
    public long[]? Buckets { get; private set; }

    public void Increment() => Count++;

    public void Add(double value)
    {
        Count++;
        _min = Math.Min(_min, value);
        _max = Math.Max(_max, value);
        AddToSum(value);
    }

    /// <summary>Adds a duration in nanoseconds, as seconds.</summary>
    public void AddDuration(long nanoseconds)
    {
        Count++;
        _durations += nanoseconds;
        _shortest = Math.Min(_shortest, nanoseconds);
        _longest = Math.Max(_longest, nanoseconds);
    }

    /// <summary>Adds rows that were counted before, with what the function asks of their durations.</summary>
    public void Add(MetricsFunction function, StepTallies.Tally tally)
    {
        Count += tally.Count;
        switch (function)
        {
            case MetricsFunction.AvgOverTime or MetricsFunction.SumOverTime:
                _durations += tally.Value;
                break;
            case MetricsFunction.MinOverTime:
                _shortest = Math.Min(_shortest, tally.Value);
                break;
            case MetricsFunction.MaxOverTime:
                _longest = Math.Max(_longest, tally.Value);
                break;
        }
    }

    public void AddBucket(ulong value)
    {
        Count++;
        (Buckets ??= new long[65])[value <= 1 ? 0 : 64 - BitOperations.LeadingZeroCount(value - 1)]++;
    }

    public void Merge(MetricsCell other)
    {
        Count += other.Count;
        _min = Math.Min(_min, other._min);
        _max = Math.Max(_max, other._max);
        _durations += other._durations;
        _shortest = Math.Min(_shortest, other._shortest);
        _longest = Math.Max(_longest, other._longest);
        AddToSum(other._sum);
        AddToSum(other._compensation);
        if (other.Buckets is null)
            return;
        Buckets ??= new long[65];
        for (var i = 0; i < Buckets.Length; i++)
            Buckets[i] += other.Buckets[i];
    }

    // Neumaier: the order in which spans are read should not show
    private void AddToSum(double value)
    {
        var sum = _sum + value;
        if (double.IsFinite(sum))
            _compensation += Math.Abs(_sum) >= Math.Abs(value) ? _sum - sum + value : value - sum + _sum;
        _sum = sum;
    }
}
