using System.Runtime.InteropServices;
using OtelPipeline.Parquet.Encodings;

namespace OtelPipeline.Parquet.Reading;

/// <summary>Data pages of dictionary numbers.</summary>
internal static class DictionaryNumbers
{
    private const int WidestNumber = 32;

    /// <summary>Fills <paramref name="numbers"/>, all of them below <paramref name="dictionaryCount"/>.</summary>
    public static void Decode(ReadOnlySpan<byte> body, int dictionaryCount, Span<int> numbers)
    {
        if (body.Length == 0)
            throw new CorruptException("a page of dictionary numbers is empty", 0);
        if (dictionaryCount == 0)
            throw new CorruptException("a page of dictionary numbers, but no dictionary", 0);
        int width = body[0];
        if (width > WidestNumber)
            throw new CorruptException($"dictionary numbers of {width} bits", 0);
        RleHybrid.Decode(body[1..], width, numbers);
        // one comparison for all: the largest as an unsigned number
        uint largest = 0;
        foreach (var number in MemoryMarshal.Cast<int, uint>(numbers))
            largest = Math.Max(largest, number);
        if (largest >= (uint)dictionaryCount)
            throw new CorruptException($"dictionary number {largest} of {dictionaryCount}", 0);
    }
}
