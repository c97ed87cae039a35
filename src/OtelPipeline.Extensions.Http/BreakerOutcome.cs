namespace OtelPipeline.Extensions.Http;

/// <summary>What a circuit breaker took a request for.</summary>
public enum BreakerOutcome
{
    /// <summary>It counted as a success.</summary>
    Success,

    /// <summary>It counted as a failure.</summary>
    Failure,

    /// <summary>It did not count: the breaker refused it, or does not judge requests of its kind.</summary>
    None,
}
