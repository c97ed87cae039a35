using System.Numerics;
using System.Runtime.CompilerServices;

namespace OtelPipeline.Internal;

/// <summary>
/// Whole numbers as text, for where a line has several: several times as fast as the framework's, which looks at formats and cultures. Numbers of up
/// to eight digits take no branch that depends on them, for a processor guesses every other one of those wrongly.
/// </summary>
internal static class DecimalDigits
{
    /// <summary>The most bytes that <see cref="Write"/> writes.</summary>
    public const int MaxLength = 10;

    private const uint EightDigits = 100_000_000;

    // by the position of a number's highest bit: what, added to the number, carries its count of digits in the upper half
    private static readonly ulong[] Counts = MakeCounts();

    /// <summary>
    /// Writes the digits and returns how many they are. The caller has looked that there is room for <see cref="MaxLength"/>; what of that is behind
    /// the digits may be overwritten.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int Write(ref byte target, uint value)
    {
        if (value >= EightDigits)
            return WriteLong(ref target, value);
        var count = (int)((value + Counts[BitOperations.Log2(value)]) >> 32);
        WriteEight(ref target, Eight(value) >> ((8 - count) * 8));
        return count;
    }

    private static int WriteLong(ref byte target, uint value)
    {
        var (high, low) = Math.DivRem(value, EightDigits);
        var count = Write(ref target, high);
        WriteEight(ref Unsafe.Add(ref target, count), Eight(low));
        return count + 8;
    }

    /// <summary>Eight digits, the first in the lowest byte: halves of four, of two, of one, each in one multiplication for all of them.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong Eight(uint value)
    {
        var high = value / 10_000;
        var digits = high | ((ulong)(value - (high * 10_000)) << 32);
        var halves = ((digits * 10_486) >> 20) & 0x0000_007F_0000_007F; // 10,486 / 2^20 is 1 / 100 for numbers below 10,000
        digits = halves | ((digits - (halves * 100)) << 16);
        halves = ((digits * 103) >> 10) & 0x000F_000F_000F_000F; // 103 / 2^10 is 1 / 10 for numbers below 100
        return (halves | ((digits - (halves * 10)) << 8)) + 0x3030_3030_3030_3030;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void WriteEight(ref byte target, ulong digits) =>
        Unsafe.WriteUnaligned(
            ref target,
            BitConverter.IsLittleEndian ? digits : System.Buffers.Binary.BinaryPrimitives.ReverseEndianness(digits)
        );

    private static ulong[] MakeCounts()
    {
        var counts = new ulong[32];
        for (var bit = 0; bit < counts.Length; bit++)
        {
            var smallest = 1UL << bit;
            var digits = 1UL;
            var power = 10UL; // the first number with a digit more
            for (; power <= smallest; power *= 10)
                digits++;
            counts[bit] = power < smallest * 2 ? ((digits + 1) << 32) - power : digits << 32;
        }

        return counts;
    }
}
