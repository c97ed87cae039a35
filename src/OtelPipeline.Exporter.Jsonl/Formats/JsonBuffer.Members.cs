using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using OtelPipeline.Internal;

namespace OtelPipeline.Exporter.Jsonl.Formats;

/// <content>The way that most attributes take: names that are escaped already, and values of the usual types.</content>
internal sealed partial class JsonBuffer
{
    /// <summary>What a name and a number, a word or the quotes of a text take at most, and a vector behind the text.</summary>
    private const int MemberRoom = FlatNames.Width + 64;

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
                _position += length + DecimalDigits.Write(ref target, (uint)number);
                return true;
            case long number and >= 0 and <= uint.MaxValue:
                _position += length + DecimalDigits.Write(ref target, (uint)number);
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
}
