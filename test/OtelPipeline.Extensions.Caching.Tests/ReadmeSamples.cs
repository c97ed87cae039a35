using Microsoft.Extensions.Caching.Distributed;
using Microsoft.Extensions.Caching.Memory;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using OtelPipeline.Testing;

namespace OtelPipeline.Extensions.Caching.Tests;

/// <summary>The samples of the README.</summary>
internal sealed class ReadmeSamples
{
    private sealed record Page(DateTimeOffset FreshUntil);

    [Test]
    public void One_line_for_each_cache()
    {
        using var exported = new Exported();
        using var memoryCache = new MemoryCache(new MemoryCacheOptions());
        var distributedCache = new MemoryDistributedCache(Options.Create(new MemoryDistributedCacheOptions()));

        IMemoryCache metadata = memoryCache.AddPipelineTelemetry("metadata");
        IDistributedCache documents = distributedCache.AddPipelineTelemetry("documents");

        Assert.That(metadata.Get("a"), Is.Null);
        Assert.That(documents.Get("a"), Is.Null);
        Assert.That(exported.Points("pipeline.cache.requests", "result=miss"), Has.Count.EqualTo(2));
    }

    [Test]
    public async Task One_line_in_a_container()
    {
        using var exported = new Exported();
        var services = new ServiceCollection();
        services.AddMemoryCache().AddMemoryCacheTelemetry("metadata");
        services.AddDistributedMemoryCache().AddDistributedCacheTelemetry("documents");
        await using var provider = services.BuildServiceProvider();
        Assert.That(provider.GetRequiredService<IMemoryCache>().Get("a"), Is.Null);
        Assert.That(provider.GetRequiredService<IDistributedCache>().Get("a"), Is.Null);
        Assert.That(exported.Points("pipeline.cache.requests", "result=miss"), Has.Count.EqualTo(2));
    }

    [Test]
    public void Values_that_know_their_time()
    {
        using var exported = new Exported();
        using var memoryCache = new MemoryCache(new MemoryCacheOptions());
        var clock = new FakeTimeProvider();

        IMemoryCache pages = memoryCache.AddPipelineTelemetry(
            "pages",
            classify: value => value is Page page && page.FreshUntil < clock.GetUtcNow() ? CacheResult.Stale : CacheResult.Hit
        );

        pages.Set("a", new Page(clock.GetUtcNow()));
        clock.Advance(TimeSpan.FromSeconds(1));
        Assert.That(pages.Get("a"), Is.Not.Null);
        Assert.That(exported.Points("pipeline.cache.requests", "result=stale"), Has.Count.EqualTo(1));
    }
}
