namespace OtelPipeline.Data.Parquet;

/// <summary>The words of the columns <c>metric_type</c> and <c>temporality</c>.</summary>
internal static class MetricWords
{
    private static readonly string[] Types = [.. Enum.GetNames<MetricType>().Select(FieldNames.SnakeCase)];
    private static readonly string[] Temporalities = [.. Enum.GetNames<AggregationTemporality>().Select(FieldNames.SnakeCase)];

    public static string Type(MetricType type) => Types[(int)type];

    /// <summary>Null when not said.</summary>
    public static string? Temporality(AggregationTemporality temporality) =>
        temporality is AggregationTemporality.Delta or AggregationTemporality.Cumulative ? Temporalities[(int)temporality] : null;

    public static MetricType FindType(string? word) => (MetricType)Math.Max(0, Array.IndexOf(Types, word));

    public static AggregationTemporality FindTemporality(string? word) =>
        (AggregationTemporality)Math.Max(0, Array.IndexOf(Temporalities, word));
}
