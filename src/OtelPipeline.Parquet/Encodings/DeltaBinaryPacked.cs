using System.Numerics;
using OtelPipeline.Parquet.Buffers;

namespace OtelPipeline.Parquet.Encodings;

/// <summary>
/// Differences between integers in packed blocks (https://github.com/apache/parquet-format/blob/master/Encodings.md#DELTAENC). All arithmetic
/// wraps around.
/// </summary>
internal static class DeltaBinaryPacked
{
    private const int BlockSize = 1024;
    private const int MiniBlocks = 8;
    private const int MiniBlockSize = BlockSize / MiniBlocks;

    /// <summary>Beyond what any writer uses, and small enough that sizes computed from it do not overflow.</summary>
    private const int LargestBlock = 1 << 20;

    /// <summary>Encodes 32-bit or 64-bit integers.</summary>
    public static void Encode<T>(ReadOnlySpan<T> values, ByteBuffer destination)
        where T : unmanaged, IBinaryInteger<T>
    {
        destination.WriteVarint(BlockSize);
        destination.WriteVarint(MiniBlocks);
        destination.WriteVarint((uint)values.Length);
        destination.WriteZigzag(values.Length == 0 ? 0 : long.CreateTruncating(values[0]));
        Span<long> deltas = stackalloc long[BlockSize];
        for (var start = 1; start < values.Length; start += BlockSize)
        {
            var count = Math.Min(BlockSize, values.Length - start);
            var min = long.MaxValue;
            for (var i = 0; i < count; i++)
            {
                // the difference in the width of the type, so that 32-bit columns never take more than 32 bits
                var delta = long.CreateTruncating(unchecked(values[start + i] - values[start + i - 1]));
                deltas[i] = delta;
                min = Math.Min(min, delta);
            }

            EncodeBlock(deltas[..count], min, destination);
        }
    }

    /// <summary>Fills <paramref name="output"/> with all values of <paramref name="source"/> and returns the bytes read.</summary>
    public static int Decode<T>(ReadOnlySpan<byte> source, Span<T> output)
        where T : unmanaged, IBinaryInteger<T>
    {
        var position = 0;
        var header = ReadHeader(source, ref position);
        if (header.Count != output.Length)
            throw new CorruptException($"delta values: {header.Count} announced, {output.Length} expected", position);
        if (output.Length == 0)
            return position;
        var previous = header.First;
        output[0] = T.CreateTruncating(previous);
        var written = 1;
        while (written < output.Length)
        {
            var min = ReadZigzag(source, ref position);
            if (header.MiniBlocks > source.Length - position)
                throw new CorruptException("delta block ends too early", position);
            var widths = source.Slice(position, header.MiniBlocks);
            position += header.MiniBlocks;
            for (var m = 0; m < widths.Length && written < output.Length; m++)
            {
                var width = widths[m];
                var bytes = BitPacking.ByteCount(header.MiniBlockSize, width);
                var take = Math.Min(header.MiniBlockSize, output.Length - written);
                if (width > 64 || BitPacking.ByteCount(take, width) > source.Length - position)
                    throw new CorruptException($"delta values of {width} bits run out of their data", position);
                // the padding of the last miniblock may be missing: some writers leave it out
                bytes = Math.Min(bytes, source.Length - position);
                // what follows may be loaded together with the last values, which is faster than not to
                previous = DecodeMiniBlock(source[position..], width, min, previous, output.Slice(written, take));
                position += bytes;
                written += take;
            }
        }

        return position;
    }

    /// <summary>The number of values that the data at <paramref name="source"/> announces.</summary>
    public static int ReadCount(ReadOnlySpan<byte> source)
    {
        var position = 0;
        return ReadHeader(source, ref position).Count;
    }

    private static void EncodeBlock(Span<long> deltas, long min, ByteBuffer destination)
    {
        destination.WriteZigzag(min);
        var widthsAt = destination.Length;
        destination.Reserve(MiniBlocks)[..MiniBlocks].Clear();
        destination.Advance(MiniBlocks);
        for (var m = 0; m * MiniBlockSize < deltas.Length; m++)
        {
            var values = deltas[(m * MiniBlockSize)..Math.Min((m + 1) * MiniBlockSize, deltas.Length)];
            ulong all = 0;
            for (var i = 0; i < values.Length; i++)
            {
                values[i] = unchecked(values[i] - min);
                all |= (ulong)values[i];
            }

            var width = BitPacking.BitWidth(all);
            destination.Slice(widthsAt + m, 1)[0] = (byte)width;
            var start = destination.Length;
            BitPacking.Pack<long>(values, width, destination);
            var padding = BitPacking.ByteCount(MiniBlockSize, width) - (destination.Length - start);
            destination.Reserve(padding)[..padding].Clear();
            destination.Advance(padding);
        }
    }

    private static long DecodeMiniBlock<T>(ReadOnlySpan<byte> source, int width, long min, long previous, Span<T> output)
        where T : unmanaged, IBinaryInteger<T>
    {
        if (width == 0)
        {
            for (var i = 0; i < output.Length; i++)
            {
                previous = unchecked(previous + min);
                output[i] = T.CreateTruncating(previous);
            }

            return previous;
        }

        var bits = new BitReader(source, width);
        var fast = bits.FastCount(output.Length);
        for (var i = 0; i < fast; i++)
        {
            previous = unchecked(previous + min + (long)bits.Fast(i));
            output[i] = T.CreateTruncating(previous);
        }

        bits.Skip(fast);
        for (var i = fast; i < output.Length; i++)
        {
            previous = unchecked(previous + min + (long)bits.Next());
            output[i] = T.CreateTruncating(previous);
        }

        return previous;
    }

    private static Header ReadHeader(ReadOnlySpan<byte> source, ref int position)
    {
        var blockSize = ReadVarint(source, ref position);
        var miniBlocks = ReadVarint(source, ref position);
        var count = ReadVarint(source, ref position);
        var first = ReadZigzag(source, ref position);
        if (blockSize is 0 or > LargestBlock || miniBlocks == 0 || blockSize % miniBlocks != 0 || blockSize / miniBlocks % 8 != 0)
            throw new CorruptException($"delta blocks of {blockSize} values in {miniBlocks} parts are not possible", position);
        if (count > int.MaxValue)
            throw new CorruptException($"{count} delta values are too many", position);
        return new Header((int)miniBlocks, (int)(blockSize / miniBlocks), (int)count, first);
    }

    private static ulong ReadVarint(ReadOnlySpan<byte> source, ref int position)
    {
        ulong value = 0;
        for (var shift = 0; shift < 64; shift += 7)
        {
            if (position >= source.Length)
                throw new CorruptException("delta values end too early", position);
            var b = source[position++];
            value |= (ulong)(b & 0x7F) << shift;
            if (b < 0x80)
                return value;
        }

        throw new CorruptException("a delta value's header is too long", position);
    }

    private static long ReadZigzag(ReadOnlySpan<byte> source, ref int position)
    {
        var value = ReadVarint(source, ref position);
        return (long)(value >> 1) ^ -(long)(value & 1);
    }

    private readonly record struct Header(int MiniBlocks, int MiniBlockSize, int Count, long First);
}
