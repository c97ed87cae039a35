using System.Buffers.Binary;

namespace OtelPipeline.Data.Json;

/// <summary>Timestamps as in <see href="https://www.rfc-editor.org/rfc/rfc3339">RFC 3339</see>, with up to nine decimals of a second.</summary>
internal static class Rfc3339
{
    private const int NoNumber = 10_000;
    private const int Eight = 8;
    private static readonly int UnixEpochDay = DateOnly.FromDateTime(DateTime.UnixEpoch).DayNumber;

    /// <summary>Nanoseconds since 1970-01-01 UTC; false for anything else, and for years that do not fit (before 1678 or after 2261).</summary>
    public static bool TryParse(ReadOnlySpan<byte> text, out long unixNano)
    {
        unixNano = 0;
        if (text.Length < 20 || text[4] != '-' || text[7] != '-' || text[13] != ':' || text[16] != ':')
            return false;
        if (text[10] is not ((byte)'T' or (byte)'t' or (byte)' '))
            return false;
        // what is no digit makes its number larger than any limit below
        var year = (Two(text, 0) * 100) + Two(text, 2);
        var month = Two(text, 5);
        var day = Two(text, 8);
        var hour = Two(text, 11);
        var minute = Two(text, 14);
        var second = Two(text, 17);
        if (year is < 1678 or > 2261 || month is < 1 or > 12 || day < 1 || (day > 28 && day > DateTime.DaysInMonth(year, month)))
            return false;
        // a leap second is the first moment of the next minute
        if (hour > 23 || minute > 59 || second > 60)
            return false;
        var rest = text[19..];
        if (!TryFraction(ref rest, out var nanoseconds) || !TryOffset(rest, out var offsetMinutes))
            return false;
        var days = DayNumber(year, month, day) - UnixEpochDay;
        var seconds = (((((days * 24L) + hour) * 60) + minute - offsetMinutes) * 60) + second;
        unixNano = (seconds * 1_000_000_000) + nanoseconds;
        return true;
    }

    /// <summary>Days since 0001-01-01, counted in years that begin in March so that leap days come last.</summary>
    private static int DayNumber(int year, int month, int day)
    {
        var y = month < 3 ? year - 1 : year;
        var m = month < 3 ? month + 9 : month - 3;
        return (y * 365) + (y / 4) - (y / 100) + (y / 400) + (((m * 153) + 2) / 5) + day - 307;
    }

    /// <summary>The number that eight digits make, all at once: pairs of them, pairs of these, and again.</summary>
    private static bool TryEight(ReadOnlySpan<byte> text, out int value)
    {
        var digits = BinaryPrimitives.ReadUInt64LittleEndian(text) - 0x3030303030303030;
        value = 0;
        if (((digits | (digits + 0x7676767676767676)) & 0x8080808080808080) != 0)
            return false;
        digits = (digits * 10) + (digits >> 8);
        value = (int)(
            (
                ((digits & 0x000000FF000000FF) * (100 + (1_000_000UL << 32)))
                + (((digits >> 16) & 0x000000FF000000FF) * (1 + (10_000UL << 32)))
            ) >> 32
        );
        return true;
    }

    private static bool TryFraction(ref ReadOnlySpan<byte> rest, out int nanoseconds)
    {
        nanoseconds = 0;
        if (rest[0] != '.')
            return true;
        var i = 1;
        var scale = 100_000_000;
        if (rest.Length > Eight && TryEight(rest[1..], out var eight))
        {
            nanoseconds = eight * 10;
            i += Eight;
            scale = 1;
        }

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
        var hours = Two(text, 1);
        var rest = Two(text, 4);
        if (hours > 23 || rest > 59)
            return false;
        minutes = ((hours * 60) + rest) * (text[0] == '-' ? -1 : 1);
        return true;
    }

    private static int Two(ReadOnlySpan<byte> text, int start)
    {
        var tens = (uint)(text[start] - '0');
        var ones = (uint)(text[start + 1] - '0');
        return tens <= 9 && ones <= 9 ? (int)((tens * 10) + ones) : NoNumber;
    }
}
