using System.Numerics;
using System.Runtime.Intrinsics;

namespace OtelPipeline.Data.Json;

internal ref partial struct JsonScanner
{
    /// <summary>Reads the string whose opening quote comes next; what is between the quotes stays as written.</summary>
    private bool ScanString(out Utf8Text text)
    {
        text = default;
        if (Failed)
            return false;
        var start = _position + 1;
        var escaped = false;
        var ascii = true;
        var i = start;
        while (true)
        {
            i = FindSpecial(i, ref ascii);
            if (i >= _data.Length)
                return FailAtEnd();
            var c = _data[i];
            if (c == '"')
                break;
            if (c != '\\')
            {
                _position = i;
                return Fail($"byte 0x{c:x2} in a string must be escaped");
            }

            escaped = true;
            if (i + 1 >= _data.Length)
                return FailAtEnd();
            if (_data[i + 1] == 'u')
            {
                for (var digit = i + 2; digit < i + 6; digit++)
                {
                    if (digit >= _data.Length)
                        return FailAtEnd();
                    if (!char.IsAsciiHexDigit((char)_data[digit]))
                        return FailAt(i, "four hexadecimal digits are expected after \\u");
                }

                i += 6;
            }
            else if ("\"\\/bfnrt"u8.Contains(_data[i + 1]))
            {
                i += 2;
            }
            else
            {
                return FailAt(i, "'\\' is followed by no known escape");
            }
        }

        text = new Utf8Text(_data[start..i], start, escaped, ascii);
        _position = i + 1;
        return true;
    }

    /// <summary>
    /// The next quote, backslash or control character at or after <paramref name="i"/>; <paramref name="ascii"/> becomes false when there is
    /// anything beyond ASCII before it.
    /// </summary>
    private readonly int FindSpecial(int i, ref bool ascii)
    {
        var data = _data;
        while (i + Vector128<byte>.Count <= data.Length)
        {
            var block = Vector128.Create(data.Slice(i, Vector128<byte>.Count));
            var special =
                Vector128.Equals(block, Vector128.Create((byte)'"'))
                | Vector128.Equals(block, Vector128.Create((byte)'\\'))
                | Vector128.LessThan(block, Vector128.Create((byte)0x20));
            var bits = special.ExtractMostSignificantBits();
            var beyond = block.ExtractMostSignificantBits();
            if (bits != 0)
            {
                // only what stands before the lowest special byte counts
                ascii &= (beyond & (bits ^ (bits - 1))) == 0;
                return i + BitOperations.TrailingZeroCount(bits);
            }

            ascii &= beyond == 0;
            i += Vector128<byte>.Count;
        }

        while (i < data.Length && data[i] is not ((byte)'"' or (byte)'\\') && data[i] >= 0x20)
            ascii &= data[i++] < 0x80;
        return i;
    }
}

/// <summary>A string of a JSON text as written between its quotes.</summary>
internal readonly ref struct Utf8Text(ReadOnlySpan<byte> raw, int start, bool escaped, bool ascii)
{
    public ReadOnlySpan<byte> Raw { get; } = raw;

    /// <summary>Where <see cref="Raw"/> starts in the JSON text.</summary>
    public int Start { get; } = start;

    /// <summary>True when <see cref="Raw"/> holds backslash escapes.</summary>
    public bool Escaped { get; } = escaped;

    /// <summary>True when <see cref="Raw"/> holds nothing but ASCII.</summary>
    public bool Ascii { get; } = ascii;
}
