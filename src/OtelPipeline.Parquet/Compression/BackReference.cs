namespace OtelPipeline.Parquet.Compression;

/// <summary>The copy from earlier output that Snappy and LZ4 share.</summary>
internal static class BackReference
{
    public static void Copy(Span<byte> output, int written, long offset, int length, int position)
    {
        if (offset == 0 || offset > written || length > output.Length - written)
            throw new CorruptException($"copy of {length} bytes from {offset} back, at byte {written} of {output.Length}", position);
        var from = written - (int)offset;
        // source and target overlap when the offset is shorter: then what was copied repeats
        while (length > 0)
        {
            var part = Math.Min(length, written - from);
            output.Slice(from, part).CopyTo(output[written..]);
            written += part;
            length -= part;
        }
    }
}
