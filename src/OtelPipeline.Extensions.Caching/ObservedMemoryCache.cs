using Microsoft.Extensions.Caching.Memory;
using OtelPipeline.Internal;

namespace OtelPipeline.Extensions.Caching;

/// <summary>
/// A memory cache whose requests are counted. Its statistics alone would not do: they do not say which node a request was made in.
/// </summary>
internal sealed class ObservedMemoryCache : IMemoryCache
{
    // one delegate for all entries; the telemetry is its state
    private static readonly PostEvictionDelegate s_evicted = static (_, _, reason, telemetry) =>
    {
        if (reason is EvictionReason.Capacity or EvictionReason.Expired or EvictionReason.TokenExpired)
            ((CacheTelemetry)telemetry!).Evicted();
    };

    private readonly IMemoryCache _cache;
    private readonly CacheTelemetry _telemetry;
    private readonly Func<object?, CacheResult>? _classify;
    private readonly IDisposable _observation;
    private bool _isDisposed;

    public ObservedMemoryCache(IMemoryCache cache, CacheTelemetry telemetry, long? capacity, Func<object?, CacheResult>? classify)
    {
        _cache = cache;
        _telemetry = telemetry;
        _classify = classify;
        var weak = new WeakReference<ObservedMemoryCache>(this);
        _observation = telemetry.Observe(
            ObserverOf(weak, static cache => cache.CountEntries()),
            capacity is null ? null : ObserverOf(weak, static cache => cache.GetCurrentStatistics()?.CurrentEstimatedSize),
            capacity is null ? null : ObserverOf(weak, _ => capacity)
        );
    }

    public bool TryGetValue(object key, out object? value)
    {
        bool found;
        try
        {
            found = _cache.TryGetValue(key, out value);
        }
        catch (Exception e)
        {
            _telemetry.Failed(e);
            throw;
        }

        if (!found)
            _telemetry.Miss();
        else if (_classify is null)
            _telemetry.Hit();
        else
            _telemetry.Request(Classify(value));
        return found;
    }

    public ICacheEntry CreateEntry(object key)
    {
        var entry = _cache.CreateEntry(key);
        entry.PostEvictionCallbacks.Add(new PostEvictionCallbackRegistration { EvictionCallback = s_evicted, State = _telemetry });
        return entry;
    }

    public void Remove(object key) => _cache.Remove(key);

    public MemoryCacheStatistics? GetCurrentStatistics() => _cache.GetCurrentStatistics();

    public void Dispose()
    {
        _isDisposed = true;
        _observation.Dispose();
        _cache.Dispose();
    }

    private CacheResult Classify(object? value)
    {
        try
        {
            return _classify!(value);
        }
        catch (Exception e)
        {
            PipelineEventSource.Report("the classification of a cached value", e);
            return CacheResult.Hit;
        }
    }

    private long? CountEntries() => _cache is MemoryCache memory ? memory.Count : _cache.GetCurrentStatistics()?.CurrentEntryCount;

    // static: a closure over the cache would keep it alive; null ends the observation
    private static Func<long?> ObserverOf(WeakReference<ObservedMemoryCache> weak, Func<ObservedMemoryCache, long?> read) =>
        () =>
        {
            if (!weak.TryGetTarget(out var cache) || cache._isDisposed)
                return null;
            try
            {
                return read(cache);
            }
            catch (ObjectDisposedException)
            {
                // somebody disposed of the cache itself
                return null;
            }
        };
}
