using OtelPipeline.Parquet.Metadata;

namespace OtelPipeline.Parquet.Writing;

/// <summary>A place in the buffer of page indexes.</summary>
internal readonly record struct IndexSpan(int Start, int Length);

/// <summary>Bounds of a chunk, cut to a length that suits a footer.</summary>
internal sealed record ChunkBounds(byte[] Min, byte[] Max, bool IsMinExact, bool IsMaxExact);

/// <summary>What the footer will say of a column chunk that is in the file.</summary>
internal sealed class WrittenChunk
{
    public required ParquetCompression Codec { get; init; }

    public required long ValueCount { get; init; }

    public required long CompressedSize { get; init; }

    public required long UncompressedSize { get; init; }

    public required long DataPageOffset { get; init; }

    public required long? DictionaryPageOffset { get; init; }

    public required long NullCount { get; init; }

    public required long? NaNCount { get; init; }

    public required (PageType Type, ParquetEncoding Encoding, int Count)[] Encodings { get; init; }

    public required ChunkBounds? Bounds { get; init; }

    public IndexSpan? ColumnIndex { get; set; }

    public IndexSpan OffsetIndex { get; set; }

    public long BloomFilterOffset { get; set; }

    public int BloomFilterLength { get; set; }
}

/// <summary>A row group that is in the file.</summary>
internal sealed record WrittenRowGroup(WrittenChunk[] Chunks, long RowCount, long Start, bool IsSorted);
