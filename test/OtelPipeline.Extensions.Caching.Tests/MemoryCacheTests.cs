using System.Runtime.CompilerServices;
using Microsoft.Extensions.Caching.Memory;
using Microsoft.Extensions.Internal;
using Microsoft.Extensions.Primitives;
using OtelPipeline.Testing;

namespace OtelPipeline.Extensions.Caching.Tests;

/// <summary>What the SDK exports of memory caches.</summary>
internal sealed class MemoryCacheTests
{
    [Test]
    public async Task Requests_are_counted_by_result_and_in_the_totals_of_the_node_that_makes_them()
    {
        using var exported = new Exported();
        using var cache = new MemoryCache(new MemoryCacheOptions()).AddPipelineTelemetry("metadata");
        cache.Set("there", 1);
        await new Pipeline("cached").RunAsync(async run =>
            await Task.WhenAll(
                Enumerable
                    .Range(1, 4)
                    .Select(n =>
                        run.NodeAsync(
                            "node " + n,
                            NodeType.Source,
                            async _ =>
                            {
                                for (var i = 0; i < n; i++)
                                {
                                    await Task.Yield();
                                    Assert.That(cache.TryGetValue("there", out int found) ? found : 0, Is.EqualTo(1));
                                }

                                await Task.Run(() => cache.TryGetValue("elsewhere", out object? _));
                            }
                        )
                    )
            )
        );
        Assert.That(
            exported.Points("pipeline.cache.requests", "name=metadata"),
            Is.EqualTo(
                new[]
                {
                    "pipeline.cache.name=metadata pipeline.cache.result=hit: 10",
                    "pipeline.cache.name=metadata pipeline.cache.result=miss: 4",
                }
            )
        );
        for (var n = 1; n <= 4; n++)
        {
            var node = exported.Span("node node " + n);
            Assert.That(
                (node.GetTagItem("pipeline.node.cache.hits"), node.GetTagItem("pipeline.node.cache.misses")),
                Is.EqualTo(((object)(long)n, (object)1L))
            );
        }

        Assert.That(exported.Span("run cached").GetTagItem("pipeline.run.cache.hits"), Is.EqualTo(10L));
    }

    [Test]
    public async Task GetOrCreate_is_one_request()
    {
        using var exported = new Exported();
        using var cache = new MemoryCache(new MemoryCacheOptions()).AddPipelineTelemetry("made");
        for (var i = 0; i < 3; i++)
            Assert.That(await cache.GetOrCreateAsync("key", static _ => Task.FromResult(7)), Is.EqualTo(7));
        Assert.That(
            exported.Points("pipeline.cache.requests", "name=made"),
            Is.EqualTo(
                new[] { "pipeline.cache.name=made pipeline.cache.result=hit: 2", "pipeline.cache.name=made pipeline.cache.result=miss: 1" }
            )
        );
    }

    [Test]
    public void Entries_size_and_capacity_are_those_of_the_cache_itself_at_every_collection()
    {
        using var exported = new Exported();
        using var memory = new MemoryCache(new MemoryCacheOptions { SizeLimit = 1_000, TrackStatistics = true });
        using var cache = memory.AddPipelineTelemetry("sized", capacity: 1_000);
        cache.Set("a", 1, new MemoryCacheEntryOptions { Size = 300 });
        memory.Set("past us", 1, new MemoryCacheEntryOptions { Size = 200 });
        Assert.That(Contents(exported, "sized"), Is.EqualTo(("2", "500", "1000")));
        memory.Remove("a");
        Assert.That(Contents(exported, "sized"), Is.EqualTo(("1", "200", "1000")));
        using var second = new MemoryCache(new MemoryCacheOptions()).AddPipelineTelemetry("sized");
        second.Set("b", 1);
        Assert.That(Contents(exported, "sized"), Is.EqualTo(("2", "200", "1000")), "caches of one name add up");
    }

    [Test]
    public void Without_a_capacity_in_bytes_no_bytes_are_reported_and_without_a_living_cache_nothing()
    {
        using var exported = new Exported();
        var memory = new MemoryCache(new MemoryCacheOptions());
        var cache = memory.AddPipelineTelemetry("plain");
        cache.Set("a", 1);
        Assert.That(Contents(exported, "plain"), Is.EqualTo(("1", "", "")));
        cache.Dispose();
        Assert.That(Contents(exported, "plain"), Is.EqualTo(("", "", "")));
        Assert.That(() => memory.TryGetValue("a", out object? _), Throws.InstanceOf<ObjectDisposedException>(), "the cache goes with it");

        var other = new MemoryCache(new MemoryCacheOptions());
        var kept = other.AddPipelineTelemetry("disposed");
        other.Dispose();
        Assert.That(exported.Collect().Where(static p => p.Metric == "pipeline.telemetry.errors"), Is.Empty);
        GC.KeepAlive(kept);

        Forget();
        GC.Collect();
        GC.WaitForPendingFinalizers();
        Assert.That(Contents(exported, "forgotten"), Is.EqualTo(("", "", "")));

        [MethodImpl(MethodImplOptions.NoInlining)]
        static void Forget() => new MemoryCache(new MemoryCacheOptions()).AddPipelineTelemetry("forgotten").Set("a", 1);
    }

    [Test]
    public void Evictions_are_what_the_cache_threw_out_by_itself()
    {
        var clock = new Clock();
        using var exported = new Exported();
        using var cache = new MemoryCache(new MemoryCacheOptions { Clock = clock }).AddPipelineTelemetry("evicting");
        using var evicted = new CountdownEvent(4);
        using var token = new CancellationTokenSource();
        Add("removed", new MemoryCacheEntryOptions());
        Add("replaced", new MemoryCacheEntryOptions());
        Add("replaced", new MemoryCacheEntryOptions());
        Add("expired", new MemoryCacheEntryOptions { AbsoluteExpirationRelativeToNow = TimeSpan.FromMinutes(1) });
        Add("changed", new MemoryCacheEntryOptions().AddExpirationToken(new CancellationChangeToken(token.Token)));
        cache.Remove("removed");
        clock.UtcNow += TimeSpan.FromMinutes(2);
        Assert.That(cache.TryGetValue("expired", out object? _), Is.False);
        token.Cancel();
        Assert.That(evicted.Wait(TimeSpan.FromSeconds(30)), Is.True);

        // ours was registered first and is called first
        Assert.That(exported.Points("pipeline.cache.evictions", "name=evicting"), Is.EqualTo(new[] { "pipeline.cache.name=evicting: 2" }));

        void Add(string key, MemoryCacheEntryOptions options) =>
            cache.Set(key, 1, options.RegisterPostEvictionCallback((_, _, _, _) => evicted.Signal()));
    }

    [Test]
    public void A_value_that_was_found_counts_as_what_it_is_classified_as()
    {
        using var exported = new Exported();
        using var cache = new MemoryCache(new MemoryCacheOptions()).AddPipelineTelemetry(
            "classified",
            classify: static value => value is int age ? (age > 10 ? CacheResult.Stale : CacheResult.Hit) : throw new InvalidCastException()
        );
        cache.Set("fresh", 1);
        cache.Set("old", 11);
        cache.Set("odd", "text");
        foreach (var key in new[] { "fresh", "old", "odd" })
            Assert.That(cache.TryGetValue(key, out object? _), Is.True);
        Assert.That(
            exported.Points("pipeline.cache.requests", "name=classified"),
            Is.EqualTo(
                new[]
                {
                    "pipeline.cache.name=classified pipeline.cache.result=hit: 2",
                    "pipeline.cache.name=classified pipeline.cache.result=stale: 1",
                }
            )
        );
    }

    [Test]
    public async Task A_cache_that_throws_is_passed_through_and_is_a_miss_with_the_type_of_the_error()
    {
        using var exported = new Exported();
        var memory = new MemoryCache(new MemoryCacheOptions());
        using var cache = memory.AddPipelineTelemetry("broken");
        memory.Dispose();
        await new Pipeline("breaking").RunAsync(run =>
            run.NodeAsync(
                "load",
                NodeType.Source,
                _ => Assert.That(() => cache.TryGetValue("a", out object? _), Throws.InstanceOf<ObjectDisposedException>())
            )
        );
        Assert.That(
            exported.Points("pipeline.cache.requests", "name=broken"),
            Is.EqualTo(new[] { "error.type=System.ObjectDisposedException pipeline.cache.name=broken pipeline.cache.result=miss: 1" })
        );
        Assert.That(exported.Span("node load").GetTagItem("pipeline.node.cache.misses"), Is.EqualTo(1L));
    }

    [Test]
    public void A_request_that_nobody_observes_allocates_nothing()
    {
        using var cache = new MemoryCache(new MemoryCacheOptions()).AddPipelineTelemetry("unobserved");
        cache.Set("a", "value");
        cache.TryGetValue("a", out object? _);
        cache.TryGetValue("b", out object? _);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 1_000; i++)
        {
            cache.TryGetValue("a", out object? _);
            cache.TryGetValue("b", out object? _);
        }

        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.Zero);
    }

    [Test]
    public void Wrong_use_is_told_at_once()
    {
        using var cache = new MemoryCache(new MemoryCacheOptions());
        Assert.That(() => cache.AddPipelineTelemetry(""), Throws.ArgumentException.With.Message.Contains("name"));
        Assert.That(
            () => cache.AddPipelineTelemetry("n", -1),
            Throws.InstanceOf<ArgumentOutOfRangeException>().With.Message.Contains("capacity")
        );
        Assert.That(() => ((IMemoryCache)null!).AddPipelineTelemetry("n"), Throws.ArgumentNullException);
    }

    private static (string Entries, string Size, string Capacity) Contents(Exported exported, string cache)
    {
        return (Value("pipeline.cache.entries"), Value("pipeline.cache.size"), Value("pipeline.cache.capacity"));

        string Value(string metric) =>
            exported.Points(metric, "name=" + cache).SingleOrDefault()?.Replace($"pipeline.cache.name={cache}: ", "") ?? "";
    }

    private sealed class Clock : ISystemClock
    {
        public DateTimeOffset UtcNow { get; set; } = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);
    }
}
