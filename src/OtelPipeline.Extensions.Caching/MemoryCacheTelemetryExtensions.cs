using OtelPipeline;
using OtelPipeline.Extensions.Caching;

namespace Microsoft.Extensions.Caching.Memory;

/// <summary>Reports what memory caches do.</summary>
public static class MemoryCacheTelemetryExtensions
{
    /// <summary>
    /// Reports the hits, misses and evictions of a cache, and how many entries it has. What is asked of the result is asked of
    /// <paramref name="cache"/>; use the result from here on, for only what goes through it is counted. Disposing of it disposes of the cache.
    /// </summary>
    /// <remarks>
    /// The number of entries is that of the cache itself. Of a cache that is no <see cref="MemoryCache"/> it is known where its <c>GetCurrentStatistics</c>
    /// gives any.
    /// </remarks>
    /// <param name="cache">The cache.</param>
    /// <param name="name">Name of the cache, of low cardinality.</param>
    /// <param name="capacity">
    /// Bytes that the cache may hold, where the sizes of its entries are bytes: its <see cref="MemoryCacheOptions.SizeLimit"/>. Then its size is
    /// reported, too, if the cache was made with <see cref="MemoryCacheOptions.TrackStatistics"/>. Null leaves both out. Range: 0 or more.
    /// </param>
    /// <param name="classify">
    /// What a value that was found counts as, such as <see cref="CacheResult.Stale"/> for one that is served past its time; null for
    /// <see cref="CacheResult.Hit"/>. What it throws counts as a hit and is kept from the caller.
    /// </param>
    /// <param name="telemetry">What to report to instead of a new <see cref="CacheTelemetry"/> of this name, or null.</param>
    /// <exception cref="ArgumentException"><paramref name="name"/> is null, empty or white space.</exception>
    /// <exception cref="ArgumentNullException"><paramref name="cache"/> is null.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="capacity"/> is negative.</exception>
    public static IMemoryCache AddPipelineTelemetry(
        this IMemoryCache cache,
        string name,
        long? capacity = null,
        Func<object?, CacheResult>? classify = null,
        CacheTelemetry? telemetry = null
    )
    {
        ArgumentNullException.ThrowIfNull(cache);
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        if (capacity is { } bytes)
            ArgumentOutOfRangeException.ThrowIfNegative(bytes, nameof(capacity));
        return new ObservedMemoryCache(cache, telemetry ?? new CacheTelemetry(name), capacity, classify);
    }
}
