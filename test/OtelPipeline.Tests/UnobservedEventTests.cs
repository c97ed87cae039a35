namespace OtelPipeline.Tests;

/// <summary>Where nobody listens, an event allocates nothing.</summary>
internal sealed class UnobservedEventTests
{
    private static readonly CacheTelemetry s_cache = new("unobserved");

    private static IEnumerable<TestCaseData> Events() =>
        new (string Name, Action Event)[]
        {
            ("cache hit", static () => s_cache.Hit()),
            ("cache eviction", static () => s_cache.Evicted(2)),
            ("cache contents", static () => s_cache.Contents(1, 2, 3)),
        }.Select(static e => new TestCaseData(e.Event).SetName("{m}: " + e.Name));

    [TestCaseSource(nameof(Events))]
    public void An_event_that_nobody_observes_allocates_nothing(Action raise)
    {
        raise();
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 1_000; i++)
            raise();
        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.Zero);
    }
}
