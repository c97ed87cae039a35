using OtelPipeline.Slo.OpenSlo;

namespace OtelPipeline.Slo.Windows;

/// <summary>Whether a time is excluded from a budget. The answer is known for a stretch around the time that was asked for last.</summary>
internal sealed class ExcludedTimes(IReadOnlyList<SloExclusion> exclusions)
{
    private static readonly TimeSpan Ahead = TimeSpan.FromDays(8);

    private long _from = long.MaxValue;
    private long _to;
    private bool _isExcluded;

    public bool Contains(long timeNanos)
    {
        if (exclusions.Count == 0)
            return false;
        if (timeNanos < _from || timeNanos >= _to)
            Find(timeNanos);
        return _isExcluded;
    }

    private void Find(long timeNanos)
    {
        var instant = Nanoseconds.ToInstant(timeNanos);
        (_isExcluded, _from, _to) = (false, Nanoseconds.ToNanos(instant - Ahead), Nanoseconds.ToNanos(instant + Ahead));
        foreach (var exclusion in exclusions)
        {
            foreach (var (from, to) in exclusion.Between(instant - Ahead, instant + Ahead))
            {
                var (start, end) = (Nanoseconds.ToNanos(from), Nanoseconds.ToNanos(to));
                if (start <= timeNanos && timeNanos < end)
                {
                    (_isExcluded, _from, _to) = (true, start, end);
                    return;
                }

                if (end <= timeNanos)
                    _from = Math.Max(_from, end);
                else
                    _to = Math.Min(_to, start);
            }
        }
    }
}
