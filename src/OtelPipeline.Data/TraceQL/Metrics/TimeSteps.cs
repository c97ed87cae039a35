using System.Numerics;

namespace OtelPipeline.Data.TraceQL;

/// <summary>
/// The steps of a metrics query. Without a step given, what is read is sorted into steps that grow with the time covered, each a multiple of
/// the one before, so that nothing has to be read twice.
/// </summary>
internal sealed class TimeSteps
{
    private const long Second = 1_000_000_000;

    private static readonly long[] Granularities = [Second / 20, Second, 5 * Second, 15 * Second, 60 * Second, 300 * Second, 3600 * Second];

    private readonly long? _fixed;
    private int _granularity;

    public TimeSteps(TraceQLSearchOptions options)
    {
        if (options.Step is { } step)
        {
            ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(step, TimeSpan.Zero, nameof(options.Step));
            _fixed = step.Ticks * 100;
        }

        if (options.Since is not null)
            First = options.SinceNano;
        if (options.Until is not null)
            Last = options.UntilNano;
        (HasFirst, HasLast) = (options.Since is not null, options.Until is not null);
    }

    private bool HasFirst { get; }

    private bool HasLast { get; }

    public long First { get; private set; } = long.MaxValue;

    public long Last { get; private set; } = long.MinValue;

    public bool IsEmpty => First > Last;

    /// <summary>The width of the steps that spans are sorted into while they are read.</summary>
    public long Width => _fixed ?? Granularities[_granularity];

    /// <summary>Notes a time; true when the width has grown.</summary>
    public bool Cover(long time)
    {
        if (!HasFirst)
            First = Math.Min(First, time);
        if (!HasLast)
            Last = Math.Max(Last, time);
        if (_fixed is not null || _granularity == Granularities.Length - 1 || !NeedsWider)
            return false;
        while (_granularity < Granularities.Length - 1 && NeedsWider)
            _granularity++;
        return true;
    }

    // as soon as the final step is sure to be a multiple
    private bool NeedsWider => _granularity == 0 ? Last - First >= 60 * Second : (Last - First) / 240 > Granularities[_granularity + 1];

    /// <summary>Whether no time is earlier than the one before it, as in files that are sorted.</summary>
    public static bool IsAscending(ReadOnlySpan<long> times)
    {
        if (times.IsEmpty)
            return true;
        var next = times[1..];
        var i = 0;
        for (; i + Vector<long>.Count <= next.Length; i += Vector<long>.Count)
        {
            if (Vector.GreaterThanAny(new Vector<long>(times[i..]), new Vector<long>(next[i..])))
                return false;
        }

        for (; i < next.Length; i++)
        {
            if (times[i] > next[i])
                return false;
        }

        return true;
    }

    /// <summary>How many times that ascend are not after <paramref name="end"/>.</summary>
    public static int CountUntil(ReadOnlySpan<long> ascending, long end)
    {
        if (ascending.IsEmpty || ascending[^1] <= end)
            return ascending.Length;
        var (low, high) = (0, ascending.Length);
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (ascending[middle] <= end)
                low = middle + 1;
            else
                high = middle;
        }

        return low;
    }

    /// <summary>Steps are open at the start and closed at the end: a time on a bound belongs to the step before it.</summary>
    public static long IndexOf(long time, long width) => FloorDivide(time - 1, width);

    /// <summary>The width of the steps of the result, as Tempo chooses it.</summary>
    public long FinalWidth()
    {
        if (_fixed is { } width)
            return width;
        var delta = Last - First;
        var baseline = delta / 240;
        if (delta < 60 * Second)
            return baseline > Granularities[0] ? baseline / Granularities[0] * Granularities[0] : Granularities[0];
        for (var i = Granularities.Length - 1; i > 0; i--)
        {
            if (baseline > Granularities[i])
                return baseline / Granularities[i] * Granularities[i];
        }

        return Second;
    }

    private static long FloorDivide(long value, long divisor) => value >= 0 ? value / divisor : -((-value + divisor - 1) / divisor);
}
