namespace OtelPipeline.Slo.Indicators;

/// <summary>From when to when files tell something, and how much of them is missing.</summary>
internal sealed class Coverage
{
    private double _missing;
    private double _read;

    public long First { get; private set; } = long.MaxValue;

    public long Last { get; private set; } = long.MinValue;

    /// <summary>The part of the files that is there.</summary>
    public double Files => _missing == 0 ? 1 : _read / (_read + _missing);

    /// <summary>False where the time lies outside of what was known; then it has to be added under the lock.</summary>
    public bool Contains(long from, long to) => from >= First && to <= Last;

    public void Add(long from, long to)
    {
        First = Math.Min(First, from);
        Last = Math.Max(Last, to);
    }

    public void Missing(double missing, double read)
    {
        _missing += missing;
        _read += read;
    }

    /// <summary>The part of a stretch of time about which something is known.</summary>
    public static double Of(long knownFrom, long from, long to) =>
        to <= from ? 1
        : knownFrom <= from ? 1
        : knownFrom >= to ? 0
        : (double)(to - knownFrom) / (to - from);
}
