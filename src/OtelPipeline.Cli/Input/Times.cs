using System.Globalization;
using OtelPipeline.Data;

namespace OtelPipeline.Cli.Input;

/// <summary>Times, durations and sizes as people write them.</summary>
internal static class Times
{
    /// <summary>A moment: RFC 3339, a day, or how long ago.</summary>
    /// <returns>Nanoseconds since 1970.</returns>
    /// <exception cref="UsageException">It is none of these.</exception>
    public static long Parse(string option, string text, DateTimeOffset now)
    {
        if (TryDuration(text, out var ago))
            return UnixTime.FromDateTimeOffset(now - ago);
        if (
            DateTimeOffset.TryParse(
                text,
                CultureInfo.InvariantCulture,
                DateTimeStyles.AssumeUniversal | DateTimeStyles.AllowWhiteSpaces,
                out var time
            )
        )
            return UnixTime.FromDateTimeOffset(time);
        throw new UsageException(
            $"{option} '{text}' is no time: write 2026-11-20T10:00:00Z, 2026-11-20, or how long ago, such as 90m, 2h or 7d"
        );
    }

    /// <exception cref="UsageException">It is no duration.</exception>
    public static TimeSpan ParseDuration(string option, string text) =>
        TryDuration(text, out var duration)
            ? duration
            : throw new UsageException($"{option} '{text}' is no duration: write a number and ms, s, m, h, d or w, such as 90m or 30d");

    /// <exception cref="UsageException">It is no size.</exception>
    public static long ParseBytes(string option, string text)
    {
        var digits = text.AsSpan().TrimEnd("BbKkMmGgTti ");
        var factor = text.AsSpan(digits.Length).Trim().ToString().ToUpperInvariant() switch
        {
            "" or "B" => 1L,
            "KB" or "K" => 1_000,
            "MB" or "M" => 1_000_000,
            "GB" or "G" => 1_000_000_000,
            "TB" or "T" => 1_000_000_000_000,
            "KIB" => 1L << 10,
            "MIB" => 1L << 20,
            "GIB" => 1L << 30,
            "TIB" => 1L << 40,
            _ => 0,
        };
        return
            factor > 0
            && decimal.TryParse(digits, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number)
            && number * factor <= long.MaxValue
            ? (long)(number * factor)
            : throw new UsageException($"{option} '{text}' is no size: write a number and KB, MB, GB, KiB, MiB or GiB, such as 500MB");
    }

    private static bool TryDuration(string text, out TimeSpan duration)
    {
        duration = default;
        var digits = text.AsSpan().TrimEnd("msuhdw");
        var seconds = text.AsSpan(digits.Length) switch
        {
            "ms" => 0.001,
            "s" => 1,
            "m" => 60,
            "h" => 3600,
            "d" => 86_400,
            "w" => 604_800,
            _ => 0d,
        };
        if (
            seconds == 0
            || !double.TryParse(digits, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number)
            || number * seconds > TimeSpan.MaxValue.TotalSeconds / 100
        )
            return false;
        duration = TimeSpan.FromSeconds(number * seconds);
        return true;
    }
}
