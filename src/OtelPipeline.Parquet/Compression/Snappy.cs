using System.Buffers;
using System.Buffers.Binary;
using System.Numerics;
using OtelPipeline.Parquet.Buffers;

namespace OtelPipeline.Parquet.Compression;

/// <summary>The raw Snappy format (https://github.com/google/snappy/blob/main/format_description.txt), without framing.</summary>
internal static class Snappy
{
    /// <summary>Matches are looked for in blocks of this size, so that every offset fits the two-byte copy element.</summary>
    private const int BlockSize = 1 << 16;

    private const int HashBits = 14;

    /// <summary>The last bytes of a block are never matched, so that reading eight bytes ahead stays inside.</summary>
    private const int Margin = 15;

    public static void Compress(ReadOnlySpan<byte> source, ByteBuffer destination)
    {
        destination.WriteVarint((ulong)source.Length);
        var table = ArrayPool<ushort>.Shared.Rent(1 << HashBits);
        try
        {
            for (var start = 0; start < source.Length; start += BlockSize)
            {
                table.AsSpan(0, 1 << HashBits).Clear();
                CompressBlock(source.Slice(start, Math.Min(BlockSize, source.Length - start)), table, destination);
            }
        }
        finally
        {
            ArrayPool<ushort>.Shared.Return(table);
        }
    }

    /// <summary>Fills <paramref name="destination"/> exactly, or throws <see cref="CorruptException"/>.</summary>
    public static void Decompress(ReadOnlySpan<byte> source, Span<byte> destination)
    {
        var length = ReadLength(source, out var position);
        if (length != (ulong)destination.Length)
            throw new CorruptException($"Snappy data announces {length} bytes, the page header {destination.Length}", 0);
        var written = 0;
        while (position < source.Length)
        {
            var tag = source[position++];
            if ((tag & 3) == 0)
            {
                var count = LiteralLength(tag, source, ref position);
                if (count > source.Length - position || count > destination.Length - written)
                    throw new CorruptException($"Snappy literal of {count} bytes runs out of its data", position);
                source.Slice(position, (int)count).CopyTo(destination[written..]);
                position += (int)count;
                written += (int)count;
                continue;
            }

            var (offset, copied) = ReadCopy(tag, source, ref position);
            BackReference.Copy(destination, written, offset, copied, position);
            written += copied;
        }

        if (written != destination.Length)
            throw new CorruptException($"Snappy data gives {written} bytes, not {destination.Length}", position);
    }

    private static ulong ReadLength(ReadOnlySpan<byte> source, out int position)
    {
        ulong length = 0;
        position = 0;
        for (var shift = 0; shift < 35 && position < source.Length; shift += 7)
        {
            var b = source[position++];
            length |= (ulong)(b & 0x7F) << shift;
            if (b < 0x80)
                return length;
        }

        throw new CorruptException("Snappy data has no length", position);
    }

    private static long LiteralLength(byte tag, ReadOnlySpan<byte> source, ref int position)
    {
        var length = tag >> 2;
        if (length < 60)
            return length + 1;
        var bytes = length - 59;
        if (bytes > source.Length - position)
            throw new CorruptException("Snappy literal ends too early", position);
        long value = 0;
        for (var i = 0; i < bytes; i++)
            value |= (long)source[position++] << (8 * i);
        return value + 1;
    }

    private static (long Offset, int Length) ReadCopy(byte tag, ReadOnlySpan<byte> source, ref int position)
    {
        var bytes = (tag & 3) switch
        {
            1 => 1,
            2 => 2,
            _ => 4,
        };
        if (bytes > source.Length - position)
            throw new CorruptException("Snappy copy ends too early", position);
        var at = source[position..];
        position += bytes;
        return bytes switch
        {
            1 => ((tag >> 5) << 8 | at[0], ((tag >> 2) & 7) + 4),
            2 => (BinaryPrimitives.ReadUInt16LittleEndian(at), (tag >> 2) + 1),
            _ => (BinaryPrimitives.ReadUInt32LittleEndian(at), (tag >> 2) + 1),
        };
    }

    private static void CompressBlock(ReadOnlySpan<byte> block, ushort[] table, ByteBuffer destination)
    {
        int literal = 0,
            position = 1,
            misses = 32;
        while (position < block.Length - Margin)
        {
            var word = BinaryPrimitives.ReadUInt32LittleEndian(block[position..]);
            ref var slot = ref table[(word * 0x1E35A7BD) >> (32 - HashBits)];
            int candidate = slot;
            slot = (ushort)position;
            if (candidate >= position || BinaryPrimitives.ReadUInt32LittleEndian(block[candidate..]) != word)
            {
                // look at fewer and fewer places of data that does not repeat
                position += misses++ >> 5;
                continue;
            }

            misses = 32;
            if (position > literal)
                WriteLiteral(block[literal..position], destination);
            var length = 4 + MatchLength(block, candidate + 4, position + 4);
            WriteCopy(position - candidate, length, destination);
            position += length;
            literal = position;
        }

        if (literal < block.Length)
            WriteLiteral(block[literal..], destination);
    }

    private static int MatchLength(ReadOnlySpan<byte> block, int earlier, int later)
    {
        var start = later;
        while (later + 8 <= block.Length)
        {
            var difference =
                BinaryPrimitives.ReadUInt64LittleEndian(block[later..]) ^ BinaryPrimitives.ReadUInt64LittleEndian(block[earlier..]);
            if (difference != 0)
                return later - start + (BitOperations.TrailingZeroCount(difference) >> 3);
            later += 8;
            earlier += 8;
        }

        while (later < block.Length && block[later] == block[earlier])
        {
            later++;
            earlier++;
        }

        return later - start;
    }

    private static void WriteLiteral(ReadOnlySpan<byte> bytes, ByteBuffer destination)
    {
        var length = bytes.Length - 1;
        var span = destination.Reserve(bytes.Length + 3);
        int header;
        if (length < 60)
        {
            span[0] = (byte)(length << 2);
            header = 1;
        }
        else if (length < 256)
        {
            span[0] = 60 << 2;
            span[1] = (byte)length;
            header = 2;
        }
        else
        {
            span[0] = 61 << 2;
            BinaryPrimitives.WriteUInt16LittleEndian(span[1..], (ushort)length);
            header = 3;
        }

        bytes.CopyTo(span[header..]);
        destination.Advance(header + bytes.Length);
    }

    private static void WriteCopy(int offset, int length, ByteBuffer destination)
    {
        while (length > 0)
        {
            // a copy holds 1 to 64 bytes; keep at least four for the last one, which the short form needs
            var part =
                length > 68 ? 64
                : length > 64 ? 60
                : length;
            var span = destination.Reserve(3);
            if (part is >= 4 and < 12 && offset < 2048)
            {
                span[0] = (byte)(1 | (part - 4) << 2 | (offset >> 8) << 5);
                span[1] = (byte)offset;
                destination.Advance(2);
            }
            else
            {
                span[0] = (byte)(2 | (part - 1) << 2);
                BinaryPrimitives.WriteUInt16LittleEndian(span[1..], (ushort)offset);
                destination.Advance(3);
            }

            length -= part;
        }
    }
}
