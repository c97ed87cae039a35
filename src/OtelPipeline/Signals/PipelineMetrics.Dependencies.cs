namespace OtelPipeline.Signals;

// of what a pipeline leans on: caches, breakers, limiters, fallbacks, brokers, stores
public static partial class PipelineMetrics
{
    /// <summary>Counter, {request}: requests of caches by result.</summary>
    public const string CacheRequests = "pipeline.cache.requests";

    /// <summary>Counter, {eviction}: entries that caches threw out.</summary>
    public const string CacheEvictions = "pipeline.cache.evictions";

    /// <summary>UpDownCounter, {entry}: entries in caches.</summary>
    public const string CacheEntryCount = "pipeline.cache.entry.count";

    /// <summary>UpDownCounter, By: bytes in caches.</summary>
    public const string CacheSize = "pipeline.cache.size";

    /// <summary>UpDownCounter, By: bytes that caches may hold.</summary>
    public const string CacheCapacity = "pipeline.cache.capacity";
}
