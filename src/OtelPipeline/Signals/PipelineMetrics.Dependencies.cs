namespace OtelPipeline.Signals;

// of what a pipeline leans on: caches, breakers, limiters, fallbacks, brokers, stores
public static partial class PipelineMetrics
{
    /// <summary>Counter, {request}: requests of caches by result.</summary>
    public const string CacheRequests = "pipeline.cache.requests";

    /// <summary>Counter, {eviction}: entries that caches threw out.</summary>
    public const string CacheEvictions = "pipeline.cache.evictions";

    /// <summary>Observable UpDownCounter, {entry}: entries in caches.</summary>
    public const string CacheEntries = "pipeline.cache.entries";

    /// <summary>Observable UpDownCounter, By: bytes in caches.</summary>
    public const string CacheSize = "pipeline.cache.size";

    /// <summary>Observable UpDownCounter, By: bytes that caches may hold.</summary>
    public const string CacheCapacity = "pipeline.cache.capacity";

    /// <summary>Observable UpDownCounter, 1: circuit breakers by state, 1 for the current one.</summary>
    public const string CircuitBreakerStatus = "pipeline.circuit_breaker.status";

    /// <summary>Counter, {transition}: changes of the states of circuit breakers.</summary>
    public const string CircuitBreakerTransitions = "pipeline.circuit_breaker.transitions";

    /// <summary>Counter, {acquisition}: requests to rate limiters by result.</summary>
    public const string RateLimiterAcquisitions = "pipeline.rate_limiter.acquisitions";

    /// <summary>Histogram, s: how long requests waited for rate limiters, 0 included.</summary>
    public const string RateLimiterWaitDuration = "pipeline.rate_limiter.wait.duration";

    /// <summary>Observable UpDownCounter, {permit}: permits that rate limiters have left.</summary>
    public const string RateLimiterPermitAvailable = "pipeline.rate_limiter.permit.available";

    /// <summary>Observable UpDownCounter, {request}: requests that wait for rate limiters.</summary>
    public const string RateLimiterQueueLength = "pipeline.rate_limiter.queue.length";

    /// <summary>Counter, {attempt}: attempts of fallback chains by result.</summary>
    public const string FallbackAttempts = "pipeline.fallback.attempts";

    /// <summary>Histogram, s: how long attempts of fallback chains took.</summary>
    public const string FallbackAttemptDuration = "pipeline.fallback.attempt.duration";

    /// <summary>Counter, {message}: messages that producers tried to send (semantic conventions).</summary>
    public const string MessagingSentMessages = "messaging.client.sent.messages";

    /// <summary>Counter, {message}: messages that were delivered to consumers (semantic conventions).</summary>
    public const string MessagingConsumedMessages = "messaging.client.consumed.messages";

    /// <summary>Histogram, s: how long the operations of producers and consumers took (semantic conventions).</summary>
    public const string MessagingOperationDuration = "messaging.client.operation.duration";

    /// <summary>Histogram, s: how long processing messages took (semantic conventions).</summary>
    public const string MessagingProcessDuration = "messaging.process.duration";

    /// <summary>Histogram, {record}: sizes of the batches that producers sent.</summary>
    public const string ProducerBatchSize = "pipeline.producer.batch.size";

    /// <summary>Counter, By: bytes that producers sent.</summary>
    public const string ProducerIo = "pipeline.producer.io";

    /// <summary>Observable UpDownCounter, {message}: messages that consumers are behind.</summary>
    public const string ConsumerLag = "pipeline.consumer.lag";

    /// <summary>Gauge, s: time that consumers are behind.</summary>
    public const string ConsumerLagTime = "pipeline.consumer.lag.time";

    /// <summary>Counter, {rebalance}: changes of the partitions that consumers have.</summary>
    public const string ConsumerRebalances = "pipeline.consumer.rebalances";

    /// <summary>Counter, {write}: segments that were closed for upload.</summary>
    public const string SegmentWrites = "pipeline.segment.writes";

    /// <summary>Counter, {flush}: segments whose upload was confirmed.</summary>
    public const string SegmentFlushes = "pipeline.segment.flushes";

    /// <summary>Observable UpDownCounter, {connection}: connections that clients have to a broker.</summary>
    public const string ConnectionsActive = "pipeline.connections.active";

    /// <summary>Observable UpDownCounter, {topic}: topics that a broker has.</summary>
    public const string Topics = "pipeline.topics";

    /// <summary>Observable UpDownCounter, {partition}: partitions of a topic that an agent serves.</summary>
    public const string Partitions = "pipeline.partitions";

    /// <summary>Observable UpDownCounter, {agent}: agents of a broker that are at work.</summary>
    public const string AgentsActive = "pipeline.agents.active";

    /// <summary>ObservableGauge, s: how long a broker has been up.</summary>
    public const string Uptime = "pipeline.uptime";

    /// <summary>Histogram, s: how long requests to object stores took.</summary>
    public const string ObjectStoreOperationDuration = "pipeline.object_store.operation.duration";

    /// <summary>Counter, By: bytes that were read from and written to object stores.</summary>
    public const string ObjectStoreIo = "pipeline.object_store.io";

    /// <summary>Counter, {error}: requests to object stores that failed.</summary>
    public const string ObjectStoreErrors = "pipeline.object_store.errors";
}
