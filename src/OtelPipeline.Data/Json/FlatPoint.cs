using System.Text.Json;
using OtelPipeline.Data.Parquet;

namespace OtelPipeline.Data.Json;

/// <summary>The fields of a metric point in a flat line; they have the names of the columns.</summary>
internal static class FlatPoint
{
    public static void Write(Utf8JsonWriter json, MetricPointRow point)
    {
        json.WriteString("timestamp", UnixTime.Text(point.TimeUnixNano));
        json.WriteString("event_type", "metric");
        json.WriteString("metric_name", point.MetricName);
        json.WriteString("metric_type", MetricWords.Type(point.MetricType));
        if (point.MetricType == MetricType.Sum)
            json.WriteBoolean("is_monotonic", point.IsMonotonic);
        if (point.Unit is not null)
            json.WriteString("unit", point.Unit);
        if (point.Description is not null)
            json.WriteString("description", point.Description);
        if (MetricWords.Temporality(point.Temporality) is { } temporality)
            json.WriteString("temporality", temporality);
        if (point.StartTimeUnixNano != 0)
            json.WriteString("start_timestamp", UnixTime.Text(point.StartTimeUnixNano));
        Int(json, "value_int", point.ValueInt);
        Double(json, "value_double", point.ValueDouble);
        Int(json, "count", point.Count);
        Double(json, "sum", point.Sum);
        Double(json, "min", point.Min);
        Double(json, "max", point.Max);
        Counts(json, "bucket_counts", point.BucketCounts);
        if (point.ExplicitBounds.Count > 0)
        {
            json.WriteStartArray("explicit_bounds");
            for (var i = 0; i < point.ExplicitBounds.Count; i++)
                FlatValues.Write(json, point.ExplicitBounds[i]);
            json.WriteEndArray();
        }

        Int(json, "scale", point.Scale);
        Int(json, "zero_count", point.ZeroCount);
        Double(json, "zero_threshold", point.ZeroThreshold);
        Int(json, "positive_offset", point.PositiveOffset);
        Counts(json, "positive_bucket_counts", point.PositiveBucketCounts);
        Int(json, "negative_offset", point.NegativeOffset);
        Counts(json, "negative_bucket_counts", point.NegativeBucketCounts);
    }

    private static void Int(Utf8JsonWriter json, string name, long? value)
    {
        if (value is { } number)
            json.WriteNumber(name, number);
    }

    private static void Double(Utf8JsonWriter json, string name, double? value)
    {
        if (value is not { } number)
            return;
        json.WritePropertyName(name);
        FlatValues.Write(json, number);
    }

    private static void Counts(Utf8JsonWriter json, string name, IReadOnlyList<long> counts)
    {
        if (counts.Count == 0)
            return;
        json.WriteStartArray(name);
        for (var i = 0; i < counts.Count; i++)
            json.WriteNumberValue(counts[i]);
        json.WriteEndArray();
    }
}
