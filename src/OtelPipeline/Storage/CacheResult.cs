namespace OtelPipeline;

/// <summary>How a request of a cache went.</summary>
public enum CacheResult
{
    /// <summary>It had a fresh entry.</summary>
    Hit,

    /// <summary>It had no entry.</summary>
    Miss,

    /// <summary>It served an entry that had expired.</summary>
    Stale,

    /// <summary>It served an entry after its origin had confirmed it.</summary>
    Revalidated,

    /// <summary>It was not asked on purpose.</summary>
    Bypass,
}
