namespace OtelPipeline.Signals;

// of what a pipeline leans on: caches, breakers, limiters, fallbacks, brokers, stores
public static partial class PipelineAttributes
{
    /// <summary>Requests that caches answered while the node ran.</summary>
    public const string NodeCacheHits = "pipeline.node.cache.hits";

    /// <summary>Requests that caches could not answer while the node ran.</summary>
    public const string NodeCacheMisses = "pipeline.node.cache.misses";

    /// <summary>Requests that caches answered during the run.</summary>
    public const string RunCacheHits = "pipeline.run.cache.hits";

    /// <summary>Requests that caches could not answer during the run.</summary>
    public const string RunCacheMisses = "pipeline.run.cache.misses";

    /// <summary>Name of a cache.</summary>
    public const string CacheName = "pipeline.cache.name";

    /// <summary>How a request of a cache went: hit, miss, stale, revalidated or bypass.</summary>
    public const string CacheResult = "pipeline.cache.result";

    /// <summary>Name of a circuit breaker.</summary>
    public const string CircuitBreakerName = "pipeline.circuit_breaker.name";

    /// <summary>State of a circuit breaker: closed, open, half_open or isolated.</summary>
    public const string CircuitBreakerState = "pipeline.circuit_breaker.state";

    /// <summary>State that a circuit breaker was in before.</summary>
    public const string CircuitBreakerPreviousState = "pipeline.circuit_breaker.state.previous";

    /// <summary>What a circuit breaker protects: host, resolver or global.</summary>
    public const string CircuitBreakerScope = "pipeline.circuit_breaker.scope";

    /// <summary>Seconds for which a circuit breaker will stay open, on events.</summary>
    public const string CircuitBreakerBreakDuration = "pipeline.circuit_breaker.break.duration";

    /// <summary>Share of failures, 0 to 1, that opened a circuit breaker, on events.</summary>
    public const string CircuitBreakerFailureRatio = "pipeline.circuit_breaker.failure.ratio";

    /// <summary>Name of a rate limiter.</summary>
    public const string RateLimiterName = "pipeline.rate_limiter.name";

    /// <summary>What the requests of a rate limiter are for.</summary>
    public const string RateLimiterRole = "pipeline.rate_limiter.role";

    /// <summary>What a rate limiter did with a request: acquired, queued, rejected or skipped (exempt).</summary>
    public const string RateLimiterResult = "pipeline.rate_limiter.result";

    /// <summary>Seconds that a request waited for a rate limiter, on events.</summary>
    public const string RateLimiterWaitDuration = "pipeline.rate_limiter.wait.duration";

    /// <summary>Seconds that a request may wait for a rate limiter, on events.</summary>
    public const string RateLimiterWaitLimit = "pipeline.rate_limiter.wait.limit";

    /// <summary>Name of a fallback chain.</summary>
    public const string FallbackName = "pipeline.fallback.name";

    /// <summary>Number of the tier that was tried.</summary>
    public const string FallbackTier = "pipeline.fallback.tier";

    /// <summary>Name of the source that was tried.</summary>
    public const string FallbackSource = "pipeline.fallback.source";

    /// <summary>How an attempt ended: success, no_result, timeout, error or skipped.</summary>
    public const string FallbackResult = "pipeline.fallback.result";

    /// <summary>Seconds that an attempt took, on events.</summary>
    public const string FallbackAttemptDuration = "pipeline.fallback.attempt.duration";

    /// <summary>Name of what limits the time of something.</summary>
    public const string TimeoutName = "pipeline.timeout.name";

    /// <summary>Seconds that something was given, on events.</summary>
    public const string TimeoutLimit = "pipeline.timeout.limit";

    /// <summary>Host that was asked (semantic conventions).</summary>
    public const string ServerAddress = "server.address";

    /// <summary>Status code of an HTTP response (semantic conventions).</summary>
    public const string HttpResponseStatusCode = "http.response.status_code";

    /// <summary>Messaging system, such as <c>kafka</c> (semantic conventions).</summary>
    public const string MessagingSystem = "messaging.system";

    /// <summary>Name of a topic or queue (semantic conventions).</summary>
    public const string MessagingDestinationName = "messaging.destination.name";

    /// <summary>Id of a partition (semantic conventions); on metrics only where it is asked for.</summary>
    public const string MessagingPartitionId = "messaging.destination.partition.id";

    /// <summary>Name of a consumer group (semantic conventions).</summary>
    public const string MessagingConsumerGroupName = "messaging.consumer.group.name";

    /// <summary>
    /// What is done: send, flush, poll, commit, seek or process by clients; create, list, produce, produce_batch or consume by a broker (semantic
    /// conventions).
    /// </summary>
    public const string MessagingOperationName = "messaging.operation.name";

    /// <summary>Kind of what is done: send, receive, settle or process (semantic conventions).</summary>
    public const string MessagingOperationType = "messaging.operation.type";

    /// <summary>Messages in a batch of more than one (semantic conventions).</summary>
    public const string MessagingBatchMessageCount = "messaging.batch.message_count";

    /// <summary>Name of an object store.</summary>
    public const string ObjectStoreName = "pipeline.object_store.name";

    /// <summary>What is asked of an object store: get, put, delete, list, head or copy.</summary>
    public const string ObjectStoreOperation = "pipeline.object_store.operation";

    /// <summary>What became of a failed request: retried, or failed for good.</summary>
    public const string ObjectStoreErrorOutcome = "pipeline.object_store.error.outcome";

    /// <summary>Bucket of an object in S3, on spans only (semantic conventions).</summary>
    public const string S3Bucket = "aws.s3.bucket";

    /// <summary>Key of an object in S3, on spans only (semantic conventions).</summary>
    public const string S3Key = "aws.s3.key";

    /// <summary>Id of an agent, one of the processes or threads that a broker serves partitions with.</summary>
    public const string AgentId = "pipeline.agent.id";
}
