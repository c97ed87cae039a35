using System.Globalization;
using System.Text;

namespace OtelPipeline.Data.TraceQL;

/// <content>Text, numbers and durations.</content>
internal sealed partial class Lexer
{
    private string ReadRaw()
    {
        var start = _position;
        var end = query.IndexOf('`', start + 1);
        if (end < 0)
            throw Error(start, "the text does not end: add `");
        _position = end + 1;
        // as in Go
        return query[(start + 1)..end].Replace("\r", "", StringComparison.Ordinal);
    }

    /// <summary>Text with the escapes of Go.</summary>
    private string ReadQuoted()
    {
        var start = _position++;
        var text = new StringBuilder();
        // \x and octal escapes are bytes of UTF-8
        var bytes = new List<byte>();
        while (true)
        {
            if (_position == query.Length || Current == '\n')
                throw Error(start, "the text does not end on its line: add \"");
            var c = query[_position++];
            if (c == '\\')
            {
                ReadEscape(text, bytes);
                continue;
            }

            Flush(text, bytes);
            if (c == '"')
                return text.ToString();
            text.Append(c);
        }
    }

    private static void Flush(StringBuilder text, List<byte> bytes)
    {
        if (bytes.Count == 0)
            return;
        text.Append(Encoding.UTF8.GetString([.. bytes]));
        bytes.Clear();
    }

    private void ReadEscape(StringBuilder text, List<byte> bytes)
    {
        var start = _position - 1;
        var c = Current;
        _position++;
        if (c == 'x')
        {
            bytes.Add((byte)ReadDigits(start, 2, 16));
            return;
        }

        if (c is >= '0' and <= '7')
        {
            _position--;
            var value = ReadDigits(start, 3, 8);
            if (value > byte.MaxValue)
                throw Error(start, "an octal escape is a byte, \\000 to \\377");
            bytes.Add((byte)value);
            return;
        }

        Flush(text, bytes);
        switch (c)
        {
            case 'a':
                text.Append('\a');
                break;
            case 'b':
                text.Append('\b');
                break;
            case 'f':
                text.Append('\f');
                break;
            case 'n':
                text.Append('\n');
                break;
            case 'r':
                text.Append('\r');
                break;
            case 't':
                text.Append('\t');
                break;
            case 'v':
                text.Append('\v');
                break;
            case '\\' or '"':
                text.Append(c);
                break;
            case 'u' or 'U':
                var code = ReadDigits(start, c == 'u' ? 4 : 8, 16);
                if (!Rune.TryCreate((uint)code, out var rune))
                    throw Error(start, "the escape names no character of Unicode");
                text.Append(rune.ToString());
                break;
            default:
                throw Error(start, "no such escape in text: write \\\\ for a backslash, or the text in `");
        }
    }

    private long ReadDigits(int start, int count, int radix)
    {
        long value = 0;
        for (var i = 0; i < count; i++)
        {
            var digit = char.IsAsciiHexDigit(Current) ? Convert.ToInt32(Current.ToString(), 16) : radix;
            if (digit >= radix)
                throw Error(start, $"the escape needs {count} {(radix == 8 ? "octal" : "hexadecimal")} digits");
            value = value * radix + digit;
            _position++;
        }

        return value;
    }

    private void ReadNumber()
    {
        var start = _position;
        SkipDigits();
        var isFloat = false;
        if (Current == '.')
        {
            isFloat = true;
            _position++;
            SkipDigits();
        }

        if (Current is 'e' or 'E')
        {
            var mark = _position++;
            if (Current is '+' or '-')
                _position++;
            if (char.IsAsciiDigit(Current))
            {
                isFloat = true;
                SkipDigits();
            }
            else
                throw Error(mark, "the exponent has no digits");
        }

        if (TryReadDuration(start))
            return;
        if (char.IsLetter(Current) || Current == '_')
            throw Error(start, "no number and no duration: durations are written as 100ms, 1.5s or 2h30m");
        var text = query.AsSpan(start, _position - start);
        if (!isFloat)
        {
            if (!long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var integer))
                throw Error(start, "the integer does not fit into 64 bits");
            Add(new Token(TokenKind.Integer, start, 0, Integer: integer));
            return;
        }

        var number = double.Parse(text, NumberStyles.Float, CultureInfo.InvariantCulture);
        if (double.IsInfinity(number))
            throw Error(start, "the number does not fit into 64 bits");
        Add(new Token(TokenKind.Float, start, 0, Float: number));
    }

    private void SkipDigits()
    {
        while (char.IsAsciiDigit(Current))
            _position++;
    }

    private bool TryReadDuration(int start)
    {
        var end = _position;
        while (
            end < query.Length
            && (char.IsAsciiDigit(query[end]) || query[end] is '.' or 'n' or 's' or 'u' or 'm' or 'h' or 'µ' or 'μ' or 'd' or 'w' or 'y')
        )
            end++;
        if (end == _position || !Durations.TryParse(query.AsSpan(start, end - start), out var nanoseconds))
            return false;
        _position = end;
        Add(new Token(TokenKind.Duration, start, 0, Integer: nanoseconds));
        return true;
    }
}
