using System.Numerics;

namespace OtelPipeline.Data.TraceQL;

/// <summary>What one step of one series knows; cells of neighbouring steps can be merged.</summary>
internal sealed class MetricsCell
{
    private double _sum;
    private double _compensation;
    private double _min = double.NaN;
    private double _max = double.NaN;

    public long Count { get; private set; }

    public double Min => _min;

    public double Max => _max;

    public double Sum => Count == 0 ? double.NaN : _sum + _compensation;

    /// <summary>How many values lie in (2^(i-1), 2^i]; null until there is one.</summary>
    public long[]? Buckets { get; private set; }

    public void Increment() => Count++;

    public void Add(double value)
    {
        Count++;
        _min = double.IsNaN(_min) || value < _min ? value : _min;
        _max = double.IsNaN(_max) || value > _max ? value : _max;
        AddToSum(value);
    }

    public void AddBucket(ulong value)
    {
        Count++;
        (Buckets ??= new long[65])[value <= 1 ? 0 : 64 - BitOperations.LeadingZeroCount(value - 1)]++;
    }

    public void Merge(MetricsCell other)
    {
        Count += other.Count;
        if (double.IsNaN(_min) || other._min < _min)
            _min = other._min;
        if (double.IsNaN(_max) || other._max > _max)
            _max = other._max;
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
