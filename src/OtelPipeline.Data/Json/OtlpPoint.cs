using System.Text.Json;

namespace OtelPipeline.Data.Json;

/// <summary>
/// The fields of one data point
/// (<see href="https://github.com/open-telemetry/opentelemetry-proto/blob/main/opentelemetry/proto/metrics/v1/metrics.proto"/>).
/// </summary>
internal static class OtlpPoint
{
    public static void Write(Utf8JsonWriter json, OtlpJson parts, MetricPointRow point)
    {
        if (point.StartTimeUnixNano != 0)
            parts.Number("startTimeUnixNano", point.StartTimeUnixNano);
        parts.Number("timeUnixNano", point.TimeUnixNano);
        if (point.ValueInt is { } integer)
            parts.Number("asInt", integer);
        if (point.ValueDouble is { } number)
            parts.Double("asDouble", number);
        if (point.Count is { } count)
            parts.Number("count", count);
        if (point.Sum is { } sum)
            parts.Double("sum", sum);
        if (point.Min is { } min)
            parts.Double("min", min);
        if (point.Max is { } max)
            parts.Double("max", max);
        if (point.BucketCounts.Count > 0)
            parts.Numbers("bucketCounts", point.BucketCounts);
        if (point.ExplicitBounds.Count > 0)
        {
            json.WriteStartArray("explicitBounds");
            for (var i = 0; i < point.ExplicitBounds.Count; i++)
                parts.Double(point.ExplicitBounds[i]);
            json.WriteEndArray();
        }

        Exponential(json, parts, point);
        if (point.Quantiles.Count > 0)
        {
            json.WritePropertyName("quantileValues");
            parts.Quantiles(point.Quantiles);
        }

        if (point.Exemplars.Count > 0)
        {
            json.WritePropertyName("exemplars");
            parts.Exemplars(point.Exemplars);
        }

        if (point.Flags != 0)
            json.WriteNumber("flags", point.Flags);
        parts.Attributes("attributes", point.Attributes, 0);
    }

    private static void Exponential(Utf8JsonWriter json, OtlpJson parts, MetricPointRow point)
    {
        if (point.Scale is { } scale)
            json.WriteNumber("scale", scale);
        if (point.ZeroCount is { } zeroCount)
            parts.Number("zeroCount", zeroCount);
        if (point.ZeroThreshold is { } threshold)
            parts.Double("zeroThreshold", threshold);
        Buckets(json, parts, "positive", point.PositiveOffset, point.PositiveBucketCounts);
        Buckets(json, parts, "negative", point.NegativeOffset, point.NegativeBucketCounts);
    }

    private static void Buckets(Utf8JsonWriter json, OtlpJson parts, string name, int? offset, IReadOnlyList<long> counts)
    {
        if (offset is null && counts.Count == 0)
            return;
        json.WriteStartObject(name);
        if (offset is { } first)
            json.WriteNumber("offset", first);
        if (counts.Count > 0)
            parts.Numbers("bucketCounts", counts);
        json.WriteEndObject();
    }
}
