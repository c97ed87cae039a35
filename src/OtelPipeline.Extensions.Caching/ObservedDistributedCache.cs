using System.Buffers;
using Microsoft.Extensions.Caching.Distributed;
using OtelPipeline.Internal;

namespace OtelPipeline.Extensions.Caching;

/// <summary>A distributed cache whose reads are counted.</summary>
internal class ObservedDistributedCache(IDistributedCache cache, CacheTelemetry telemetry, Func<byte[], CacheResult>? classify)
    : IDistributedCache,
        IDisposable
{
    public byte[]? Get(string key)
    {
        byte[]? value;
        try
        {
            value = cache.Get(key);
        }
        catch (Exception e)
        {
            telemetry.Failed(e);
            throw;
        }

        Count(value);
        return value;
    }

    public async Task<byte[]?> GetAsync(string key, CancellationToken token = default)
    {
        byte[]? value;
        try
        {
            value = await cache.GetAsync(key, token).ConfigureAwait(false);
        }
        catch (Exception e)
        {
            Failed(e, token);
            throw;
        }

        Count(value);
        return value;
    }

    public void Refresh(string key) => cache.Refresh(key);

    public Task RefreshAsync(string key, CancellationToken token = default) => cache.RefreshAsync(key, token);

    public void Remove(string key) => cache.Remove(key);

    public Task RemoveAsync(string key, CancellationToken token = default) => cache.RemoveAsync(key, token);

    public void Set(string key, byte[] value, DistributedCacheEntryOptions options) => cache.Set(key, value, options);

    public Task SetAsync(string key, byte[] value, DistributedCacheEntryOptions options, CancellationToken token = default) =>
        cache.SetAsync(key, value, options, token);

    public void Dispose()
    {
        (cache as IDisposable)?.Dispose();
        GC.SuppressFinalize(this);
    }

    /// <summary>Counts a request that threw, unless the caller gave it up.</summary>
    protected void Failed(Exception exception, CancellationToken token)
    {
        if (exception is not OperationCanceledException || !token.IsCancellationRequested)
            telemetry.Failed(exception);
    }

    protected void Count(bool found) => telemetry.Request(found ? CacheResult.Hit : CacheResult.Miss);

    private void Count(byte[]? value)
    {
        if (value is null || classify is null)
        {
            Count(found: value is not null);
            return;
        }

        try
        {
            telemetry.Request(classify(value));
        }
        catch (Exception e)
        {
            PipelineEventSource.Report("the classification of a cached value", e);
            telemetry.Hit();
        }
    }
}

/// <summary>The same for a cache that reads into the caller's buffer: callers look for that interface.</summary>
internal sealed class ObservedBufferCache(IBufferDistributedCache cache, CacheTelemetry telemetry, Func<byte[], CacheResult>? classify)
    : ObservedDistributedCache(cache, telemetry, classify),
        IBufferDistributedCache
{
    private readonly CacheTelemetry _telemetry = telemetry;

    public bool TryGet(string key, IBufferWriter<byte> destination)
    {
        bool found;
        try
        {
            found = cache.TryGet(key, destination);
        }
        catch (Exception e)
        {
            _telemetry.Failed(e);
            throw;
        }

        Count(found);
        return found;
    }

    public async ValueTask<bool> TryGetAsync(string key, IBufferWriter<byte> destination, CancellationToken token = default)
    {
        bool found;
        try
        {
            found = await cache.TryGetAsync(key, destination, token).ConfigureAwait(false);
        }
        catch (Exception e)
        {
            Failed(e, token);
            throw;
        }

        Count(found);
        return found;
    }

    public void Set(string key, ReadOnlySequence<byte> value, DistributedCacheEntryOptions options) => cache.Set(key, value, options);

    public ValueTask SetAsync(
        string key,
        ReadOnlySequence<byte> value,
        DistributedCacheEntryOptions options,
        CancellationToken token = default
    ) => cache.SetAsync(key, value, options, token);
}
