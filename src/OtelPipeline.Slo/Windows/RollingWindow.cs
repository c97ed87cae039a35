namespace OtelPipeline.Slo.Windows;

/// <summary>
/// The last hours and days of a series in three resolutions: 10 s for an hour, 5 min for a day, 1 h for 31 days; at most 22 KB. An event costs
/// the same whatever the window is; a late one finds its bucket as long as the bucket is kept.
/// </summary>
internal sealed class RollingWindow
{
    public const long Second = 1_000_000_000;

    private static readonly (long Bucket, int Count)[] Tiers = [(10 * Second, 360), (300 * Second, 288), (3600 * Second, 744)];

    private readonly BucketRing[] _rings;
    private readonly CellKind _kind;

    // events of the same finest bucket mostly follow each other: they reach the rings together
    private long _waitingFrom = long.MaxValue;
    private Cell _waiting;

    /// <param name="kind">How values come together.</param>
    /// <param name="longestNanos">The longest window that will be asked for; finer resolutions than it needs are kept too, for the burn rates.</param>
    public RollingWindow(CellKind kind, long longestNanos)
    {
        var needed = Array.FindIndex(Tiers, t => t.Bucket * t.Count >= longestNanos) is var i and >= 0 ? i + 1 : Tiers.Length;
        _kind = kind;
        _rings = new BucketRing[needed];
        for (var tier = 0; tier < needed; tier++)
            _rings[tier] = new BucketRing(kind, Tiers[tier].Bucket, Tiers[tier].Count);
    }

    /// <summary>False when the event is older than all that is kept.</summary>
    public bool Add(long timeNanos, double first, double second)
    {
        if (timeNanos >= _waitingFrom && timeNanos - _waitingFrom < Tiers[0].Bucket)
        {
            _waiting.Add(_kind, first, second);
            return true;
        }

        Flush();
        var kept = AddToRings(timeNanos, first, second);
        _waitingFrom = kept
            ? Math.DivRem(timeNanos, Tiers[0].Bucket) is var (q, r) && r < 0
                ? (q - 1) * Tiers[0].Bucket
                : timeNanos - r
            : long.MaxValue;
        return kept;
    }

    /// <summary>The window that ends now, in buckets of the finest resolution that holds all of it.</summary>
    public Cell Sum(long nowNanos, long windowNanos) => Ring(windowNanos).Sum(nowNanos, windowNanos);

    /// <summary>How coarse the window is.</summary>
    public long Resolution(long windowNanos) => Ring(windowNanos).BucketNanos;

    /// <summary>Visits the buckets of the resolution that a window has.</summary>
    public void Visit(long windowNanos, Action<long, Cell> visit) => Ring(windowNanos).Visit(visit);

    private bool AddToRings(long timeNanos, double first, double second)
    {
        var kept = false;
        foreach (var ring in _rings)
            kept |= ring.Add(timeNanos, first, second);
        return kept;
    }

    private void Flush()
    {
        if (_waiting.First != 0 || _waiting.Second != 0)
            AddToRings(_waitingFrom, _waiting.First, _waiting.Second);
        _waiting = default;
    }

    private BucketRing Ring(long windowNanos)
    {
        Flush();
        foreach (var ring in _rings)
        {
            if (ring.BucketNanos * ring.Count >= windowNanos)
                return ring;
        }

        return _rings[^1];
    }
}
