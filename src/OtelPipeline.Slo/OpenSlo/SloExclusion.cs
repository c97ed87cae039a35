using System.Globalization;

namespace OtelPipeline.Slo.OpenSlo;

/// <summary>
/// A time that counts neither as good nor as bad. Written in the annotation <c>otelpipeline/exclude</c>, several separated by <c>;</c>: once,
/// <c>2026-11-20T22:00:00Z/2026-11-21T02:00:00Z</c>, or repeated in local time, <c>sun 02:00-04:00 Europe/Berlin</c> or <c>daily 23:30-00:30
/// UTC</c>.
/// </summary>
public sealed class SloExclusion
{
    private readonly DateTimeOffset _from;
    private readonly DateTimeOffset _to;
    private readonly DayOfWeek? _day;
    private readonly TimeSpan _startOfDay;
    private readonly TimeSpan _endOfDay;
    private readonly TimeZoneInfo? _zone;
    private readonly string _text;

    private SloExclusion(string text, DateTimeOffset from, DateTimeOffset to) => (_text, _from, _to) = (text, from, to);

    private SloExclusion(string text, DayOfWeek? day, TimeSpan start, TimeSpan end, TimeZoneInfo zone) =>
        (_text, _day, _startOfDay, _endOfDay, _zone) = (text, day, start, end, zone);

    /// <summary>The excluded intervals that touch a time, earliest first; the end of each is exclusive.</summary>
    /// <param name="from">Start of the time.</param>
    /// <param name="to">End of the time, exclusive.</param>
    public IEnumerable<(DateTimeOffset From, DateTimeOffset To)> Between(DateTimeOffset from, DateTimeOffset to)
    {
        if (_zone is null)
        {
            if (_from < to && _to > from)
                yield return (_from, _to);
            yield break;
        }

        var last = TimeZoneInfo.ConvertTime(to, _zone).Date;
        for (var date = TimeZoneInfo.ConvertTime(from, _zone).Date.AddDays(-1); date <= last; date = date.AddDays(1))
        {
            if (_day is { } day && date.DayOfWeek != day)
                continue;
            var start = LocalTime.ToUtc(date + _startOfDay, _zone);
            var end = LocalTime.ToUtc(date + _endOfDay + (_endOfDay <= _startOfDay ? TimeSpan.FromDays(1) : TimeSpan.Zero), _zone);
            if (start < to && end > from)
                yield return (start, end);
        }
    }

    /// <summary>As it is written in a definition.</summary>
    public override string ToString() => _text;

    /// <summary>Null where the text is no exclusion.</summary>
    internal static SloExclusion? TryParse(string text)
    {
        if (text.Split('/') is [var first, var second] && TryInstant(first, out var from) && TryInstant(second, out var to))
            return from < to ? new SloExclusion(text, from, to) : null;
        var words = text.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        if (
            words is not [var dayName, var times, var zoneName]
            || !TryDay(dayName, out var day)
            || times.Split('-') is not [var startText, var endText]
            || !TryTimeOfDay(startText, out var start)
            || !TryTimeOfDay(endText, out var end)
            || start == end
            || !TimeZoneInfo.TryFindSystemTimeZoneById(zoneName, out var zone)
        )
        {
            return null;
        }

        return new SloExclusion(text, day, start, end, zone);
    }

    // a time without an offset could be anybody's
    private static bool TryInstant(string text, out DateTimeOffset instant) =>
        DateTimeOffset.TryParseExact(
            text.Trim(),
            ["yyyy-MM-dd'T'HH:mm'Z'", "yyyy-MM-dd'T'HH:mm:ss'Z'", "yyyy-MM-dd'T'HH:mmzzz", "yyyy-MM-dd'T'HH:mm:sszzz"],
            CultureInfo.InvariantCulture,
            DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal,
            out instant
        );

    private static bool TryTimeOfDay(string text, out TimeSpan time) =>
        TimeSpan.TryParseExact(text, @"hh\:mm", CultureInfo.InvariantCulture, out time) && time < TimeSpan.FromDays(1);

    private static bool TryDay(string text, out DayOfWeek? day)
    {
        day = text switch
        {
            "mon" => DayOfWeek.Monday,
            "tue" => DayOfWeek.Tuesday,
            "wed" => DayOfWeek.Wednesday,
            "thu" => DayOfWeek.Thursday,
            "fri" => DayOfWeek.Friday,
            "sat" => DayOfWeek.Saturday,
            "sun" => DayOfWeek.Sunday,
            _ => null,
        };
        return day is not null || text == "daily";
    }
}
