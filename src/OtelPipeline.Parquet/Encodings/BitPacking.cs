using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using OtelPipeline.Parquet.Buffers;

namespace OtelPipeline.Parquet.Encodings;

/// <summary>Integers of a fixed number of bits, least significant bit first.</summary>
internal static class BitPacking
{
    public static int ByteCount(int values, int bitWidth) => (int)(((long)values * bitWidth + 7) / 8);

    /// <summary>Number of bits that values up to <paramref name="largest"/> take.</summary>
    public static int BitWidth(ulong largest) => 64 - BitOperations.LeadingZeroCount(largest);

    /// <summary>Writes values in whole bytes; bits behind the last value are 0.</summary>
    public static void Pack<T>(ReadOnlySpan<T> values, int bitWidth, ByteBuffer destination)
        where T : unmanaged, IBinaryInteger<T>
    {
        var size = ByteCount(values.Length, bitWidth);
        var output = destination.Reserve(size + 8);
        var mask = bitWidth == 64 ? ulong.MaxValue : (1UL << bitWidth) - 1;
        ulong word = 0;
        int bits = 0,
            at = 0;
        foreach (var value in values)
        {
            var v = ulong.CreateTruncating(value) & mask;
            word |= v << bits;
            bits += bitWidth;
            if (bits < 64)
                continue;
            BinaryPrimitives.WriteUInt64LittleEndian(output[at..], word);
            at += 8;
            bits -= 64;
            // the part of the value that did not fit; a shift by 64 would be a shift by 0
            word = bits == 0 ? 0 : v >> (bitWidth - bits);
        }

        while (at < size)
        {
            output[at++] = (byte)word;
            word >>= 8;
        }

        destination.Advance(size);
    }

    /// <summary>Reads <c>output.Length</c> values; <paramref name="source"/> holds at least their bytes.</summary>
    public static void Unpack<T>(ReadOnlySpan<byte> source, int bitWidth, Span<T> output)
        where T : unmanaged, IBinaryInteger<T>
    {
        if (bitWidth == 0)
        {
            output.Clear();
            return;
        }

        if (bitWidth == 1 && typeof(T) == typeof(byte))
        {
            var start = output.Length & ~7;
            UnpackBits(source, MemoryMarshal.Cast<T, byte>(output)[..start]);
            source = source[(start / 8)..];
            output = output[start..];
        }

        if (bitWidth <= 8)
        {
            var eights = UnpackEights(source, bitWidth, output);
            source = source[(eights / 8 * bitWidth)..];
            output = output[eights..];
        }

        var reader = new BitReader(source, bitWidth);
        var fast = reader.FastCount(output.Length);
        for (var i = 0; i < fast; i++)
            output[i] = T.CreateTruncating(reader.Fast(i));
        reader.Skip(fast);
        for (var i = fast; i < output.Length; i++)
            output[i] = T.CreateTruncating(reader.Next());
    }

    /// <summary>Narrow values, such as numbers of small dictionaries: eight of them lie in the eight bytes that are loaded at once.</summary>
    /// <returns>How many values there were in whole groups of eight.</returns>
    private static int UnpackEights<T>(ReadOnlySpan<byte> source, int bitWidth, Span<T> output)
        where T : unmanaged, IBinaryInteger<T>
    {
        var mask = (1UL << bitWidth) - 1;
        var i = 0;
        for (; i + 8 <= output.Length && source.Length >= 8; i += 8)
        {
            var word = BinaryPrimitives.ReadUInt64LittleEndian(source);
            var eight = output.Slice(i, 8);
            eight[7] = T.CreateTruncating((word >> (bitWidth * 7)) & mask);
            eight[0] = T.CreateTruncating(word & mask);
            eight[1] = T.CreateTruncating((word >> bitWidth) & mask);
            eight[2] = T.CreateTruncating((word >> (bitWidth * 2)) & mask);
            eight[3] = T.CreateTruncating((word >> (bitWidth * 3)) & mask);
            eight[4] = T.CreateTruncating((word >> (bitWidth * 4)) & mask);
            eight[5] = T.CreateTruncating((word >> (bitWidth * 5)) & mask);
            eight[6] = T.CreateTruncating((word >> (bitWidth * 6)) & mask);
            source = source[bitWidth..];
        }

        return i;
    }

    /// <summary>Levels of optional columns and booleans: eight at a time, each bit multiplied into its byte.</summary>
    private static void UnpackBits(ReadOnlySpan<byte> source, Span<byte> output)
    {
        for (var i = 0; i < output.Length; i += 8)
        {
            // the low seven bits by seven shifts of themselves, the eighth by hand: it would carry
            var bits = source[i / 8];
            var spread = ((bits & 0x7FUL) * 0x0002040810204081) & 0x0101010101010101;
            BinaryPrimitives.WriteUInt64LittleEndian(output[i..], spread | (ulong)(bits >> 7) << 56);
        }
    }
}

/// <summary>A cursor over packed values.</summary>
internal ref struct BitReader(ReadOnlySpan<byte> source, int bitWidth)
{
    private readonly ReadOnlySpan<byte> _source = source;
    private readonly ulong _mask = bitWidth == 64 ? ulong.MaxValue : (1UL << bitWidth) - 1;
    private long _bit;

    /// <summary>How many of the next values lie so far from the end that eight bytes can be loaded for each.</summary>
    public readonly int FastCount(int values)
    {
        if (bitWidth > 57 || _source.Length < 8)
            return 0;
        var lastStart = (_source.Length - 8) * 8L;
        return (int)Math.Min(values, lastStart / bitWidth + 1);
    }

    /// <summary>The value at a place below <see cref="FastCount"/>, which is what makes the load safe; the cursor stays.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public readonly ulong Fast(int place)
    {
        var bit = _bit + (long)place * bitWidth;
        var word = Unsafe.ReadUnaligned<ulong>(ref Unsafe.Add(ref MemoryMarshal.GetReference(_source), (nint)(bit >> 3)));
        if (!BitConverter.IsLittleEndian)
            word = BinaryPrimitives.ReverseEndianness(word);
        return (word >> (int)(bit & 7)) & _mask;
    }

    /// <summary>Moves the cursor behind values that <see cref="Fast"/> has given.</summary>
    public void Skip(int values) => _bit += (long)values * bitWidth;

    public ulong Next()
    {
        if (bitWidth == 0)
            return 0;
        var start = (int)(_bit >> 3);
        var shift = (int)(_bit & 7);
        Span<byte> window = stackalloc byte[16];
        window.Clear();
        var rest = _source[start..];
        rest[..Math.Min(9, rest.Length)].CopyTo(window);
        var value = BinaryPrimitives.ReadUInt64LittleEndian(window) >> shift;
        if (shift > 0)
            value |= (ulong)window[8] << (64 - shift);
        _bit += bitWidth;
        return value & _mask;
    }
}
