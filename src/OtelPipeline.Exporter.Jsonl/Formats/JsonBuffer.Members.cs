using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace OtelPipeline.Exporter.Jsonl.Formats;

/// <content>The way that most attributes take: names that are escaped already, and values of the usual types.</content>
internal sealed partial class JsonBuffer
{
    /// <summary>What a name and a number, a word or the quotes of a text take at most, and a vector behind the text.</summary>
    private const int MemberRoom = FlatNames.Width + 64;

    private static readonly uint[] PowersOf10 = [1, 10, 100, 1_000, 10_000, 100_000, 1_000_000, 10_000_000, 100_000_000, 1_000_000_000];

    /// <summary>Writes a name and its value. False, and nothing is written, where the value is of an unusual type or the line has little room.</summary>
    /// <param name="name">As it stands in the line. <see cref="FlatNames.Width"/> bytes are read.</param>
    /// <param name="length">Bytes of the name.</param>
    /// <param name="value">The value.</param>
    public bool TryMember(ref byte name, int length, object? value)
    {
        const int half = FlatNames.Width / 2;
        if (Shrinking || _bytes.Length - _position < MemberRoom)
            return false;
        ref var target = ref Unsafe.Add(ref MemoryMarshal.GetArrayDataReference(_bytes), _position);
        // one or two copies of 32 bytes, of which those behind the name do not count
        Vector256.LoadUnsafe(ref name).StoreUnsafe(ref target);
        if (length > half)
            Vector256.LoadUnsafe(ref name, half).StoreUnsafe(ref target, half);
        target = ref Unsafe.Add(ref target, length);
        switch (value)
        {
            case string text:
                if (_bytes.Length - _position < MemberRoom + text.Length)
                    return false;
                target = (byte)'"';
                if (CopyPlain(text, ref Unsafe.Add(ref target, 1)) < text.Length)
                {
                    _position += length;
                    String(text);
                    return !Overflowed;
                }

                Unsafe.Add(ref target, text.Length + 1) = (byte)'"';
                _position += length + text.Length + 2;
                return true;
            case int number when number >= 0:
                _position += length + Digits(ref target, (uint)number);
                return true;
            case long number and >= 0 and <= uint.MaxValue:
                _position += length + Digits(ref target, (uint)number);
                return true;
            case bool:
                _position += length;
                Bool((bool)value);
                return true;
            case double number:
                _position += length;
                Double(number);
                return true;
            default:
                return false;
        }
    }

    private static int Digits(ref byte target, uint value)
    {
        if (value < 10)
        {
            target = (byte)('0' + value);
            return 1;
        }

        var count = CountDigits(value);
        var at = count;
        while (value >= 100)
        {
            (value, var pair) = Math.DivRem(value, 100u);
            at -= 2;
            Pair(ref Unsafe.Add(ref target, at), pair);
        }

        if (value >= 10)
            Pair(ref target, value);
        else
            target = (byte)('0' + value);
        return count;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Pair(ref byte target, uint value)
    {
        var tens = value / 10;
        target = (byte)('0' + tens);
        Unsafe.Add(ref target, 1) = (byte)('0' + value - (tens * 10));
    }

    // 1233 / 4096 is a little more than the logarithm of 2 to the base 10
    private static int CountDigits(uint value)
    {
        var digits = (BitOperations.Log2(value) + 1) * 1233 >> 12;
        return value < PowersOf10[digits] ? digits : digits + 1;
    }
}
