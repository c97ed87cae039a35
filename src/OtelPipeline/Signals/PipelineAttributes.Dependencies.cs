namespace OtelPipeline.Signals;

// of what a pipeline leans on: caches, breakers, limiters, fallbacks, brokers, stores
public static partial class PipelineAttributes
{
    /// <summary>Requests that caches answered while the node ran.</summary>
    public const string NodeCacheHits = "pipeline.node.cache.hits";

    /// <summary>Requests that caches could not answer while the node ran.</summary>
    public const string NodeCacheMisses = "pipeline.node.cache.misses";

    /// <summary>Requests that caches answered during the run.</summary>
    public const string RunCacheHits = "pipeline.run.cache.hits";

    /// <summary>Requests that caches could not answer during the run.</summary>
    public const string RunCacheMisses = "pipeline.run.cache.misses";

    /// <summary>Name of a cache.</summary>
    public const string CacheName = "pipeline.cache.name";

    /// <summary>How a request of a cache went: hit, miss, stale, revalidated or bypass.</summary>
    public const string CacheResult = "pipeline.cache.result";
}
