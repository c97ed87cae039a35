namespace OtelPipeline.Parquet.Encodings;

/// <summary>All first bytes, then all second bytes … (https://github.com/apache/parquet-format/blob/master/Encodings.md#BYTESTREAMSPLIT).</summary>
internal static class ByteStreamSplit
{
    public static void Encode(ReadOnlySpan<byte> values, int width, Span<byte> output)
    {
        var count = values.Length / width;
        for (var b = 0; b < width; b++)
        {
            var stream = output.Slice(b * count, count);
            for (var i = 0; i < stream.Length; i++)
                stream[i] = values[i * width + b];
        }
    }

    public static void Decode(ReadOnlySpan<byte> source, int width, Span<byte> output)
    {
        if (source.Length != output.Length)
            throw new CorruptException($"{output.Length / width} split values of {width} bytes in {source.Length} bytes", 0);
        var count = output.Length / width;
        for (var b = 0; b < width; b++)
        {
            var stream = source.Slice(b * count, count);
            for (var i = 0; i < stream.Length; i++)
                output[i * width + b] = stream[i];
        }
    }
}
