using System.Buffers;
using System.Text;
using Microsoft.Extensions.Caching.Distributed;
using Microsoft.Extensions.Caching.Memory;
using Microsoft.Extensions.Options;
using OtelPipeline.Testing;

namespace OtelPipeline.Extensions.Caching.Tests;

/// <summary>What the SDK exports of distributed caches.</summary>
internal sealed class DistributedCacheTests
{
    private static readonly DistributedCacheEntryOptions s_options = new();

    [Test]
    public async Task Reads_are_counted_by_result_and_everything_reaches_the_cache()
    {
        using var exported = new Exported();
        var inner = Memory();
        var cache = inner.AddPipelineTelemetry("documents", static value => value[0] == 's' ? CacheResult.Stale : CacheResult.Hit);
        await cache.SetStringAsync("a", "fresh");
        cache.Set("b", "stale"u8.ToArray(), s_options);
        Assert.That(inner.GetString("a"), Is.EqualTo("fresh"));
        Assert.That(await cache.GetStringAsync("a"), Is.EqualTo("fresh"));
        Assert.That(cache.GetString("b"), Is.EqualTo("stale"));
        await cache.RefreshAsync("a");
        cache.Refresh("b");
        await cache.RemoveAsync("a");
        cache.Remove("b");
        Assert.That(await cache.GetAsync("a"), Is.Null);
        Assert.That(cache.Get("b"), Is.Null);
        Assert.That(
            exported.Points("pipeline.cache.requests", "name=documents"),
            Is.EqualTo(
                new[]
                {
                    "pipeline.cache.name=documents pipeline.cache.result=hit: 1",
                    "pipeline.cache.name=documents pipeline.cache.result=miss: 2",
                    "pipeline.cache.name=documents pipeline.cache.result=stale: 1",
                }
            )
        );
    }

    [Test]
    public async Task A_cache_that_reads_into_buffers_still_does()
    {
        using var exported = new Exported();
        Assert.That(Memory().AddPipelineTelemetry("n"), Is.Not.InstanceOf<IBufferDistributedCache>());
        var cache = new BufferCache().AddPipelineTelemetry("buffers") as IBufferDistributedCache;
        Assert.That(cache, Is.Not.Null);
        cache!.Set("a", new ReadOnlySequence<byte>("one"u8.ToArray()), s_options);
        await cache.SetAsync("b", new ReadOnlySequence<byte>("two"u8.ToArray()), s_options);
        var buffer = new ArrayBufferWriter<byte>();
        Assert.That(cache.TryGet("a", buffer), Is.True);
        Assert.That(await cache.TryGetAsync("b", buffer), Is.True);
        Assert.That(await cache.TryGetAsync("c", buffer), Is.False);
        Assert.That(Encoding.UTF8.GetString(buffer.WrittenSpan), Is.EqualTo("onetwo"));
        Assert.That(
            exported.Points("pipeline.cache.requests", "name=buffers"),
            Is.EqualTo(
                new[]
                {
                    "pipeline.cache.name=buffers pipeline.cache.result=hit: 2",
                    "pipeline.cache.name=buffers pipeline.cache.result=miss: 1",
                }
            )
        );
    }

    [Test]
    public async Task A_cache_that_throws_is_passed_through_and_counted_unless_the_caller_gave_up()
    {
        using var exported = new Exported();
        var cache = new BrokenCache().AddPipelineTelemetry("redis");
        Assert.That(() => cache.Get("a"), Throws.InstanceOf<IOException>());
        Assert.That(async () => await cache.GetAsync("a"), Throws.InstanceOf<IOException>());
        using var cancel = new CancellationTokenSource();
        await cancel.CancelAsync();
        Assert.That(async () => await cache.GetAsync("a", cancel.Token), Throws.InstanceOf<OperationCanceledException>());
        Assert.That(() => cache.Set("a", [], s_options), Throws.InstanceOf<IOException>());
        Assert.That(
            exported.Points("pipeline.cache.requests", "name=redis"),
            Is.EqualTo(new[] { "error.type=System.IO.IOException pipeline.cache.name=redis pipeline.cache.result=miss: 2" })
        );
    }

    private static MemoryDistributedCache Memory() => new(Options.Create(new MemoryDistributedCacheOptions()));

    private sealed class BrokenCache : IDistributedCache
    {
        public byte[]? Get(string key) => throw new IOException("connection lost");

        public Task<byte[]?> GetAsync(string key, CancellationToken token = default) =>
            token.IsCancellationRequested ? Task.FromCanceled<byte[]?>(token) : Task.FromException<byte[]?>(new IOException());

        public void Refresh(string key) => throw new IOException();

        public Task RefreshAsync(string key, CancellationToken token = default) => throw new IOException();

        public void Remove(string key) => throw new IOException();

        public Task RemoveAsync(string key, CancellationToken token = default) => throw new IOException();

        public void Set(string key, byte[] value, DistributedCacheEntryOptions options) => throw new IOException();

        public Task SetAsync(string key, byte[] value, DistributedCacheEntryOptions options, CancellationToken token = default) =>
            throw new IOException();
    }

    private sealed class BufferCache : IBufferDistributedCache
    {
        private readonly MemoryDistributedCache _cache = Memory();

        public byte[]? Get(string key) => _cache.Get(key);

        public Task<byte[]?> GetAsync(string key, CancellationToken token = default) => _cache.GetAsync(key, token);

        public void Refresh(string key) => _cache.Refresh(key);

        public Task RefreshAsync(string key, CancellationToken token = default) => _cache.RefreshAsync(key, token);

        public void Remove(string key) => _cache.Remove(key);

        public Task RemoveAsync(string key, CancellationToken token = default) => _cache.RemoveAsync(key, token);

        public void Set(string key, byte[] value, DistributedCacheEntryOptions options) => _cache.Set(key, value, options);

        public Task SetAsync(string key, byte[] value, DistributedCacheEntryOptions options, CancellationToken token = default) =>
            _cache.SetAsync(key, value, options, token);

        public void Set(string key, ReadOnlySequence<byte> value, DistributedCacheEntryOptions options) =>
            Set(key, value.ToArray(), options);

        public ValueTask SetAsync(
            string key,
            ReadOnlySequence<byte> value,
            DistributedCacheEntryOptions options,
            CancellationToken token = default
        ) => new(SetAsync(key, value.ToArray(), options, token));

        public bool TryGet(string key, IBufferWriter<byte> destination)
        {
            if (Get(key) is not { } value)
                return false;
            destination.Write(value);
            return true;
        }

        public ValueTask<bool> TryGetAsync(string key, IBufferWriter<byte> destination, CancellationToken token = default) =>
            ValueTask.FromResult(TryGet(key, destination));
    }
}
