using OpenTelemetry.Metrics;

namespace OtelPipeline.Exporter.Prometheus.Exposition;

/// <summary>
/// An exponential histogram merged to a coarser scale: https://opentelemetry.io/docs/specs/otel/metrics/data-model/#exponentialhistogram.
/// Bucket i of scale s holds (2^(i·2^-s), 2^((i+1)·2^-s)]; halving the scale joins buckets 2i and 2i+1.
/// </summary>
internal sealed class ExponentialBuckets
{
    private long[] _counts = new long[160];

    /// <summary>The scale after merging.</summary>
    public int Scale { get; private set; }

    /// <summary>Index of the first bucket.</summary>
    public int Offset { get; private set; }

    public ReadOnlySpan<long> Counts => _counts.AsSpan(0, Length);

    private int Length { get; set; }

    public void Merge(ExponentialHistogramData data, int maxScale)
    {
        var shift = Math.Max(0, data.Scale - maxScale);
        Scale = data.Scale - shift;
        Length = 0;
        var index = data.PositiveBuckets.Offset;
        Offset = index >> shift;
        foreach (var count in data.PositiveBuckets)
        {
            var position = (index++ >> shift) - Offset;
            if (position == Length)
            {
                if (count == 0 && Length == 0)
                {
                    Offset = index >> shift; // nothing yet: begin at the first bucket that holds something
                    continue;
                }

                if (Length == _counts.Length)
                    Array.Resize(ref _counts, Length * 2);
                _counts[Length++] = 0;
            }

            _counts[position] += count;
        }

        while (Length > 0 && _counts[Length - 1] == 0)
            Length--;
    }
}
