using OtelPipeline.Parquet.Buffers;
using OtelPipeline.Parquet.Encodings;

namespace OtelPipeline.Parquet.Writing;

/// <summary>Data pages of dictionary numbers.</summary>
internal static class DictionaryPage
{
    /// <summary>Writes the width and the numbers; returns the bytes written.</summary>
    public static int Write(ReadOnlySpan<int> numbers, int dictionaryCount, ByteBuffer body)
    {
        var start = body.Length;
        // some readers do not expect a width of 0
        var width = Math.Max(1, BitPacking.BitWidth((ulong)Math.Max(0, dictionaryCount - 1)));
        body.WriteByte((byte)width);
        RleHybrid.Encode(numbers, width, body);
        return body.Length - start;
    }
}
