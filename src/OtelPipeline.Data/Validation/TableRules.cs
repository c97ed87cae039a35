using OtelPipeline.Data.Parquet;
using OtelPipeline.Parquet;

namespace OtelPipeline.Data.Validation;

/// <summary>What the columns of a Parquet file must be.</summary>
internal static class TableRules
{
    public static void Check(string path, TelemetryValidation result)
    {
        try
        {
            using var file = ParquetReader.Open(path);
            Check(path, file, result);
        }
        catch (Exception exception) when (exception is IOException or InvalidDataException or UnauthorizedAccessException)
        {
            // the reader of its rows has said so
        }
    }

    private static void Check(string path, ParquetReader file, TelemetryValidation result)
    {
        if (!file.KeyValueMetadata.TryGetValue(ParquetKeys.Schema, out var version))
        {
            Add(
                ValidationSeverity.Leniency,
                "schema_missing",
                $"the footer has no entry '{ParquetKeys.Schema}'; the columns say which table it is"
            );
            return;
        }

        var table = ((TelemetryTable[])[TelemetryTable.Spans, TelemetryTable.Logs, TelemetryTable.Metrics]).FirstOrDefault(table =>
            table.Version == version
        );
        if (table is null)
        {
            Add(
                ValidationSeverity.Error,
                "schema_unknown",
                $"the footer's entry '{ParquetKeys.Schema}' is '{version}', which is no table known here"
            );
            return;
        }

        foreach (var column in table.Columns.Where(column => column.AttributeKeys.Count == 0))
        {
            var found = file.Schema.Columns.FirstOrDefault(leaf => leaf.Path == column.Name || leaf.Field.Name == column.Name);
            if (found is null)
            {
                if (column.Required)
                    Add(ValidationSeverity.Error, "column_missing", $"required column '{column.Name}' is missing");
                continue;
            }

            if (found.Type != TypeOf(column.Type))
                Add(ValidationSeverity.Error, "column_type", $"column '{column.Name}' is {found.Type}; it should be {TypeOf(column.Type)}");
        }

        void Add(ValidationSeverity severity, string rule, string message) =>
            result.Add(new ValidationFinding(path, 0, severity, rule, message));
    }

    private static ParquetType TypeOf(TelemetryColumnType type) =>
        type switch
        {
            TelemetryColumnType.TimestampMicros or TelemetryColumnType.Int64 or TelemetryColumnType.Int64List => ParquetType.Int64,
            TelemetryColumnType.Int32 => ParquetType.Int32,
            TelemetryColumnType.Double or TelemetryColumnType.DoubleList => ParquetType.Double,
            TelemetryColumnType.Boolean => ParquetType.Boolean,
            _ => ParquetType.ByteArray,
        };
}
