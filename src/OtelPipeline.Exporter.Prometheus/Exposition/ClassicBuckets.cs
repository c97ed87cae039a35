using OpenTelemetry.Metrics;

namespace OtelPipeline.Exporter.Prometheus.Exposition;

/// <summary>
/// An exponential histogram as buckets with bounds: 0, then powers of two from the first to the last bucket that holds something. Powers of two
/// are bounds at every scale, exact in text, and stay where they are while the SDK changes its scale; bounds of a finer scale would be new series
/// each time.
/// </summary>
internal sealed class ClassicBuckets
{
    private const int MinExponent = -1074;
    private const int MaxExponent = 1023;

    private static readonly ByteBuffer?[] Text = new ByteBuffer?[MaxExponent - MinExponent + 1];
    private static readonly ByteBuffer?[] OpenMetrics = new ByteBuffer?[MaxExponent - MinExponent + 1];
    private static readonly ByteBuffer TextZero = TextNumber.BucketLabel(0, openMetrics: false);
    private static readonly ByteBuffer OpenMetricsZero = TextNumber.BucketLabel(0, openMetrics: true);
    private static readonly ByteBuffer Infinite = TextNumber.BucketLabel(double.PositiveInfinity, openMetrics: false);

    private readonly ExponentialBuckets _merged = new();
    private double[] _bounds = new double[64];
    private long[] _counts = new long[64];
    private int _length;

    public ReadOnlySpan<double> Bounds => _bounds.AsSpan(0, _length);

    /// <summary>Cumulative, one for each bound.</summary>
    public ReadOnlySpan<long> Counts => _counts.AsSpan(0, _length);

    public void Build(ExponentialHistogramData data, long count)
    {
        _merged.Merge(data, maxScale: 0);
        _length = 0;
        var cumulative = data.ZeroCount;
        Add(0, cumulative);
        var shift = -_merged.Scale;
        var index = _merged.Offset;
        foreach (var inBucket in _merged.Counts)
        {
            cumulative += inBucket;
            var exponent = ++index * (1L << shift);
            if (exponent <= MaxExponent)
                Add(Math.ScaleB(1, (int)Math.Max(exponent, MinExponent)), cumulative);
        }

        Add(double.PositiveInfinity, count);
    }

    public static ByteBuffer Label(double bound, bool openMetrics)
    {
        if (bound == 0)
            return openMetrics ? OpenMetricsZero : TextZero;
        if (double.IsInfinity(bound))
            return Infinite;
        var labels = openMetrics ? OpenMetrics : Text;
        return labels[Math.ILogB(bound) - MinExponent] ??= TextNumber.BucketLabel(bound, openMetrics);
    }

    private void Add(double bound, long cumulative)
    {
        // below the smallest number there is one bucket for all
        if (_length > 0 && _bounds[_length - 1] == bound)
        {
            _counts[_length - 1] = cumulative;
            return;
        }

        if (_length == _bounds.Length)
        {
            Array.Resize(ref _bounds, _length * 2);
            Array.Resize(ref _counts, _length * 2);
        }

        _bounds[_length] = bound;
        _counts[_length++] = cumulative;
    }
}
