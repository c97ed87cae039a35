using System.Diagnostics;
using System.Runtime.CompilerServices;
using OtelPipeline.Signals;
using OtelPipeline.Testing;

namespace OtelPipeline.Tests;

/// <summary>Caches: what is counted, and in whose totals.</summary>
internal sealed class CacheTests
{
    private readonly CacheTelemetry _cache = new("metadata");

    [Test]
    public async Task Requests_of_parallel_nodes_are_in_the_totals_of_the_right_node_and_of_the_run([Values] bool isMetered)
    {
        using var recorder = new Recorder(isMetering: isMetered);
        await new Pipeline("etl", null, recorder).RunAsync(async run =>
        {
            _cache.Miss();
            await Task.WhenAll(Enumerable.Range(1, 8).Select(i => run.NodeAsync("node " + i, NodeType.Source, _ => Requests(hits: i))));
        });
        using (Assert.EnterMultipleScope())
        {
            for (var i = 1; i <= 8; i++)
                Assert.That(Totals(recorder.Span("node node " + i), "node"), Is.EqualTo(((object)(long)i, (object)1L)));
            Assert.That(Totals(recorder.Span("run etl"), "run"), Is.EqualTo(((object)36L, (object)9L)));
            Assert.That(
                recorder.Named(PipelineEvents.RunEnd).Single().Attributes[PipelineAttributes.RunCacheHits],
                Is.EqualTo(36L),
                "also on the event"
            );
        }

        async Task Requests(int hits)
        {
            for (var i = 0; i < hits; i++)
            {
                await Task.Yield();
                _cache.Request((CacheResult)(i % 3 == 0 ? 0 : 1 + i % 3));
            }

            _cache.Bypass();
            await Task.Run(_cache.Miss);
        }
    }

    [Test]
    public async Task A_request_counts_in_the_innermost_node_only_and_after_its_end_in_the_one_around_it()
    {
        using var recorder = new Recorder();
        await new Pipeline("etl").RunAsync(run =>
            run.NodeAsync(
                "outer",
                NodeType.Control,
                async outer =>
                {
                    var ended = new TaskCompletionSource();
                    Task? late = null;
                    await outer.NodeAsync(
                        "inner",
                        NodeType.Source,
                        _ =>
                        {
                            _cache.Hit();
                            late = CountLate(ended.Task);
                        }
                    );
                    ended.SetResult();
                    await late!;
                }
            )
        );
        Assert.That(Totals(recorder.Span("node inner"), "node"), Is.EqualTo(((object)1L, (object)0L)));
        Assert.That(Totals(recorder.Span("node outer"), "node"), Is.EqualTo(((object)0L, (object)1L)));
        Assert.That(Totals(recorder.Span("run etl"), "run"), Is.EqualTo(((object)1L, (object)1L)));

        async Task CountLate(Task ended)
        {
            await ended;
            _cache.Miss();
        }
    }

    [Test]
    public void Each_request_is_counted_by_its_result()
    {
        using var recorder = new Recorder();
        _cache.Hit();
        _cache.Miss();
        _cache.Stale();
        _cache.Revalidated();
        _cache.Bypass();
        _cache.Request((CacheResult)77);
        var requests = recorder.Of(PipelineMetrics.CacheRequests).ToList();
        Assert.That(
            requests.Select(static m => m[PipelineAttributes.CacheResult]),
            Is.EqualTo(new[] { "hit", "miss", "stale", "revalidated", "bypass", "bypass" })
        );
        Assert.That(requests.Select(static m => (m.Value, m[PipelineAttributes.CacheName])), Is.All.EqualTo((1.0, (object)"metadata")));
    }

    [Test]
    public void Contents_are_observed_as_they_were_said_last_and_add_up_as_long_as_the_caches_live()
    {
        using var recorder = new Recorder();
        var cache = new CacheTelemetry("contents");
        cache.Contents(entries: 5, size: 500, capacity: 1_000);
        Forgotten();
        Assert.That(Observed(), Is.EqualTo((7.0, 500.0, 1_000.0)));
        cache.Contents(entries: 4, size: -1);
        GC.Collect();
        GC.WaitForPendingFinalizers();
        Assert.That(Observed(), Is.EqualTo((4.0, 0.0, 1_000.0)));
        GC.KeepAlive(cache);

        (double Entries, double Size, double Capacity) Observed()
        {
            recorder.Observe();
            return (Last(PipelineMetrics.CacheEntries), Last(PipelineMetrics.CacheSize), Last(PipelineMetrics.CacheCapacity));
        }

        double Last(string metric) => recorder.Of(metric).Last(static m => (string)m[PipelineAttributes.CacheName]! == "contents").Value;

        [MethodImpl(MethodImplOptions.NoInlining)]
        static void Forgotten() => new CacheTelemetry("contents").Contents(entries: 2);
    }

    [Test]
    public void What_is_asked_at_collections_is_asked_until_it_is_disposed_of_or_says_that_it_is_over()
    {
        using var recorder = new Recorder();
        long? size = 10;
        using var observation = new CacheTelemetry("asked").Observe(static () => 3, () => size, static () => throw new IOException());
        Assert.That(Observed(), Is.EqualTo(new[] { PipelineMetrics.CacheEntries, PipelineMetrics.CacheSize }));
        size = null;
        Assert.That(Observed(), Is.EqualTo(new[] { PipelineMetrics.CacheEntries }));
        size = 10;
        Assert.That(Observed(), Is.EqualTo(new[] { PipelineMetrics.CacheEntries }));
        observation.Dispose();
        Assert.That(Observed(), Is.Empty);
        Assert.That(recorder.Of(PipelineMetrics.TelemetryErrors).ToList(), Has.Count.EqualTo(3));

        IEnumerable<string> Observed()
        {
            var before = recorder.Measurements.Count;
            recorder.Observe();
            return recorder
                .Measurements.Skip(before)
                .Where(static m => m.Name != PipelineMetrics.TelemetryErrors && m[PipelineAttributes.CacheName] is "asked")
                .Select(static m => m.Name)
                .Order();
        }
    }

    [Test]
    public void A_cache_that_could_not_be_asked_is_a_miss_with_the_type_of_the_error()
    {
        using var recorder = new Recorder();
        _cache.Failed(new IOException());
        var request = recorder.Of(PipelineMetrics.CacheRequests).Single();
        Assert.That(
            (request[PipelineAttributes.CacheResult], request[PipelineAttributes.ErrorType]),
            Is.EqualTo(((object)"miss", (object)"System.IO.IOException"))
        );
        Assert.That(() => _cache.Failed(null!), Throws.ArgumentNullException);
    }

    [Test]
    public void Evictions_of_nothing_are_not_counted()
    {
        using var recorder = new Recorder();
        _cache.Evicted(0);
        _cache.Evicted(-1);
        _cache.Evicted();
        _cache.Evicted(4);
        Assert.That(recorder.Of(PipelineMetrics.CacheEvictions).Select(static m => m.Value), Is.EqualTo(new[] { 1.0, 4 }));
    }

    [TestCase(0, 0)]
    [TestCase(1, 10)]
    [TestCase(4, 3)]
    public void Access_events_are_written_for_every_so_many_requests(int every, int expected)
    {
        using var recorder = new Recorder();
        var cache = new CacheTelemetry("sampled", every, recorder);
        for (var i = 0; i < 10; i++)
            cache.Hit();
        Assert.That(recorder.Named(PipelineEvents.CacheAccess).ToList(), Has.Count.EqualTo(expected));
    }

    [Test]
    public void A_negative_rate_of_access_events_is_an_argument_error() =>
        Assert.That(() => new CacheTelemetry("c", -1), Throws.InstanceOf<ArgumentOutOfRangeException>());

    private static (object? Hits, object? Misses) Totals(Activity span, string of) =>
        (span.GetTagItem($"pipeline.{of}.cache.hits"), span.GetTagItem($"pipeline.{of}.cache.misses"));
}
