namespace OtelPipeline.Data.Statistics;

/// <summary>
/// Count, sum, extremes and quantiles of durations. Quantiles are nearest-rank and exact up to <see cref="ExactValues"/> values; beyond, they
/// come from buckets whose bounds grow by 1 %, so that they are off by at most 0.5 %. Memory is bounded.
/// </summary>
public sealed class DurationDistribution
{
    /// <summary>Up to how many values quantiles are exact.</summary>
    public const int ExactValues = 1_000;

    private static readonly double Growth = Math.Log(1.01);

    private List<long>? _values = [];
    private SortedDictionary<int, long>? _buckets;

    internal DurationDistribution() { }

    /// <summary>How many durations there are.</summary>
    public long Count { get; private set; }

    /// <summary>Their sum, nanoseconds.</summary>
    public double SumNano { get; private set; }

    /// <summary>The shortest, nanoseconds; 0 where there is none.</summary>
    public long MinNano { get; private set; }

    /// <summary>The longest, nanoseconds; 0 where there is none.</summary>
    public long MaxNano { get; private set; }

    /// <summary>The mean, nanoseconds; 0 where there is none.</summary>
    public double MeanNano => Count == 0 ? 0 : SumNano / Count;

    /// <summary>The smallest duration that is not exceeded by this share of them, nanoseconds; 0 where there is none.</summary>
    /// <param name="quantile">From 0 to 1.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="quantile"/> is out of range.</exception>
    public double QuantileNano(double quantile)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(quantile);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(quantile, 1);
        if (Count == 0)
            return 0;
        var rank = Math.Max(1, (long)Math.Ceiling(quantile * Count));
        if (_values is not null)
        {
            _values.Sort();
            return _values[(int)rank - 1];
        }

        long seen = 0;
        foreach (var (bucket, count) in _buckets!)
        {
            seen += count;
            if (seen >= rank)
                return Math.Clamp(Middle(bucket), MinNano, MaxNano);
        }

        return MaxNano;
    }

    internal void Add(long nanoseconds)
    {
        MinNano = Count == 0 ? nanoseconds : Math.Min(MinNano, nanoseconds);
        MaxNano = Count == 0 ? nanoseconds : Math.Max(MaxNano, nanoseconds);
        Count++;
        SumNano += nanoseconds;
        if (_values is { Count: < ExactValues })
        {
            _values.Add(nanoseconds);
            return;
        }

        if (_values is not null)
        {
            _buckets = [];
            foreach (var value in _values)
                AddToBucket(value);
            _values = null;
        }

        AddToBucket(nanoseconds);
    }

    // a clock that was set back makes durations below 0: they are as good as none
    private void AddToBucket(long nanoseconds)
    {
        var bucket = nanoseconds <= 0 ? int.MinValue : (int)(Math.Log(nanoseconds) / Growth);
        _buckets![bucket] = _buckets.GetValueOrDefault(bucket) + 1;
    }

    private static double Middle(int bucket) => bucket == int.MinValue ? 0 : Math.Exp((bucket + 0.5) * Growth);
}
