using Microsoft.Extensions.Caching.Distributed;
using Microsoft.Extensions.Caching.Memory;
using Microsoft.Extensions.DependencyInjection;

namespace OtelPipeline.Extensions.Caching.Tests;

/// <summary>Caches that a container makes, and whose they are.</summary>
internal sealed class ContainerTests
{
    [Test]
    public void A_cache_of_the_container_ends_with_it_and_an_instance_stays_with_who_made_it()
    {
        using var mine = new MemoryCache(new MemoryCacheOptions());
        MemoryCache? made = null;
        var services = new ServiceCollection();
        services.AddSingleton<IMemoryCache>(mine).AddMemoryCacheTelemetry("mine");
        using (var provider = services.BuildServiceProvider())
            provider.GetRequiredService<IMemoryCache>().Set("a", 1);
        Assert.That(mine.TryGetValue("a", out object? _), Is.True);

        services = new ServiceCollection();
        services.AddSingleton<IMemoryCache>(_ => made = new MemoryCache(new MemoryCacheOptions())).AddMemoryCacheTelemetry("made");
        using (var provider = services.BuildServiceProvider())
            provider.GetRequiredService<IMemoryCache>().Set("a", 1);
        Assert.That(() => made!.TryGetValue("a", out object? _), Throws.InstanceOf<ObjectDisposedException>());
    }

    [Test]
    public void Without_a_cache_it_is_told_what_is_missing()
    {
        var services = new ServiceCollection();
        Assert.That(
            () => services.AddMemoryCacheTelemetry("metadata"),
            Throws.InvalidOperationException.With.Message.Contains("IMemoryCache").And.Message.Contains("AddMemoryCache()")
        );
        Assert.That(
            () => services.AddDistributedCacheTelemetry("documents"),
            Throws.InvalidOperationException.With.Message.Contains(nameof(IDistributedCache))
        );
        Assert.That(() => services.AddMemoryCacheTelemetry(" "), Throws.ArgumentException);
    }
}
