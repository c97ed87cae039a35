using Microsoft.Extensions.Logging;

namespace OtelPipeline.Extensions.Polly;

/// <summary>Settings of <c>AddPipelineTelemetry</c> on a builder of resilience pipelines, read once when it is called.</summary>
public sealed class PollyTelemetryOptions
{
    /// <summary>What the circuit breakers protect. Default: <see cref="CircuitScope.Global"/>.</summary>
    public CircuitScope Scope { get; set; } = CircuitScope.Global;

    /// <summary>
    /// Whether a circuit breaker is reported as closed before its first transition. Polly does not tell a listener what a pipeline consists of, so
    /// without this a breaker is seen when it first leaves that state. Default: false.
    /// </summary>
    public bool HasCircuitBreaker { get; set; }

    /// <summary>
    /// Names of what is tried in turn, of low cardinality: the work itself first, then each fallback from the innermost on. With it every execution
    /// is counted as an attempt of tier 1; without it only those that fall back are, and the names are <c>primary</c> and those of the fallback
    /// strategies. Default: none.
    /// </summary>
    public IList<string> FallbackSources { get; } = [];

    /// <summary>Where events go; null for the logger of the current run or of the SDK. Default: null.</summary>
    public ILoggerFactory? LoggerFactory { get; set; }
}
