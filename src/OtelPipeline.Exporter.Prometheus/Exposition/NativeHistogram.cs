using OpenTelemetry.Metrics;

namespace OtelPipeline.Exporter.Prometheus.Exposition;

/// <summary>
/// The sparse fields of a histogram, by https://opentelemetry.io/docs/specs/otel/compatibility/prometheus_and_openmetrics/#exponential-histograms.
/// The SDK drops negative measurements, so there are no negative buckets.
/// </summary>
internal sealed class NativeHistogram
{
    private const int MinScale = -4;
    private const int MaxScale = 8;

    /// <summary>What counts as zero where OpenTelemetry says nothing.</summary>
    private const double ZeroThreshold = 1e-128;

    /// <summary>Empty buckets that cost less written out than a span of their own would.</summary>
    private const int MaxGap = 2;

    private readonly ExponentialBuckets _buckets = new();

    /// <summary>Writes them; false if the scale is below what Prometheus has, which leaves the histogram to its buckets with bounds.</summary>
    public bool Write(ByteBuffer output, ExponentialHistogramData data)
    {
        if (data.Scale < MinScale)
            return false;
        _buckets.Merge(data, MaxScale);
        output.Write(5 << 3);
        ProtobufFamily.WriteSigned(output, _buckets.Scale);
        ProtobufFamily.WriteDouble(output, 6 << 3 | 1, ZeroThreshold);
        output.Write(7 << 3);
        ProtobufFamily.WriteVarint(output, (ulong)data.ZeroCount);
        WriteSpans(output);
        WriteDeltas(output);
        return true;
    }

    private void WriteSpans(ByteBuffer output)
    {
        var counts = _buckets.Counts;

        // Prometheus numbers buckets by their upper bound, OpenTelemetry by their lower one
        var end = 0;
        var offset = _buckets.Offset + 1;
        for (var start = 0; start < counts.Length; start = end)
        {
            while (counts[start] == 0)
                start++;
            var first = start == 0 ? offset : start - end;
            end = SpanEnd(counts, start);
            WriteSpan(output, first, end - start);
        }

        if (counts.IsEmpty)
            WriteSpan(output, 0, 0); // says that this is a native histogram although nothing is in it
    }

    private static int SpanEnd(ReadOnlySpan<long> counts, int start)
    {
        var end = start + 1;
        for (var i = end; i < counts.Length && i - end <= MaxGap; i++)
        {
            if (counts[i] != 0)
                end = i + 1;
        }

        return end;
    }

    private static void WriteSpan(ByteBuffer output, int offset, int length)
    {
        output.Write(12 << 3 | 2);
        var start = ProtobufFamily.Begin(output);
        output.Write(1 << 3);
        ProtobufFamily.WriteSigned(output, offset);
        output.Write(2 << 3);
        ProtobufFamily.WriteVarint(output, (ulong)length);
        ProtobufFamily.End(output, start);
    }

    private void WriteDeltas(ByteBuffer output)
    {
        var counts = _buckets.Counts;
        var previous = 0L;
        for (var start = 0; start < counts.Length; )
        {
            while (counts[start] == 0)
                start++;
            var end = SpanEnd(counts, start);
            for (; start < end; start++)
            {
                output.Write(13 << 3);
                ProtobufFamily.WriteSigned(output, counts[start] - previous);
                previous = counts[start];
            }
        }
    }
}
