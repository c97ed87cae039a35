using System.Buffers;
using OtelPipeline.Parquet.Metadata;

namespace OtelPipeline.Parquet.Reading;

/// <summary>Fetches page indexes and bloom filters, which lie apart from the pages.</summary>
internal static class PageIndexes
{
    /// <summary>Enough for the header of every bloom filter.</summary>
    private const int BloomHeader = 64;

    private delegate T Parser<out T>(ReadOnlySpan<byte> data);

    /// <summary>Null when the file has none.</summary>
    public static PageLocation[]? ReadOffsets(ParquetReader file, ParquetRowGroup group, ParquetColumnChunk chunk) =>
        Read(file, group, chunk, chunk.OffsetIndexOffset, chunk.OffsetIndexLength, PageIndexReader.ReadOffsets);

    /// <summary>Null when the file has none.</summary>
    public static ColumnIndex? ReadBounds(ParquetReader file, ParquetRowGroup group, ParquetColumnChunk chunk) =>
        Read(file, group, chunk, chunk.ColumnIndexOffset, chunk.ColumnIndexLength, PageIndexReader.ReadBounds);

    /// <summary>Whether a value with this hash can be in the chunk; true without a bloom filter.</summary>
    public static bool MightContain(ParquetReader file, ParquetRowGroup group, ParquetColumnChunk chunk, ulong hash)
    {
        if (!chunk.HasBloomFilter)
            return true;
        var available = file.Source.Length - chunk.BloomFilterOffset;
        var known = chunk.BloomFilterLength > 0 ? chunk.BloomFilterLength : (int)Math.Clamp(available, 0, BloomHeader);
        var (size, headerLength) = Read(file, group, chunk, chunk.BloomFilterOffset, known, BloomHeaderReader.Read);
        if (size == 0)
            return true;
        return Read(
                file,
                group,
                chunk,
                chunk.BloomFilterOffset + headerLength,
                size,
                data => (bool?)BloomHeaderReader.MightContain(data, hash)
            ) ?? true;
    }

    private static T? Read<T>(ParquetReader file, ParquetRowGroup group, ParquetColumnChunk chunk, long offset, int length, Parser<T> parse)
    {
        if (offset <= 0 || length <= 0)
            return default;
        if (length > file.Options.MaxFooterBytes)
            throw Corrupt($"an index of {length} bytes is more than {nameof(ParquetReaderOptions.MaxFooterBytes)} allows", 0);
        if (length > file.Source.Length - offset)
            throw Corrupt($"an index of {length} bytes runs out of the file", 0);
        var buffer = ArrayPool<byte>.Shared.Rent(length);
        try
        {
            file.Source.Read(offset, buffer.AsSpan(0, length));
            return parse(buffer.AsSpan(0, length));
        }
        catch (CorruptException error)
        {
            throw Corrupt(error.Message, error.Position);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }

        ParquetException Corrupt(string message, long position) =>
            file.Source.Corrupt(offset + position, $"row group {group.Ordinal}, column '{chunk.Column.Path}': {message}");
    }
}
