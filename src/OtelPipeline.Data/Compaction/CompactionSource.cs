using System.Globalization;
using OtelPipeline.Data.Files;
using OtelPipeline.Data.Parquet;
using OtelPipeline.Parquet;

namespace OtelPipeline.Data.Compaction;

/// <summary>A file that a compaction reads.</summary>
/// <param name="Path">The file.</param>
/// <param name="Name">Its name, in parts.</param>
/// <param name="Bytes">Its size.</param>
/// <param name="Rows">How many rows it has, for JSON lines about how many.</param>
internal sealed record CompactionSource(string Path, TelemetryFileName Name, long Bytes, long Rows)
{
    // a span of the examples takes about 400 bytes of JSON
    private const int BytesPerRow = 400;

    /// <summary>The series whose lines it holds, while their process still writes; see <see cref="CompactedFile.Of"/>.</summary>
    public string? Of { get; init; }

    /// <summary>The hour of its hive partition, or the start of its series.</summary>
    public DateTime Hour { get; init; }

    public string? Instance { get; init; }

    public (long First, long Last)? Exports { get; init; }

    public IReadOnlyList<TelemetryColumn> Promoted { get; init; } = [];

    /// <summary>What it says itself that it holds, where it was compacted before.</summary>
    public CompactedFile? Compacted { get; init; }

    public static CompactionSource OfLines(string path, TelemetryFileName name, string? of)
    {
        var bytes = new FileInfo(path).Length;
        // compressed text is about a tenth
        var text = name.Extension == TelemetryFileName.Lines ? bytes : bytes * 10;
        return new CompactionSource(path, name, bytes, text / BytesPerRow) { Of = of, Hour = name.Start };
    }

    /// <summary>Null where the file is no telemetry table, or cannot be read.</summary>
    public static CompactionSource? TryTable(string path, TelemetryFileName name)
    {
        try
        {
            using var file = ParquetReader.Open(path);
            if (!file.KeyValueMetadata.ContainsKey(ParquetKeys.Schema))
                return null;
            var compacted = name.Instance == TelemetryFileName.CompactedInstance ? CompactedFile.TryRead(path) : null;
            return new CompactionSource(path, name, new FileInfo(path).Length, file.RowCount)
            {
                Hour = PartitionHour(path) ?? name.Start,
                Instance = file.KeyValueMetadata.TryGetValue(ParquetKeys.Instance, out var instance) ? instance : null,
                Exports = file.KeyValueMetadata.TryGetValue(ParquetKeys.Exports, out var exports) ? Range(exports) : null,
                Promoted = PromotedColumns(file),
                Compacted = compacted,
                Of = compacted?.Of,
            };
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or InvalidDataException)
        {
            // the reader of its rows reports it
            return null;
        }
    }

    private static DateTime? PartitionHour(string path)
    {
        var hour = System.IO.Path.GetDirectoryName(path) ?? "";
        var date = System.IO.Path.GetDirectoryName(hour) ?? "";
        return DateTime.TryParseExact(
            $"{System.IO.Path.GetFileName(date)} {System.IO.Path.GetFileName(hour)}",
            "'date='yyyy-MM-dd 'hour='HH",
            CultureInfo.InvariantCulture,
            DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal,
            out var time
        )
            ? time
            : null;
    }

    private static (long First, long Last)? Range(string text)
    {
        var dash = text.IndexOf('-', StringComparison.Ordinal);
        return
            dash > 0
            && long.TryParse(text.AsSpan(0, dash), NumberStyles.None, CultureInfo.InvariantCulture, out var first)
            && long.TryParse(text.AsSpan(dash + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var last)
            ? (first, last)
            : null;
    }

    private static List<TelemetryColumn> PromotedColumns(ParquetReader file) =>
        [
            .. from column in new PromotedSources(file).Columns
            select new TelemetryColumn(column.Name, TypeOf(file.Schema[column.Name].Type), Required: false) { AttributeKeys = column.Keys },
        ];

    private static TelemetryColumnType TypeOf(ParquetType type) =>
        type switch
        {
            ParquetType.Int64 => TelemetryColumnType.Int64,
            ParquetType.Double => TelemetryColumnType.Double,
            ParquetType.Boolean => TelemetryColumnType.Boolean,
            _ => TelemetryColumnType.String,
        };
}
