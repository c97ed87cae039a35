using System.Globalization;

namespace OtelPipeline.Data.Json;

internal ref partial struct JsonScanner
{
    // 10^0 to 10^22: the powers of ten that a double holds exactly
    private static ReadOnlySpan<double> PowersOfTen =>
        [1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22];

    /// <summary>Reads a number as written; false (and nothing consumed) when the next value is none.</summary>
    public bool TryReadNumber(out ReadOnlySpan<byte> digits, out bool integer)
    {
        if (Peek() is (byte)'-' or (>= (byte)'0' and <= (byte)'9'))
            return ScanNumber(out digits, out integer);
        digits = default;
        integer = false;
        return false;
    }

    /// <summary>
    /// The value of a number's text. With up to 15 digits and a small exponent one exact multiplication or division gives the
    /// correctly rounded result; anything longer goes to the runtime's parser.
    /// </summary>
    public static bool TryParseDouble(ReadOnlySpan<byte> text, out double value)
    {
        long mantissa = 0;
        var digits = 0;
        var fraction = 0;
        var i = 0;
        var negative = text.Length > 0 && text[0] == '-';
        if (negative)
            i++;
        var seenPoint = false;
        for (; i < text.Length && digits <= 15; i++)
        {
            var c = text[i];
            if (c == '.' && !seenPoint)
            {
                seenPoint = true;
                continue;
            }

            if (!char.IsAsciiDigit((char)c))
                break;
            mantissa = (mantissa * 10) + (c - '0');
            digits++;
            fraction += seenPoint ? 1 : 0;
        }

        if (i == text.Length && digits is > 0 and <= 15)
        {
            value = mantissa / PowersOfTen[fraction];
            if (negative)
                value = -value;
            return true;
        }

        return double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out value);
    }

    /// <summary>The value of a number that <see cref="TryReadNumber"/> has found.</summary>
    public static double ParseDouble(ReadOnlySpan<byte> number) => TryParseDouble(number, out var value) ? value : 0;

    /// <summary>
    /// The value of an integer's text; <paramref name="outOfRange"/> tells that it was clamped. Also takes 1.0 and 1e3, as protobuf's JSON
    /// mapping does; false for what is no integer.
    /// </summary>
    public static bool TryParseInt64(ReadOnlySpan<byte> text, out long value, out bool outOfRange)
    {
        outOfRange = false;
        value = 0;
        var negative = text.Length > 0 && text[0] == '-';
        var i = negative ? 1 : 0;
        if (text.Length - i is > 0 and <= 18)
        {
            for (; i < text.Length; i++)
            {
                var digit = (uint)(text[i] - '0');
                if (digit > 9)
                    break;
                value = (value * 10) + digit;
            }

            if (i == text.Length)
            {
                value = negative ? -value : value;
                return true;
            }
        }

        if (long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out value))
            return true;
        if (!TryParseDouble(text, out var number) || !(double.IsInfinity(number) || Math.Floor(number) == number))
            return false;
        outOfRange = number is >= 9223372036854775808.0 or < -9223372036854775808.0;
        value =
            number >= 9223372036854775808.0 ? long.MaxValue
            : number < -9223372036854775808.0 ? long.MinValue
            : (long)number;
        return true;
    }

    private bool ScanNumber(out ReadOnlySpan<byte> text, out bool integer)
    {
        text = default;
        integer = true;
        if (Failed)
            return false;
        var start = _position;
        var i = start;
        if (i < _data.Length && _data[i] == '-')
            i++;
        if (i < _data.Length && _data[i] == '0')
            i++;
        else if (!ScanDigits(ref i))
            return false;
        if (i < _data.Length && _data[i] == '.')
        {
            integer = false;
            i++;
            if (!ScanDigits(ref i))
                return false;
        }

        if (i < _data.Length && _data[i] is (byte)'e' or (byte)'E')
        {
            integer = false;
            i++;
            if (i < _data.Length && _data[i] is (byte)'+' or (byte)'-')
                i++;
            if (!ScanDigits(ref i))
                return false;
        }

        // a number inside an object never ends the text, and cut off here it may be a longer one
        if (i >= _data.Length && _depth > 0)
            return FailAtEnd();
        text = _data[start..i];
        _position = i;
        return true;
    }

    private bool ScanDigits(ref int i)
    {
        var start = i;
        while (i < _data.Length && (uint)(_data[i] - '0') <= 9)
            i++;
        if (i > start)
            return true;
        return i >= _data.Length ? FailAtEnd() : FailAt(i, "a JSON value is expected");
    }
}
