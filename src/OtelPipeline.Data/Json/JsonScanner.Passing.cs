using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace OtelPipeline.Data.Json;

internal ref partial struct JsonScanner
{
    /// <summary>
    /// Steps over a value that nobody looks at when it is written as usual, so that there is nothing in it to forgive; false (and nothing consumed)
    /// when it is not.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool TryPass(Passing passing) => passing != Passing.Nothing && _position < _data.Length && TryPassValue(passing);

    /// <summary>
    /// Reads a number of at most 15 digits without an exponent, followed by what may follow it in an object; false (and nothing consumed) for all else.
    /// </summary>
    public bool TryReadUsualDouble(out double value)
    {
        const int MostDigits = 15;
        value = 0;
        long mantissa = 0;
        var i = _position;
        var point = -1;
        for (; (uint)i < (uint)_data.Length; i++)
        {
            var digit = (uint)(_data[i] - '0');
            if (digit <= 9)
                mantissa = (mantissa * 10) + digit;
            else if (_data[i] == '.' && point < 0)
                point = i;
            else
                break;
            if (i - _position > MostDigits)
                return false;
        }

        var digits = i - _position - (point < 0 ? 0 : 1);
        if (
            (uint)i >= (uint)_data.Length
            || _data[i] is not ((byte)',' or (byte)'}')
            || digits is 0 or > MostDigits
            || point == _position
            || point == i - 1
            || (_data[_position] == '0' && i - _position > 1 && point != _position + 1)
        )
            return false;
        value = point < 0 ? mantissa : mantissa / PowersOfTen[i - point - 1];
        _position = i;
        return true;
    }

    private bool TryPassValue(Passing passing)
    {
        if (_data[_position] != '"')
        {
            return passing == Passing.TextAndNumbers
                && (_data[_position] == '-' || (uint)(_data[_position] - '0') <= 9)
                && ScanNumber(out _, out _);
        }

        var start = _position + 1;
        if (passing is Passing.TraceId or Passing.SpanId)
            return TryPassId(start, passing == Passing.TraceId ? 2 : 1);
        var ascii = true;
        var end = FindSpecial(start, ref ascii);
        if (!ascii || end >= _data.Length || _data[end] != '"')
            return false;
        _position = end + 1;
        return true;
    }

    /// <summary>Hexadecimal digits in lower case.</summary>
    private bool TryPassId(int start, int blocks)
    {
        var end = start + blocks * Vector128<byte>.Count;
        if (end >= _data.Length || _data[end] != '"')
            return false;
        for (var i = start; i < end; i += Vector128<byte>.Count)
        {
            var block = Vector128.Create(_data.Slice(i, Vector128<byte>.Count));
            var digit = Vector128.LessThan(block - Vector128.Create((byte)'0'), Vector128.Create((byte)10));
            var letter = Vector128.LessThan(block - Vector128.Create((byte)'a'), Vector128.Create((byte)6));
            if ((digit | letter) != Vector128<byte>.AllBitsSet)
                return false;
        }

        _position = end + 1;
        return true;
    }
}
