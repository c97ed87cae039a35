namespace OtelPipeline.Parquet.Encodings;

/// <summary>The deprecated BIT_PACKED encoding of levels: most significant bit first, no header.</summary>
internal static class BitPackedLevels
{
    /// <summary>Fills <paramref name="output"/> and returns the bytes read.</summary>
    public static int Decode(ReadOnlySpan<byte> source, int bitWidth, Span<byte> output)
    {
        var bytes = BitPacking.ByteCount(output.Length, bitWidth);
        if (bytes > source.Length)
            throw new CorruptException($"{output.Length} levels of {bitWidth} bits in {source.Length} bytes", 0);
        long bit = 0;
        for (var i = 0; i < output.Length; i++)
        {
            var value = 0;
            for (var b = 0; b < bitWidth; b++, bit++)
                value = value << 1 | (source[(int)(bit >> 3)] >> (int)(7 - (bit & 7)) & 1);
            output[i] = (byte)value;
        }

        return bytes;
    }
}
