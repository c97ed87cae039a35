using System.Buffers.Text;
using System.Globalization;
using OtelPipeline.Internal;

namespace OtelPipeline.Exporter.Jsonl.Formats;

/// <content>Numbers and times.</content>
internal sealed partial class JsonBuffer
{
    private const ulong UnixEpochTicks = 621_355_968_000_000_000;

    private readonly byte[] _secondText = new byte[20];
    private long _second = -1;

    public void Int(long value)
    {
        if ((ulong)value <= uint.MaxValue && _bytes.Length - _position >= DecimalDigits.MaxLength)
            _position += DecimalDigits.Write(ref _bytes[_position], (uint)value);
        else if (Utf8Formatter.TryFormat(value, _bytes.AsSpan(_position), out var written))
            _position += written;
        else
            Overflowed = true;
    }

    /// <summary>A 64-bit integer as OTLP/JSON wants it: a decimal string.</summary>
    public void QuotedInt(long value)
    {
        Byte((byte)'"');
        Int(value);
        Byte((byte)'"');
    }

    public void QuotedInt(ulong value)
    {
        Byte((byte)'"');
        if (Utf8Formatter.TryFormat(value, _bytes.AsSpan(_position), out var written))
            _position += written;
        else
            Overflowed = true;
        Byte((byte)'"');
    }

    /// <summary>The shortest number that reads back as the same double; NaN and the infinities as protobuf's JSON strings.</summary>
    public void Double(double value)
    {
        if (!double.IsFinite(value))
            Raw(
                double.IsNaN(value) ? "\"NaN\""u8
                : value > 0 ? "\"Infinity\""u8
                : "\"-Infinity\""u8
            );
        else if (TryShortDecimal(value))
            return;
        else if (value.TryFormat(_bytes.AsSpan(_position), out var written, default, CultureInfo.InvariantCulture))
            _position += written;
        else
            Overflowed = true;
    }

    /// <summary>
    /// Most doubles in telemetry are short decimals, n / 10^k. Where both are exact doubles, IEEE division gives the double nearest to that
    /// decimal, which is what a parser makes of it: if it equals the value, the decimal reads back as the value.
    /// </summary>
    private bool TryShortDecimal(double value)
    {
        const double limit = 1e9;
        const int scale = 10_000;
        if (!(Math.Abs(value) < limit) || (value == 0 && double.IsNegative(value)) || _bytes.Length - _position < 32)
            return false;
        if ((long)value is var whole && whole == value)
        {
            Int(whole);
            return true;
        }

        var scaled = (long)Math.Round(value * scale);
        if ((double)scaled / scale != value)
            return false;
        if (scaled < 0)
        {
            Byte((byte)'-');
            scaled = -scaled;
        }

        (whole, var rest) = Math.DivRem(scaled, scale);
        Int(whole);
        Byte((byte)'.');
        var decimals = 4;
        var fraction = (uint)rest;
        for (; fraction % 10 == 0; fraction /= 10)
            decimals--;
        for (var i = decimals - 1; i >= 0; i--)
        {
            (fraction, var digit) = Math.DivRem(fraction, 10u);
            _bytes[_position + i] = (byte)('0' + digit);
        }

        _position += decimals;
        return true;
    }

    /// <summary>A number whose invariant text is JSON.</summary>
    public void Number(IUtf8SpanFormattable value)
    {
        if (value.TryFormat(_bytes.AsSpan(_position), out var written, default, CultureInfo.InvariantCulture))
            _position += written;
        else
            Overflowed = true;
    }

    /// <summary>Milliseconds with as many decimals as they have, at most four: a tick is 0.0001 ms.</summary>
    public void Milliseconds(TimeSpan value) => Double(value.Ticks / 10_000.0);

    /// <summary>Quoted RFC 3339 time in UTC with nanoseconds.</summary>
    public void Rfc3339(DateTime utc)
    {
        Byte((byte)'"');
        Rfc3339Text(utc);
        Byte((byte)'"');
    }

    public void Rfc3339Text(DateTime utc)
    {
        if (_bytes.Length - _position < 30)
        {
            Overflowed = true;
            return;
        }

        // records come in order: most fall into the second of the one before
        var (second, fraction) = Math.DivRem(utc.Ticks, TimeSpan.TicksPerSecond);
        if (second != _second)
        {
            utc.TryFormat(_secondText, out _, "yyyy-MM-dd'T'HH:mm:ss'.'", CultureInfo.InvariantCulture);
            _second = second;
        }

        var target = _bytes.AsSpan(_position, 30);
        _secondText.CopyTo(target);
        "00Z"u8.CopyTo(target[27..]);
        var digits = (uint)fraction;
        for (var i = 26; i >= 20; i--)
        {
            (digits, var digit) = Math.DivRem(digits, 10u);
            target[i] = (byte)('0' + digit);
        }

        _position += 30;
    }

    /// <summary>Nanoseconds since 1970 as a decimal string; times before 1970 are written as 0, which OTLP reads as unknown.</summary>
    public void UnixNano(DateTime utc) => QuotedInt(ToUnixNano(utc));

    public static ulong ToUnixNano(DateTime utc) => (ulong)utc.Ticks <= UnixEpochTicks ? 0 : ((ulong)utc.Ticks - UnixEpochTicks) * 100;
}
