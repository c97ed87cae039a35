using OpenTelemetry.Metrics;

namespace OtelPipeline.Exporter.Jsonl.Formats;

/// <summary>What a data point measured.</summary>
internal static class FlatMetricValue
{
    public static void Write(JsonBuffer json, MetricType type, in MetricPoint point)
    {
        switch (type)
        {
            case MetricType.LongSum:
            case MetricType.LongSumNonMonotonic:
                Int(json, ",\"value_int\":"u8, point.GetSumLong());
                break;
            case MetricType.LongGauge:
                Int(json, ",\"value_int\":"u8, point.GetGaugeLastValueLong());
                break;
            case MetricType.DoubleSum:
            case MetricType.DoubleSumNonMonotonic:
                Double(json, ",\"value_double\":"u8, point.GetSumDouble());
                break;
            case MetricType.DoubleGauge:
                Double(json, ",\"value_double\":"u8, point.GetGaugeLastValueDouble());
                break;
            case MetricType.Histogram:
                WriteDistribution(json, in point);
                WriteBuckets(json, point.GetHistogramBuckets());
                break;
            case MetricType.ExponentialHistogram:
                WriteDistribution(json, in point);
                WriteExponentialBuckets(json, point);
                break;
        }
    }

    private static void Int(JsonBuffer json, ReadOnlySpan<byte> name, long value)
    {
        json.Raw(name);
        json.Int(value);
    }

    private static void Double(JsonBuffer json, ReadOnlySpan<byte> name, double value)
    {
        json.Raw(name);
        json.Double(value);
    }

    private static void WriteDistribution(JsonBuffer json, in MetricPoint point)
    {
        Int(json, ",\"count\":"u8, point.GetHistogramCount());
        Double(json, ",\"sum\":"u8, point.GetHistogramSum());
        if (!point.TryGetHistogramMinMaxValues(out var min, out var max))
            return;
        Double(json, ",\"min\":"u8, min);
        Double(json, ",\"max\":"u8, max);
    }

    private static void WriteBuckets(JsonBuffer json, HistogramBuckets buckets)
    {
        json.Raw(",\"bucket_counts\":["u8);
        var first = true;
        foreach (var bucket in buckets)
        {
            if (!first)
                json.Byte((byte)',');
            json.Int(bucket.BucketCount);
            first = false;
        }

        json.Raw("],\"explicit_bounds\":["u8);
        first = true;
        foreach (var bucket in buckets)
        {
            if (double.IsPositiveInfinity(bucket.ExplicitBound))
                continue;
            if (!first)
                json.Byte((byte)',');
            json.Double(bucket.ExplicitBound);
            first = false;
        }

        json.Byte((byte)']');
    }

    // not `in`: GetExponentialHistogramData is no readonly member
    private static void WriteExponentialBuckets(JsonBuffer json, MetricPoint point)
    {
        var data = point.GetExponentialHistogramData();
        Int(json, ",\"scale\":"u8, data.Scale);
        Int(json, ",\"zero_count\":"u8, data.ZeroCount);
        Int(json, ",\"positive_offset\":"u8, data.PositiveBuckets.Offset);
        json.Raw(",\"positive_bucket_counts\":["u8);
        var first = true;
        foreach (var count in data.PositiveBuckets)
        {
            if (!first)
                json.Byte((byte)',');
            json.Int(count);
            first = false;
        }

        json.Byte((byte)']');
    }
}
