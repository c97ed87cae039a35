using OtelPipeline;
using OtelPipeline.Extensions.Caching;

namespace Microsoft.Extensions.Caching.Distributed;

/// <summary>Reports what distributed caches do.</summary>
public static class DistributedCacheTelemetryExtensions
{
    /// <summary>
    /// Reports the hits and misses of a cache. What is asked of the result is asked of <paramref name="cache"/>; use the result from here on, for only
    /// what goes through it is counted. It is an <see cref="IBufferDistributedCache"/> where the cache is one. Disposing of it disposes of the cache.
    /// </summary>
    /// <param name="cache">The cache.</param>
    /// <param name="name">Name of the cache, of low cardinality.</param>
    /// <param name="classify">
    /// What a value that was found counts as, such as <see cref="CacheResult.Stale"/>; null for <see cref="CacheResult.Hit"/>. It is not asked of
    /// values that are read into a buffer of the caller. What it throws counts as a hit and is kept from the caller.
    /// </param>
    /// <param name="telemetry">What to report to instead of a new <see cref="CacheTelemetry"/> of this name, or null.</param>
    /// <exception cref="ArgumentException"><paramref name="name"/> is null, empty or white space.</exception>
    /// <exception cref="ArgumentNullException"><paramref name="cache"/> is null.</exception>
    public static IDistributedCache AddPipelineTelemetry(
        this IDistributedCache cache,
        string name,
        Func<byte[], CacheResult>? classify = null,
        CacheTelemetry? telemetry = null
    )
    {
        ArgumentNullException.ThrowIfNull(cache);
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        telemetry ??= new CacheTelemetry(name);
        return cache is IBufferDistributedCache buffered
            ? new ObservedBufferCache(buffered, telemetry, classify)
            : new ObservedDistributedCache(cache, telemetry, classify);
    }
}
