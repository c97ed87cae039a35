using OtelPipeline.Parquet.Compression;

namespace OtelPipeline.Parquet;

/// <summary>How a <see cref="ParquetWriter"/> lays out a file. Copied when the writer is created: later changes have no effect on it.</summary>
public sealed class ParquetWriterOptions
{
    /// <summary>The codec of all pages. Default: <see cref="ParquetCompression.Zstd"/> where libzstd loads, else <see cref="ParquetCompression.Gzip"/>.</summary>
    public ParquetCompression Compression { get; set; } = Zstd.IsAvailable ? ParquetCompression.Zstd : ParquetCompression.Gzip;

    /// <summary>
    /// The codec's own level: 1 to 22 for Zstd (default 1), 1 to 9 for Gzip (default 6), 0 to 11 for Brotli (default 4); the other codecs have none.
    /// </summary>
    public int? CompressionLevel { get; set; }

    /// <summary>Rows after which <see cref="ParquetWriter.EndBatch"/> closes the row group. Default 100,000; at least 1.</summary>
    public int RowGroupRows { get; set; } = 100_000;

    /// <summary>Bytes held in memory (encoded and compressed) after which <see cref="ParquetWriter.EndBatch"/> closes the row group. Default 64 MiB.</summary>
    public long RowGroupBytes { get; set; } = 64 << 20;

    /// <summary>Most rows of a page. Default 20,000; at least 1.</summary>
    public int PageRows { get; set; } = 20_000;

    /// <summary>Bytes of values, before encoding, after which a page ends at the next row. Default 1 MiB; at least 1 KiB, at most 256 MiB.</summary>
    public int PageBytes { get; set; } = 1 << 20;

    /// <summary>Largest dictionary of a column in a row group; a column that needs more continues without. Default 1 MiB; 0 turns dictionaries off.</summary>
    public int DictionaryBytes { get; set; } = 1 << 20;

    /// <summary>Writes plain values and dictionaries only, for readers that know no other encoding. Default false.</summary>
    public bool Compatible { get; set; }

    /// <summary>
    /// Also uses DELTA_LENGTH_BYTE_ARRAY, DELTA_BYTE_ARRAY and BYTE_STREAM_SPLIT for columns that get smaller by them; not every reader knows
    /// these. Default false: integers use DELTA_BINARY_PACKED, everything else is plain or a dictionary.
    /// </summary>
    public bool V2Encodings { get; set; }

    /// <summary>Entries for the footer, such as the name and version of the schema; <see cref="ParquetWriter.KeyValueMetadata"/> takes more until the end.</summary>
    public IDictionary<string, string> KeyValueMetadata { get; private set; } = new Dictionary<string, string>(StringComparer.Ordinal);

    /// <summary>
    /// How the rows of each row group are sorted. The writer does not sort. It leaves the declaration out of a row group whose first such column is
    /// not in order; that the others are is the caller's word.
    /// </summary>
    public IList<ParquetSortingColumn> SortingColumns { get; private set; } = [];

    /// <summary>Whether files can be written with a codec on this machine.</summary>
    public static bool IsAvailable(ParquetCompression compression) =>
        compression switch
        {
            ParquetCompression.None or ParquetCompression.Snappy or ParquetCompression.Gzip or ParquetCompression.Brotli => true,
            ParquetCompression.Zstd => Zstd.IsAvailable,
            _ => false,
        };

    internal int Level =>
        (Compression, CompressionLevel) switch
        {
            (ParquetCompression.Zstd, { } level) => InRange(level, 1, 22),
            (ParquetCompression.Gzip, { } level) => InRange(level, 1, 9),
            (ParquetCompression.Brotli, { } level) => InRange(level, 0, 11),
            (ParquetCompression.Zstd, null) => 1,
            (ParquetCompression.Gzip, null) => 6,
            _ => 4,
        };

    internal ParquetWriterOptions Copy()
    {
        var copy = (ParquetWriterOptions)MemberwiseClone();
        copy.KeyValueMetadata = new Dictionary<string, string>(KeyValueMetadata, StringComparer.Ordinal);
        copy.SortingColumns = [.. SortingColumns];
        return copy;
    }

    internal void Validate()
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(RowGroupRows, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(RowGroupBytes, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(PageRows, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(PageBytes, 1 << 10);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(PageBytes, 256 << 20);
        ArgumentOutOfRangeException.ThrowIfNegative(DictionaryBytes);
        if (Compatible && V2Encodings)
            throw new ArgumentException($"{nameof(Compatible)} and {nameof(V2Encodings)} exclude each other: choose one.");
    }

    private static int InRange(int level, int least, int most) =>
        level >= least && level <= most
            ? level
            : throw new ArgumentOutOfRangeException(
                nameof(level),
                level,
                $"{nameof(CompressionLevel)}: the codec has the levels {least} to {most}."
            );
}
