namespace OtelPipeline.Parquet;

/// <summary>What the footer of a file says of one column in one row group.</summary>
public sealed class ParquetColumnChunk
{
    internal ParquetColumnChunk(ParquetColumn column) => Column = column;

    /// <summary>The column.</summary>
    public ParquetColumn Column { get; }

    /// <summary>The codec of its pages.</summary>
    public ParquetCompression Compression { get; internal set; }

    /// <summary>All encodings that its pages and levels use.</summary>
    public IReadOnlyList<ParquetEncoding> Encodings { get; internal set; } = [];

    /// <summary>Values, NULLs and empty lists included.</summary>
    public long ValueCount { get; internal set; }

    /// <summary>Bytes in the file, page headers included.</summary>
    public long CompressedSize { get; internal set; }

    /// <summary>Bytes before compression, page headers included.</summary>
    public long UncompressedSize { get; internal set; }

    /// <summary>Bounds and counts, as far as the writer stated them and they can be trusted.</summary>
    public ParquetStatistics Statistics { get; internal set; } = ParquetStatistics.None;

    /// <summary>Whether pages can be skipped by their bounds.</summary>
    public bool HasPageIndex => ColumnIndexLength > 0 && OffsetIndexLength > 0;

    /// <summary>Whether there is a bloom filter.</summary>
    public bool HasBloomFilter => BloomFilterOffset > 0;

    /// <summary>Whether the order behind min_value and max_value is stated, or beyond doubt.</summary>
    internal bool TrustsBounds { get; init; }

    internal string? FilePath { get; set; }

    internal bool IsEncrypted { get; set; }

    internal long DataPageOffset { get; set; }

    internal long DictionaryPageOffset { get; set; }

    internal long BloomFilterOffset { get; set; }

    internal int BloomFilterLength { get; set; }

    internal long OffsetIndexOffset { get; set; }

    internal int OffsetIndexLength { get; set; }

    internal long ColumnIndexOffset { get; set; }

    internal int ColumnIndexLength { get; set; }

    /// <summary>The first byte of the chunk. Some writers leave 0, or the data page's own offset, for the dictionary.</summary>
    internal long Start => DictionaryPageOffset > 0 && DictionaryPageOffset < DataPageOffset ? DictionaryPageOffset : DataPageOffset;
}

/// <summary>Bounds and counts of a column chunk. Bounds are values as <see cref="ParquetEncoding.Plain"/> stores them, without a length.</summary>
public sealed class ParquetStatistics
{
    internal static readonly ParquetStatistics None = new();

    /// <summary>No value is smaller; null when unknown. Not a value of the column unless <see cref="IsMinExact"/>.</summary>
    public ReadOnlyMemory<byte>? Min { get; internal set; }

    /// <summary>No value is larger; null when unknown. Not a value of the column unless <see cref="IsMaxExact"/>.</summary>
    public ReadOnlyMemory<byte>? Max { get; internal set; }

    /// <summary>Whether <see cref="Min"/> is known to occur in the column.</summary>
    public bool IsMinExact { get; internal set; }

    /// <summary>Whether <see cref="Max"/> is known to occur in the column.</summary>
    public bool IsMaxExact { get; internal set; }

    /// <summary>NULLs, empty lists included; null when unknown.</summary>
    public long? NullCount { get; internal set; }

    /// <summary>NaNs of a floating-point column; null when unknown. Bounds leave NaNs out.</summary>
    public long? NaNCount { get; internal set; }

    /// <summary>Different values; null when unknown.</summary>
    public long? DistinctCount { get; internal set; }
}
