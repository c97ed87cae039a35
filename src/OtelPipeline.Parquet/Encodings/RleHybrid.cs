using System.Buffers.Binary;
using System.Numerics;
using OtelPipeline.Parquet.Buffers;

namespace OtelPipeline.Parquet.Encodings;

/// <summary>
/// Runs of equal values mixed with packed values, for levels, dictionary numbers and booleans
/// (https://github.com/apache/parquet-format/blob/master/Encodings.md#RLE).
/// </summary>
internal static class RleHybrid
{
    /// <summary>Packed values come in groups of eight.</summary>
    private const int Group = 8;

    public static void Encode<T>(ReadOnlySpan<T> values, int bitWidth, ByteBuffer destination)
        where T : unmanaged, IBinaryInteger<T>
    {
        int literal = 0,
            position = 0;
        while (position < values.Length)
        {
            var rest = values[position..];
            if (rest.Length < Group || rest[0] != rest[1] || rest[1] != rest[2] || rest[2] != rest[3])
            {
                position += Math.Min(Group, rest.Length);
                continue;
            }

            var run = rest.IndexOfAnyExcept(rest[0]);
            if (run < 0)
                run = rest.Length;
            if (run < Group)
            {
                position += Math.Min(Group, rest.Length);
                continue;
            }

            EncodeLiteral(values[literal..position], bitWidth, destination);
            EncodeRun(rest[0], run, bitWidth, destination);
            position += run;
            literal = position;
        }

        EncodeLiteral(values[literal..], bitWidth, destination);
    }

    /// <summary>Fills <paramref name="output"/> and returns the bytes read.</summary>
    public static int Decode<T>(ReadOnlySpan<byte> source, int bitWidth, Span<T> output)
        where T : unmanaged, IBinaryInteger<T>
    {
        int position = 0,
            written = 0;
        while (written < output.Length)
        {
            var header = ReadHeader(source, ref position);
            var count = header >> 1;
            if (count == 0)
                throw new CorruptException("a run of no values", position);
            var rest = source[position..];
            if ((header & 1) != 0)
            {
                // the last group may be cut off behind the last value that is needed
                var take = (int)Math.Min(count * Group, output.Length - written);
                var needed = BitPacking.ByteCount(take, bitWidth);
                if (needed > rest.Length)
                    throw new CorruptException($"{count * Group} packed values of {bitWidth} bits in {rest.Length} bytes", position);
                BitPacking.Unpack(rest, bitWidth, output.Slice(written, take));
                position += (int)Math.Min(count * bitWidth, rest.Length);
                written += take;
                continue;
            }

            var bytes = (bitWidth + 7) / 8;
            if (bytes > rest.Length)
                throw new CorruptException("a run without its value", position);
            uint value = 0;
            for (var i = 0; i < bytes; i++)
                value |= (uint)rest[i] << (8 * i);
            if (bitWidth < 32 && value >> bitWidth != 0)
                throw new CorruptException($"the value {value} of a run does not fit {bitWidth} bits", position);
            position += bytes;
            var length = (int)Math.Min(count, output.Length - written);
            output.Slice(written, length).Fill(T.CreateTruncating(value));
            written += length;
        }

        return position;
    }

    private static void EncodeRun<T>(T value, int count, int bitWidth, ByteBuffer destination)
        where T : unmanaged, IBinaryInteger<T>
    {
        destination.WriteVarint((ulong)count << 1);
        Span<byte> bytes = stackalloc byte[4];
        BinaryPrimitives.WriteUInt32LittleEndian(bytes, uint.CreateTruncating(value));
        destination.Write(bytes[..((bitWidth + 7) / 8)]);
    }

    private static void EncodeLiteral<T>(ReadOnlySpan<T> values, int bitWidth, ByteBuffer destination)
        where T : unmanaged, IBinaryInteger<T>
    {
        if (values.Length == 0)
            return;
        var groups = (values.Length + Group - 1) / Group;
        destination.WriteVarint((ulong)groups << 1 | 1);
        var start = destination.Length;
        BitPacking.Pack(values, bitWidth, destination);
        var padding = groups * bitWidth - (destination.Length - start);
        destination.Reserve(padding)[..padding].Clear();
        destination.Advance(padding);
    }

    private static long ReadHeader(ReadOnlySpan<byte> source, ref int position)
    {
        ulong value = 0;
        for (var shift = 0; shift < 35; shift += 7)
        {
            if (position >= source.Length)
                throw new CorruptException("runs end before all values", position);
            var b = source[position++];
            value |= (ulong)(b & 0x7F) << shift;
            if (b < 0x80)
                return (long)value;
        }

        throw new CorruptException("the header of a run is too long", position);
    }
}
