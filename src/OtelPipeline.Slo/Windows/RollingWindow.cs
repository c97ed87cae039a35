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

    /// <param name="kind">How values come together.</param>
    /// <param name="longestNanos">The longest window that will be asked for; finer resolutions than it needs are kept too, for the burn rates.</param>
    public RollingWindow(CellKind kind, long longestNanos)
    {
        var needed = Array.FindIndex(Tiers, t => t.Bucket * t.Count >= longestNanos) is var i and >= 0 ? i + 1 : Tiers.Length;
        _rings = new BucketRing[needed];
        for (var tier = 0; tier < needed; tier++)
            _rings[tier] = new BucketRing(kind, Tiers[tier].Bucket, Tiers[tier].Count);
    }

    /// <summary>False when the event is older than all that is kept.</summary>
    public bool Add(long timeNanos, double first, double second)
    {
        var kept = false;
        foreach (var ring in _rings)
            kept |= ring.Add(timeNanos, first, second);
        return kept;
    }

    /// <summary>The window that ends now, in buckets of the finest resolution that holds all of it.</summary>
    public Cell Sum(long nowNanos, long windowNanos) => Ring(windowNanos).Sum(nowNanos, windowNanos);

    /// <summary>How coarse the window is.</summary>
    public long Resolution(long windowNanos) => Ring(windowNanos).BucketNanos;

    /// <summary>Visits the buckets of the resolution that a window has.</summary>
    public void Visit(long windowNanos, Action<long, Cell> visit) => Ring(windowNanos).Visit(visit);

    private BucketRing Ring(long windowNanos)
    {
        foreach (var ring in _rings)
        {
            if (ring.BucketNanos * ring.Count >= windowNanos)
                return ring;
        }

        return _rings[^1];
    }
}
