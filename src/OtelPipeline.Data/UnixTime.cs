using System.Globalization;

namespace OtelPipeline.Data;

/// <summary>Nanoseconds since 1970-01-01 UTC, as text and as .NET's types.</summary>
public static class UnixTime
{
    private const long NanosecondsPerSecond = 1_000_000_000;

    /// <summary>
    /// <see href="https://www.rfc-editor.org/rfc/rfc3339">RFC 3339</see> in UTC with nanoseconds, such as <c>2026-11-20T10:00:00.123456789Z</c>.
    /// </summary>
    public static string Text(long unixNano)
    {
        var (second, rest) = Math.DivRem(unixNano, NanosecondsPerSecond);
        if (rest < 0)
            (second, rest) = (second - 1, rest + NanosecondsPerSecond);
        return string.Create(CultureInfo.InvariantCulture, $"{DateTime.UnixEpoch.AddSeconds(second):yyyy-MM-dd'T'HH:mm:ss}.{rest:D9}Z");
    }

    /// <summary>The same moment in .NET's resolution, 100 nanoseconds.</summary>
    public static DateTimeOffset ToDateTimeOffset(long unixNano) => DateTimeOffset.UnixEpoch.AddTicks(unixNano / 100);

    /// <summary>Nanoseconds since 1970-01-01 UTC; moments before 1678 and after 2261 become the nearest that fits.</summary>
    public static long FromDateTimeOffset(DateTimeOffset time)
    {
        var ticks = time.UtcTicks - DateTimeOffset.UnixEpoch.Ticks;
        return Math.Clamp(ticks, long.MinValue / 100, long.MaxValue / 100) * 100;
    }

    /// <summary>Nanoseconds as a decimal number of milliseconds, exact.</summary>
    internal static string Milliseconds(long nanoseconds) => (nanoseconds / 1_000_000m).ToString("0.######", CultureInfo.InvariantCulture);
}
