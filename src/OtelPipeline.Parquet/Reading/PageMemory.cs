using OtelPipeline.Parquet.Buffers;

namespace OtelPipeline.Parquet.Reading;

/// <summary>
/// Where the pages of a chunk are decompressed to. A page lies behind everything that is kept; byte columns keep pages that hold their values
/// and so never copy them, everything else is overwritten by the next page.
/// </summary>
internal sealed class PageMemory(int limit)
{
    public ByteBuffer Bytes { get; } = new();

    /// <summary>Numbers of dictionary entries, or lengths, of the page in work.</summary>
    public ValueBuffer<int> Numbers { get; } = new();

    public ValueBuffer<int> Lengths { get; } = new();

    public ReadOnlySpan<byte> Page(int start, int length) => Bytes.Slice(start, length);

    /// <summary>Keeps the page in work for the values that point into it.</summary>
    public void KeepPage(int start, int length) => Bytes.Advance(start + length - Bytes.Length);

    public void CheckLimit(long bytes)
    {
        if (bytes > limit)
        {
            const string Option = nameof(ParquetReaderOptions.MaxColumnBytes);
            throw new CorruptException($"the values of the column take {bytes} bytes, more than {Option} ({limit}) allows", 0);
        }
    }

    /// <summary>Gives back what was needed for decoding only.</summary>
    public void ReleaseScratch()
    {
        Numbers.Dispose();
        Lengths.Dispose();
    }
}
