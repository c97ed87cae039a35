using OtelPipeline.Slo.OpenSlo;

namespace OtelPipeline.Slo.Windows;

/// <summary>
/// The periods of a calendar window: each starts at a local time of its time zone, so that a day on which the clocks change has 23 or 25 hours.
/// Minutes and hours are elapsed time. A month that has no such day ends with its last one.
/// </summary>
internal sealed class CalendarPeriods
{
    private readonly DateTime _start;
    private readonly TimeZoneInfo _zone;
    private readonly SloDuration _duration;

    // the period that was asked for last
    private long _from = long.MaxValue;
    private long _to;

    public CalendarPeriods(SloTimeWindow window) =>
        (_start, _zone, _duration) = (window.CalendarStart!.Value, window.TimeZone!, window.Duration);

    /// <summary>Start and end (exclusive) of the period that holds a time, in nanoseconds since 1970.</summary>
    public (long From, long To) Of(long timeNanos)
    {
        if (timeNanos >= _from && timeNanos < _to)
            return (_from, _to);
        var instant = Nanoseconds.ToInstant(timeNanos);
        long from;
        long to;
        if (_duration.Unit is 'm' or 'h')
        {
            var length = Nanoseconds.Nanos(_duration.ToTimeSpan());
            var origin = Nanoseconds.ToNanos(LocalTime.ToUtc(_start, _zone));
            var index = Math.DivRem(timeNanos - origin, length) is var (q, r) && r < 0 ? q - 1 : q;
            from = origin + index * length;
            to = from + length;
        }
        else
        {
            var index = Estimate(TimeZoneInfo.ConvertTime(instant, _zone).DateTime);
            while (Boundary(index) > timeNanos)
                index--;
            while (Boundary(index + 1) <= timeNanos)
                index++;
            (from, to) = (Boundary(index), Boundary(index + 1));
        }

        (_from, _to) = (from, to);
        return (from, to);
    }

    private int Estimate(DateTime local) =>
        _duration.IsCalendrical
            ? ((local.Year - _start.Year) * 12 + local.Month - _start.Month) / _duration.Months
            : (int)((local - _start).TotalDays / Days);

    private int Days => _duration.Unit == 'w' ? 7 * _duration.Count : _duration.Count;

    private long Boundary(int index)
    {
        var local = _duration.IsCalendrical ? _start.AddMonths(index * _duration.Months) : _start.AddDays((double)index * Days);
        return Nanoseconds.ToNanos(LocalTime.ToUtc(local, _zone));
    }
}
