using System.Numerics;
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
        var largest = Largest(MemoryMarshal.Cast<int, uint>(numbers));
        if (largest >= (uint)dictionaryCount)
            throw new CorruptException($"dictionary number {largest} of {dictionaryCount}", 0);
    }

    private static uint Largest(ReadOnlySpan<uint> numbers)
    {
        var wide = MemoryMarshal.Cast<uint, Vector<uint>>(numbers);
        var most = Vector<uint>.Zero;
        foreach (var vector in wide)
            most = Vector.Max(most, vector);
        uint largest = 0;
        for (var i = 0; i < Vector<uint>.Count; i++)
            largest = Math.Max(largest, most[i]);
        foreach (var number in numbers[(wide.Length * Vector<uint>.Count)..])
            largest = Math.Max(largest, number);
        return largest;
    }
}
