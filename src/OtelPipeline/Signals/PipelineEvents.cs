using Microsoft.Extensions.Logging;

namespace OtelPipeline.Signals;

/// <summary>
/// Events, written as log records of the category <see cref="PipelineSources.LoggerCategory"/>; the <see cref="EventId.Name"/> becomes
/// the <c>EventName</c> of the OpenTelemetry log record.
/// </summary>
public static class PipelineEvents
{
    /// <summary>A run has started. It is written at once, so that a run that hangs or is killed is seen.</summary>
    public static readonly EventId RunStart = new(1, "pipeline.run.start");

    /// <summary>A run has ended.</summary>
    public static readonly EventId RunEnd = new(2, "pipeline.run.end");

    /// <summary>A run is still going.</summary>
    public static readonly EventId RunHeartbeat = new(3, "pipeline.run.heartbeat");

    /// <summary>The configuration of a run, without secrets.</summary>
    public static readonly EventId RunConfig = new(4, "pipeline.run.config");

    /// <summary>An exception that no node of the run had recorded.</summary>
    public static readonly EventId RunException = new(5, "pipeline.run.exception");

    /// <summary>A warning of a run.</summary>
    public static readonly EventId RunWarning = new(6, "pipeline.run.warning");

    /// <summary>A node has started.</summary>
    public static readonly EventId NodeStart = new(10, "pipeline.node.start");

    /// <summary>A node has ended.</summary>
    public static readonly EventId NodeEnd = new(11, "pipeline.node.end");

    /// <summary>A node is about to try again.</summary>
    public static readonly EventId NodeRetry = new(12, "pipeline.node.retry");

    /// <summary>A node had nothing to do.</summary>
    public static readonly EventId NodeSkip = new(13, "pipeline.node.skip");

    /// <summary>An exception in a node, partition or item, at the innermost level that saw it.</summary>
    public static readonly EventId NodeException = new(14, "pipeline.node.exception");

    /// <summary>A dataset was read.</summary>
    public static readonly EventId DatasetRead = new(20, "pipeline.dataset.read");

    /// <summary>A dataset was written.</summary>
    public static readonly EventId DatasetWrite = new(21, "pipeline.dataset.write");

    /// <summary>The result of a data-quality check.</summary>
    public static readonly EventId CheckResult = new(30, "pipeline.check.result");

    /// <summary>A checkpoint was saved.</summary>
    public static readonly EventId CheckpointSave = new(40, "pipeline.checkpoint.save");

    /// <summary>A checkpoint was restored.</summary>
    public static readonly EventId CheckpointRestore = new(41, "pipeline.checkpoint.restore");

    /// <summary>A request of a cache; opt-in, sampled.</summary>
    public static readonly EventId CacheAccess = new(50, "pipeline.cache.access");

    /// <summary>A circuit breaker changed its state.</summary>
    public static readonly EventId CircuitBreakerStateChange = new(51, "pipeline.circuit_breaker.state_change");

    /// <summary>A rate limiter refused a request.</summary>
    public static readonly EventId RateLimiterRejected = new(52, "pipeline.rate_limiter.rejected");

    /// <summary>A source of a fallback chain was tried.</summary>
    public static readonly EventId FallbackAttempt = new(53, "pipeline.fallback.attempt");

    /// <summary>Something did not end in the time that it was given.</summary>
    public static readonly EventId Timeout = new(54, "pipeline.timeout");

    /// <summary>A logical HTTP request has ended, whoever answered it and however many attempts it took.</summary>
    public static readonly EventId HttpRequest = new(55, "pipeline.http.request");

    /// <summary>The result of a service level objective has changed, or its run has ended.</summary>
    public static readonly EventId SloEvaluation = new(60, "pipeline.slo.evaluation");
}
