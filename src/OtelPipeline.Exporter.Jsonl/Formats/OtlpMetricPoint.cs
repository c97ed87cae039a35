using OpenTelemetry;
using OpenTelemetry.Metrics;

namespace OtelPipeline.Exporter.Jsonl.Formats;

/// <summary>One data point of any metric type as OTLP/JSON.</summary>
internal static class OtlpMetricPoint
{
    public static void Write(JsonBuffer json, MetricType type, in MetricPoint point)
    {
        json.Raw("{\"startTimeUnixNano\":"u8);
        json.UnixNano(point.StartTime.UtcDateTime);
        json.Raw(",\"timeUnixNano\":"u8);
        json.UnixNano(point.EndTime.UtcDateTime);
        switch (type)
        {
            case MetricType.LongSum:
            case MetricType.LongSumNonMonotonic:
                json.Raw(",\"asInt\":"u8);
                json.QuotedInt(point.GetSumLong());
                break;
            case MetricType.DoubleSum:
            case MetricType.DoubleSumNonMonotonic:
                json.Raw(",\"asDouble\":"u8);
                json.Double(point.GetSumDouble());
                break;
            case MetricType.LongGauge:
                json.Raw(",\"asInt\":"u8);
                json.QuotedInt(point.GetGaugeLastValueLong());
                break;
            case MetricType.DoubleGauge:
                json.Raw(",\"asDouble\":"u8);
                json.Double(point.GetGaugeLastValueDouble());
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

        WriteExemplars(json, in point, isLong: type is MetricType.LongSum or MetricType.LongSumNonMonotonic or MetricType.LongGauge);
        json.Raw(",\"attributes\":["u8);
        var first = true;
        foreach (var (key, value) in point.Tags)
            OtlpValue.TryWriteAttribute(json, ref first, key, value);
        json.Raw("]}"u8);
    }

    private static void WriteDistribution(JsonBuffer json, in MetricPoint point)
    {
        json.Raw(",\"count\":"u8);
        json.QuotedInt(point.GetHistogramCount());
        json.Raw(",\"sum\":"u8);
        json.Double(point.GetHistogramSum());
        if (point.TryGetHistogramMinMaxValues(out var min, out var max))
        {
            json.Raw(",\"min\":"u8);
            json.Double(min);
            json.Raw(",\"max\":"u8);
            json.Double(max);
        }
    }

    private static void WriteBuckets(JsonBuffer json, HistogramBuckets buckets)
    {
        var separator = ",\"bucketCounts\":["u8;
        var any = false;
        foreach (var bucket in buckets)
        {
            json.Raw(any ? ","u8 : separator);
            json.QuotedInt(bucket.BucketCount);
            any = true;
        }

        // a histogram without buckets has count and sum alone
        if (!any)
            return;
        json.Raw("],\"explicitBounds\":["u8);
        var first = true;
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
        json.Raw(",\"scale\":"u8);
        json.Int(data.Scale);
        json.Raw(",\"zeroCount\":"u8);
        json.QuotedInt(data.ZeroCount);
        json.Raw(",\"positive\":{\"offset\":"u8);
        json.Int(data.PositiveBuckets.Offset);
        json.Raw(",\"bucketCounts\":["u8);
        var first = true;
        foreach (var count in data.PositiveBuckets)
        {
            if (!first)
                json.Byte((byte)',');
            json.QuotedInt(count);
            first = false;
        }

        json.Raw("]}"u8);
    }

    private static void WriteExemplars(JsonBuffer json, in MetricPoint point, bool isLong)
    {
        if (!point.TryGetExemplars(out var exemplars))
            return;
        var any = false;
        foreach (ref readonly var exemplar in exemplars)
        {
            if (json.Full)
                break;
            json.Raw(any ? ",{\"timeUnixNano\":"u8 : ",\"exemplars\":[{\"timeUnixNano\":"u8);
            any = true;
            json.UnixNano(exemplar.Timestamp.UtcDateTime);
            if (isLong)
            {
                json.Raw(",\"asInt\":"u8);
                json.QuotedInt(exemplar.LongValue);
            }
            else
            {
                json.Raw(",\"asDouble\":"u8);
                json.Double(exemplar.DoubleValue);
            }

            if (exemplar.TraceId != default)
            {
                json.Raw(",\"traceId\":"u8);
                json.TraceId(exemplar.TraceId);
                json.Raw(",\"spanId\":"u8);
                json.SpanId(exemplar.SpanId);
            }

            json.Raw(",\"filteredAttributes\":["u8);
            var first = true;
            foreach (var (key, value) in exemplar.FilteredTags)
                OtlpValue.TryWriteAttribute(json, ref first, key, value);
            json.Raw("]}"u8);
        }

        if (any)
            json.Byte((byte)']');
    }
}
