using System.Buffers.Binary;

namespace OtelPipeline.Parquet.Compression;

/// <summary>Decoding of LZ4 blocks (https://github.com/lz4/lz4/blob/dev/doc/lz4_Block_format.md).</summary>
internal static class Lz4
{
    private const int ShortestMatch = 4;

    /// <summary>Fills <paramref name="destination"/> exactly, or throws <see cref="CorruptException"/>.</summary>
    public static void Decompress(ReadOnlySpan<byte> source, Span<byte> destination)
    {
        int position = 0,
            written = 0;
        while (position < source.Length)
        {
            var token = source[position++];
            var literals = Length(token >> 4, source, ref position);
            if (literals > source.Length - position || literals > destination.Length - written)
                throw new CorruptException($"LZ4 literal of {literals} bytes runs out of its data", position);
            source.Slice(position, (int)literals).CopyTo(destination[written..]);
            position += (int)literals;
            written += (int)literals;
            // the last sequence has no match
            if (position == source.Length)
                break;
            if (source.Length - position < 2)
                throw new CorruptException("LZ4 match ends too early", position);
            var offset = BinaryPrimitives.ReadUInt16LittleEndian(source[position..]);
            position += 2;
            var length = Length(token & 15, source, ref position) + ShortestMatch;
            if (length > destination.Length - written)
                throw new CorruptException($"LZ4 match of {length} bytes runs out of its data", position);
            BackReference.Copy(destination, written, offset, (int)length, position);
            written += (int)length;
        }

        if (written != destination.Length)
            throw new CorruptException($"LZ4 data gives {written} bytes, not {destination.Length}", position);
    }

    /// <summary>
    /// The deprecated codec: Hadoop's frames (big-endian sizes before and after compression, then a block), or a bare block from writers that
    /// never knew of the frames.
    /// </summary>
    public static void DecompressHadoop(ReadOnlySpan<byte> source, Span<byte> destination)
    {
        if (!IsFramed(source, destination.Length))
        {
            Decompress(source, destination);
            return;
        }

        while (source.Length > 0)
        {
            var plain = BinaryPrimitives.ReadInt32BigEndian(source);
            var packed = BinaryPrimitives.ReadInt32BigEndian(source[4..]);
            Decompress(source.Slice(8, packed), destination[..plain]);
            source = source[(8 + packed)..];
            destination = destination[plain..];
        }
    }

    private static bool IsFramed(ReadOnlySpan<byte> source, int expected)
    {
        long total = 0;
        while (source.Length > 0)
        {
            if (source.Length < 8)
                return false;
            var plain = BinaryPrimitives.ReadInt32BigEndian(source);
            var packed = BinaryPrimitives.ReadInt32BigEndian(source[4..]);
            if (plain < 0 || packed < 0 || packed > source.Length - 8)
                return false;
            total += plain;
            source = source[(8 + packed)..];
        }

        return total == expected;
    }

    private static long Length(int nibble, ReadOnlySpan<byte> source, ref int position)
    {
        long length = nibble;
        if (nibble < 15)
            return length;
        byte more;
        do
        {
            if (position >= source.Length)
                throw new CorruptException("LZ4 length ends too early", position);
            more = source[position++];
            length += more;
        } while (more == 255);
        return length;
    }
}
