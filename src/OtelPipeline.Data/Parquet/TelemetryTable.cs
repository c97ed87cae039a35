using OtelPipeline.Parquet;

namespace OtelPipeline.Data.Parquet;

/// <summary>One of the three tables: its version and its columns as a Parquet schema.</summary>
internal sealed record TelemetryTable(string Version, TelemetrySignals Signal, IReadOnlyList<TelemetryColumn> Columns)
{
    public static readonly TelemetryTable Spans = new(TelemetrySchema.SpansVersion, TelemetrySignals.Spans, TelemetrySchema.Spans);
    public static readonly TelemetryTable Logs = new(TelemetrySchema.LogsVersion, TelemetrySignals.Events, TelemetrySchema.Logs);
    public static readonly TelemetryTable Metrics = new(
        TelemetrySchema.MetricsVersion,
        TelemetrySignals.MetricPoints,
        TelemetrySchema.Metrics
    );

    /// <exception cref="ArgumentException">Promoted columns contradict each other or the table.</exception>
    public ParquetSchema ToParquet(IReadOnlyList<TelemetryColumn> promoted)
    {
        Check(promoted);
        var first = Columns.TakeWhile(column => column.AttributeKeys.Count == 0);
        var last = Columns.Skip(first.Count()).SkipWhile(column => column.AttributeKeys.Count > 0);
        return new ParquetSchema([.. first.Concat(promoted).Concat(last).Select(ToField)]);
    }

    private void Check(IReadOnlyList<TelemetryColumn> promoted)
    {
        var names = Columns
            .Where(column => column.AttributeKeys.Count == 0)
            .Select(column => column.Name)
            .ToHashSet(StringComparer.Ordinal);
        // a key that two columns take could not be given back to the right one
        var keys = new HashSet<string>(StringComparer.Ordinal);
        foreach (var column in promoted)
        {
            if (!names.Add(column.Name))
                throw new ArgumentException($"Two columns are named '{column.Name}': choose another name for the promoted one.");
            if (column.AttributeKeys.Count == 0)
                throw new ArgumentException($"Promoted column '{column.Name}' names no attribute: give {nameof(column.AttributeKeys)}.");
            if (column.AttributeKeys.FirstOrDefault(key => !keys.Add(key)) is { } twice)
                throw new ArgumentException($"Attribute '{twice}' is promoted twice, the second time to '{column.Name}': remove one.");
            if (
                column.Required
                || column.Type
                    is not (
                        TelemetryColumnType.String
                        or TelemetryColumnType.Int64
                        or TelemetryColumnType.Double
                        or TelemetryColumnType.Boolean
                    )
            )
            {
                throw new ArgumentException(
                    $"Promoted column '{column.Name}' is {(column.Required ? "required " : "")}{column.Type}: give an optional String, Int64, Double or Boolean."
                );
            }
        }
    }

    private static ParquetField ToField(TelemetryColumn column)
    {
        var (name, nullable) = (column.Name, !column.Required);
        var field = column.Type switch
        {
            TelemetryColumnType.TimestampMicros => ParquetField.Timestamp(name, ParquetTimeUnit.Microseconds, nullable),
            TelemetryColumnType.Int64 => ParquetField.Int64(name, nullable),
            TelemetryColumnType.Int32 => ParquetField.Int32(name, nullable),
            TelemetryColumnType.Double => ParquetField.Double(name, nullable),
            TelemetryColumnType.Boolean => ParquetField.Boolean(name, nullable),
            TelemetryColumnType.StringMap => ParquetField.Map(name, ParquetField.String("key"), ParquetField.String("value"), nullable),
            TelemetryColumnType.DoubleList => ParquetField.List(name, ParquetField.Double("element"), nullable),
            TelemetryColumnType.Int64List => ParquetField.List(name, ParquetField.Int64("element"), nullable),
            _ => ParquetField.String(name, nullable),
        };
        if (column.Type == TelemetryColumnType.TimestampMicros || name.EndsWith("_nano", StringComparison.Ordinal))
            field = field.WithEncoding(ParquetEncoding.DeltaBinaryPacked);
        return name is "trace_id" or "run_id" ? field.WithBloomFilter() : field;
    }
}
