using System.Globalization;

namespace OtelPipeline.Data.Validation;

/// <summary>What a row must be, whatever its encoding.</summary>
internal static class RowRules
{
    private const uint NoRecordedValue = 1;

    public static void Check(TelemetryRow row, Action<string, string> report)
    {
        switch (row)
        {
            case SpanRow span:
                Check(span, report);
                break;
            case EventRow record:
                Check(record, report);
                break;
            case MetricPointRow point:
                Check(point, report);
                break;
        }

        Check(row.Attributes, "attribute", report);
        Check(row.Resource.Attributes, "resource attribute", report);
    }

    private static void Check(SpanRow span, Action<string, string> report)
    {
        if (span.TraceId.IsEmpty)
            report("trace_id_missing", $"span '{span.Name}' has no traceId; 32 hexadecimal digits, not all zero, are required");
        if (span.SpanId.IsEmpty)
            report("span_id_missing", $"span '{span.Name}' has no spanId; 16 hexadecimal digits, not all zero, are required");
        if (!span.SpanId.IsEmpty && span.SpanId == span.ParentSpanId)
            report("span_is_its_parent", $"span '{span.Name}' ({span.SpanId}) is its own parent");
        if (span.Name.Length == 0)
            report("name_empty", $"span {span.SpanId} has no name");
        if (span.StartTimeUnixNano <= 0)
            report("start_time_missing", $"span '{span.Name}' has no startTimeUnixNano");
        else if (span.DurationNano < 0)
            report("end_before_start", $"span '{span.Name}' ends {Text(-span.DurationNano)} ns before it starts");
        foreach (var item in span.Events)
            Check(item.Attributes, "attribute of a span event", report);
        foreach (var link in span.Links)
        {
            if (link.TraceId.IsEmpty || link.SpanId.IsEmpty)
                report("link_without_ids", $"span '{span.Name}' has a link without traceId or spanId");
            Check(link.Attributes, "attribute of a link", report);
        }
    }

    private static void Check(EventRow record, Action<string, string> report)
    {
        if (record.TraceId.IsEmpty && !record.SpanId.IsEmpty)
            report("span_id_without_trace_id", $"a log record has spanId {record.SpanId} and no traceId");
        if (record.SeverityNumber is < 0 or > 24)
            report("severity_out_of_range", $"severityNumber is {Text(record.SeverityNumber)}; it goes from 1 to 24, 0 for unknown");
        if (record.TimeUnixNano == 0 && record.ObservedTimeUnixNano == 0)
            report("time_missing", "a log record has neither timeUnixNano nor observedTimeUnixNano");
    }

    private static void Check(MetricPointRow point, Action<string, string> report)
    {
        var name = point.MetricName;
        if (name.Length == 0)
            report("name_empty", "a metric has no name");
        if (point.MetricType == MetricType.None)
            report("metric_without_type", $"metric '{name}' is neither gauge, sum, histogram, exponential histogram nor summary");
        if (point.TimeUnixNano <= 0)
            report("time_missing", $"a point of metric '{name}' has no timeUnixNano");
        else if (point.StartTimeUnixNano > point.TimeUnixNano)
            report("end_before_start", $"a point of metric '{name}' has a startTimeUnixNano after its timeUnixNano");
        if (
            point.MetricType is MetricType.Sum or MetricType.Histogram or MetricType.ExponentialHistogram
            && point.Temporality == AggregationTemporality.Unspecified
        )
            report("temporality_missing", $"metric '{name}' has no aggregationTemporality; 1 (delta) or 2 (cumulative) is required");
        if (
            point.MetricType is MetricType.Gauge or MetricType.Sum
            && point.ValueInt is null
            && point.ValueDouble is null
            && (point.Flags & NoRecordedValue) == 0
        )
            report("value_missing", $"a point of metric '{name}' has no value");
        if (point is { MetricType: MetricType.Sum, IsMonotonic: true } && (point.ValueInt < 0 || point.ValueDouble < 0))
            report("monotonic_below_zero", $"monotonic sum '{name}' is below 0");
        if (point.Min > point.Max)
            report("min_above_max", $"a point of metric '{name}' has a min above its max");
        CheckBuckets(point, report);
    }

    private static void CheckBuckets(MetricPointRow point, Action<string, string> report)
    {
        var name = point.MetricName;
        if (point.MetricType == MetricType.Histogram && point.BucketCounts.Count + point.ExplicitBounds.Count > 0)
        {
            if (point.BucketCounts.Count != point.ExplicitBounds.Count + 1)
            {
                report(
                    "buckets_do_not_fit",
                    $"histogram '{name}' has {Text(point.BucketCounts.Count)} bucketCounts for {Text(point.ExplicitBounds.Count)} explicitBounds; it needs one more than bounds"
                );
            }

            for (var i = 1; i < point.ExplicitBounds.Count; i++)
            {
                if (point.ExplicitBounds[i] > point.ExplicitBounds[i - 1])
                    continue;
                report("bounds_not_ascending", $"the explicitBounds of histogram '{name}' are not strictly ascending");
                break;
            }

            CheckCount(point, point.BucketCounts.Sum(), report);
        }

        if (point.MetricType == MetricType.ExponentialHistogram)
            CheckCount(point, point.PositiveBucketCounts.Sum() + point.NegativeBucketCounts.Sum() + (point.ZeroCount ?? 0), report);
        foreach (var quantile in point.Quantiles)
        {
            if (quantile.Quantile is not (>= 0 and <= 1))
                report(
                    "quantile_out_of_range",
                    $"summary '{name}' has a quantile of {quantile.Quantile.ToString(CultureInfo.InvariantCulture)}; it goes from 0 to 1"
                );
        }
    }

    private static void CheckCount(MetricPointRow point, long sum, Action<string, string> report)
    {
        if (point.Count is { } count && sum != count)
            report("count_does_not_fit", $"histogram '{point.MetricName}' has a count of {Text(count)}, its buckets hold {Text(sum)}");
    }

    private static void Check(AttributeList attributes, string what, Action<string, string> report)
    {
        for (var i = 0; i < attributes.Count; i++)
        {
            var key = attributes[i].Key;
            if (key.Length == 0)
                report("key_empty", $"an {what} has an empty key");
            for (var j = 0; j < i; j++)
            {
                if (!string.Equals(attributes[j].Key, key, StringComparison.Ordinal))
                    continue;
                report("key_repeated", $"{what} '{key}' is there twice");
                break;
            }
        }
    }

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);
}
