namespace OtelPipeline.Tests;

/// <summary>Where nobody listens, an event allocates nothing.</summary>
internal sealed class UnobservedEventTests
{
    private static readonly CacheTelemetry s_cache = new("unobserved");
    private static readonly CircuitBreakerTelemetry s_breaker = new("unobserved");
    private static readonly FallbackTelemetry s_fallback = new("unobserved");
    private static readonly RateLimiterTelemetry s_limiter = new("unobserved", "role");

    private static IEnumerable<TestCaseData> Events() =>
        new (string Name, Action Event)[]
        {
            ("cache hit", static () => s_cache.Hit()),
            ("cache eviction", static () => s_cache.Evicted(2)),
            ("cache contents", static () => s_cache.Contents(1, 2, 3)),
            (
                "breaker transitions",
                static () =>
                {
                    s_breaker.Transition(CircuitState.Open, CircuitScope.Host, TimeSpan.FromSeconds(1), 0.5);
                    s_breaker.Transition(CircuitState.Closed);
                }
            ),
            ("fallback attempt", static () => s_fallback.AttemptAsync(1, "s", static _ => Task.FromResult(1))),
            ("fallback attempted", static () => s_fallback.Attempted(1, "s", FallbackResult.Skipped)),
            ("limiter, acquired", static () => s_limiter.Acquired()),
            ("limiter, rejected", static () => s_limiter.Rejected(TimeSpan.FromSeconds(1))),
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
