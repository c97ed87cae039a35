using System.Buffers.Binary;
using System.Runtime.Intrinsics;

namespace OtelPipeline.Data;

/// <summary>Decodes hexadecimal digits sixteen at a time: every record carries three to six times that many.</summary>
internal static class Hex
{
    /// <summary>Decodes exactly 16 digits into 8 bytes, read in network order.</summary>
    public static bool TryDecode(ReadOnlySpan<byte> digits, out ulong value, out bool upperCase)
    {
        var text = Vector128.Create(digits);
        var digit = text - Vector128.Create((byte)'0');
        var letter = (text | Vector128.Create((byte)0x20)) - Vector128.Create((byte)'a');
        var isDigit = Vector128.LessThan(digit, Vector128.Create((byte)10));
        var isLetter = Vector128.LessThan(letter, Vector128.Create((byte)6));
        if ((isDigit | isLetter) != Vector128<byte>.AllBitsSet)
        {
            value = 0;
            upperCase = false;
            return false;
        }

        upperCase = (isLetter & Vector128.Equals(text & Vector128.Create((byte)0x20), Vector128<byte>.Zero)) != Vector128<byte>.Zero;
        var nibbles = Vector128.ConditionalSelect(isDigit, digit, letter + Vector128.Create((byte)10)).AsUInt16();
        // in each pair the first digit is the high half of the byte; on this little-endian view it is the low one
        var bytes = ((nibbles << 4) | (nibbles >>> 8)) & Vector128.Create((ushort)0xFF);
        value = BinaryPrimitives.ReverseEndianness(Vector128.Narrow(bytes, bytes).AsUInt64().ToScalar());
        return true;
    }
}
