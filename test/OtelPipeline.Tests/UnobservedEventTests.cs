namespace OtelPipeline.Tests;

/// <summary>Where nobody listens, an event allocates nothing.</summary>
internal sealed class UnobservedEventTests
{
    private static readonly CacheTelemetry s_cache = new("unobserved");
    private static readonly CircuitBreakerTelemetry s_breaker = new("unobserved");
    private static readonly ObjectStoreTelemetry s_store = new("unobserved");
    private static readonly BrokerTelemetry s_broker = new("kafka");
    private static readonly SegmentTelemetry s_segments = new("orders", "3");
    private static readonly ProducerTelemetry s_producer = new("kafka", "orders");
    private static readonly ConsumerTelemetry s_consumer = new("kafka", "orders", "billing");
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
            ("object store", static () => s_store.RequestAsync(ObjectStoreOperation.Get, static _ => Task.FromResult(1))),
            ("object store bytes", static () => s_store.Transferred(ObjectStoreOperation.Get, 1)),
            (
                "object store, key",
                static () => s_store.RequestAsync(ObjectStoreOperation.Put, static _ => Task.CompletedTask, key: "orders/3/0.log")
            ),
            ("broker", static () => s_broker.HandleAsync(BrokerOperation.ProduceBatch, "orders", static _ => Task.CompletedTask, 500)),
            ("segment", static () => s_segments.Written()),
            ("append", static () => s_segments.AppendAsync(static _ => Task.CompletedTask)),
            ("send", static () => s_producer.SendAsync(static _ => Task.CompletedTask, 2, 100)),
            ("sent", static () => s_producer.Sent(2, TimeSpan.Zero, 100)),
            ("poll", static () => s_consumer.PollAsync(static _ => Task.FromResult(2), static n => n)),
            ("process", static () => s_consumer.ProcessAsync(static _ => Task.CompletedTask)),
            ("commit", static () => s_consumer.CommitAsync(static _ => Task.CompletedTask)),
            ("lag", static () => s_consumer.LagTime(TimeSpan.Zero, "3")),
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
