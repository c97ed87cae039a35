namespace OtelPipeline.Data.Json;

/// <summary>Timestamps as in <see href="https://www.rfc-editor.org/rfc/rfc3339">RFC 3339</see>, with up to nine decimals of a second.</summary>
internal static class Rfc3339
{
    /// <summary>Nanoseconds since 1970-01-01 UTC; false for anything else, and for years that do not fit (before 1678 or after 2261).</summary>
    public static bool TryParse(ReadOnlySpan<byte> text, out long unixNano)
    {
        unixNano = 0;
        if (
            text.Length < 20
            || !Digits(text[..4], out var year)
            || text[4] != '-'
            || !Digits(text[5..7], out var month)
            || text[7] != '-'
            || !Digits(text[8..10], out var day)
            || text[10] is not ((byte)'T' or (byte)'t' or (byte)' ')
            || !Digits(text[11..13], out var hour)
            || text[13] != ':'
            || !Digits(text[14..16], out var minute)
            || text[16] != ':'
            || !Digits(text[17..19], out var second)
        )
        {
            return false;
        }

        if (year is < 1678 or > 2261 || month is < 1 or > 12 || day < 1 || day > DateTime.DaysInMonth(year, month))
            return false;
        // a leap second is the first moment of the next minute
        if (hour > 23 || minute > 59 || second > 60)
            return false;
        var rest = text[19..];
        if (!TryFraction(ref rest, out var nanoseconds) || !TryOffset(rest, out var offsetMinutes))
            return false;
        var seconds =
            (new DateTime(year, month, day, hour, minute, 0, DateTimeKind.Utc).Ticks - DateTime.UnixEpoch.Ticks) / TimeSpan.TicksPerSecond;
        seconds += second - (offsetMinutes * 60);
        unixNano = (seconds * 1_000_000_000) + nanoseconds;
        return true;
    }

    private static bool TryFraction(ref ReadOnlySpan<byte> rest, out int nanoseconds)
    {
        nanoseconds = 0;
        if (rest.IsEmpty || rest[0] != '.')
            return true;
        var i = 1;
        var scale = 100_000_000;
        for (; i < rest.Length && char.IsAsciiDigit((char)rest[i]); i++)
        {
            nanoseconds += (rest[i] - '0') * scale;
            scale /= 10;
        }

        rest = rest[i..];
        return i > 1;
    }

    private static bool TryOffset(ReadOnlySpan<byte> text, out int minutes)
    {
        minutes = 0;
        if (text.Length == 1)
            return text[0] is (byte)'Z' or (byte)'z';
        if (text.Length != 6 || text[0] is not ((byte)'+' or (byte)'-') || text[3] != ':')
            return false;
        if (!Digits(text[1..3], out var hours) || !Digits(text[4..6], out var rest) || hours > 23 || rest > 59)
            return false;
        minutes = ((hours * 60) + rest) * (text[0] == '-' ? -1 : 1);
        return true;
    }

    private static bool Digits(ReadOnlySpan<byte> text, out int value)
    {
        value = 0;
        foreach (var c in text)
        {
            if (!char.IsAsciiDigit((char)c))
                return false;
            value = (value * 10) + (c - '0');
        }

        return true;
    }
}
