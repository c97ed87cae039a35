using System.Diagnostics.Metrics;
using OtelPipeline.Signals;

namespace OtelPipeline.Internal;

/// <summary>The instruments of circuit breakers, published when the first one is named.</summary>
internal static class CircuitBreakerInstruments
{
    public static readonly Counter<long> Transitions = Instruments.Count(
        PipelineMetrics.CircuitBreakerTransitions,
        "{transition}",
        "Changes of the states of circuit breakers"
    );
    public static readonly ObservedSums Status = new(
        PipelineMetrics.CircuitBreakerStatus,
        "1",
        "Circuit breakers by state: 1 for the current one, 0 for the others"
    );
}

/// <summary>The instruments of rate limiters, published when the first one is named.</summary>
internal static class RateLimiterInstruments
{
    public static readonly Counter<long> Acquisitions = Instruments.Count(
        PipelineMetrics.RateLimiterAcquisitions,
        "{acquisition}",
        "Requests to rate limiters by result"
    );
    public static readonly Histogram<double> WaitDuration = Instruments.Seconds(
        PipelineMetrics.RateLimiterWaitDuration,
        "Time that requests waited for rate limiters",
        Instruments.WaitBounds
    );
    public static readonly ObservedSums Permits = new(
        PipelineMetrics.RateLimiterPermitAvailable,
        "{permit}",
        "Permits that rate limiters have left"
    );
    public static readonly ObservedSums Queue = new(
        PipelineMetrics.RateLimiterQueueLength,
        "{request}",
        "Requests that wait for rate limiters"
    );
}

/// <summary>The instruments of fallback chains, published when the first one is named.</summary>
internal static class FallbackInstruments
{
    public static readonly Counter<long> Attempts = Instruments.Count(
        PipelineMetrics.FallbackAttempts,
        "{attempt}",
        "Attempts of fallback chains by result"
    );
    public static readonly Histogram<double> AttemptDuration = Instruments.Seconds(
        PipelineMetrics.FallbackAttemptDuration,
        "Duration of attempts of fallback chains",
        Instruments.WaitBounds
    );
}
