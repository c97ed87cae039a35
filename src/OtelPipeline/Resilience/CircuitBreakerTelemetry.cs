using Microsoft.Extensions.Logging;
using OtelPipeline.Internal;
using OtelPipeline.Signals;
using static System.FormattableString;

namespace OtelPipeline;

/// <summary>
/// What a circuit breaker does: a long-lived, thread-safe object for each breaker. It begins closed; its state is reported for as long as the object
/// lives, and breakers of one name add up. Nothing of it throws once it is made.
/// </summary>
/// <example>
/// <code>
/// private static readonly CircuitBreakerTelemetry Origin = new("origin");
/// Origin.Transition(CircuitState.Open, CircuitScope.Host, breakDuration: TimeSpan.FromSeconds(30), failureRatio: 0.6);
/// </code>
/// </example>
public sealed class CircuitBreakerTelemetry
{
    private static readonly NameLimiter s_names = new();
    private static readonly CircuitState[] s_states = Enum.GetValues<CircuitState>();

    private readonly KeyValuePair<string, object?> _nameTag;
    private readonly ILogger? _logger;
    private int _state;

    /// <summary>Makes the telemetry of one circuit breaker.</summary>
    /// <param name="name">Name of the breaker, of low cardinality: it is on every metric, the first 1,000 names of a process (<c>NameLimit</c>) as they are, later ones as <c>_other</c>.</param>
    /// <param name="loggerFactory">Where its events go; null for the logger of the current run or of the SDK.</param>
    /// <exception cref="ArgumentException"><paramref name="name"/> is null, empty or white space.</exception>
    public CircuitBreakerTelemetry(string name, ILoggerFactory? loggerFactory = null)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        Name = name;
        _logger = loggerFactory?.CreateLogger(PipelineSources.LoggerCategory);
        _nameTag = new(PipelineAttributes.CircuitBreakerName, s_names.Fold(name));
        var weak = new WeakReference<CircuitBreakerTelemetry>(this);
        foreach (var state in s_states)
            Observe(weak, state);
    }

    /// <summary>The name given at construction.</summary>
    public string Name { get; }

    /// <summary>The state that the breaker is known to be in.</summary>
    public CircuitState State => (CircuitState)Volatile.Read(ref _state);

    /// <summary>The breaker is in another state now; the state that it is in already is ignored.</summary>
    /// <param name="state">The new state; a value that is not defined is ignored.</param>
    /// <param name="scope">What the breaker protects.</param>
    /// <param name="breakDuration">For how long it will stay open, or null.</param>
    /// <param name="failureRatio">The share of failures that opened it, 0 to 1, or null.</param>
    public void Transition(
        CircuitState state,
        CircuitScope scope = CircuitScope.Global,
        TimeSpan? breakDuration = null,
        double? failureRatio = null
    )
    {
        if (State == state || (uint)state > (uint)CircuitState.Isolated)
            return;
        var previous = (CircuitState)Interlocked.Exchange(ref _state, (int)state);
        if (previous == state)
            return;
        if (CircuitBreakerInstruments.Transitions.Enabled)
        {
            CircuitBreakerInstruments.Transitions.TryAdd(
                1,
                _nameTag,
                new(PipelineAttributes.CircuitBreakerState, Words.Of(state)),
                new(PipelineAttributes.CircuitBreakerPreviousState, Words.Of(previous)),
                new(PipelineAttributes.CircuitBreakerScope, Words.Of(scope))
            );
        }

        var level = state is CircuitState.Open or CircuitState.Isolated ? LogLevel.Warning : LogLevel.Information;
        var logger = EventLog.For(_logger);
        if (EventLog.IsEnabled(logger, level))
            Write(logger, level, state, previous, scope, breakDuration, failureRatio);
    }

    private void Write(
        ILogger? logger,
        LogLevel level,
        CircuitState state,
        CircuitState previous,
        CircuitScope scope,
        TimeSpan? breakDuration,
        double? failureRatio
    )
    {
        var why = failureRatio is { } ratio ? Invariant($" after {ratio:P0} failures") : "";
        var until = breakDuration is { } duration ? $" for {Durations.Text(duration)}" : "";
        var text = EventLog
            .New($"circuit breaker {Name}: {Words.Of(previous)} to {Words.Of(state)}{until}{why}", 6)
            .Add(PipelineAttributes.CircuitBreakerName, Name)
            .Add(PipelineAttributes.CircuitBreakerState, Words.Of(state))
            .Add(PipelineAttributes.CircuitBreakerPreviousState, Words.Of(previous))
            .Add(PipelineAttributes.CircuitBreakerScope, Words.Of(scope))
            .Add(PipelineAttributes.CircuitBreakerBreakDuration, breakDuration?.TotalSeconds)
            .Add(PipelineAttributes.CircuitBreakerFailureRatio, failureRatio);
        EventLog.Write(logger, level, PipelineEvents.CircuitBreakerStateChange, text);
    }

    // static: a closure over the breaker would keep it alive
    private static void Observe(WeakReference<CircuitBreakerTelemetry> weak, CircuitState state)
    {
        if (!weak.TryGetTarget(out var breaker))
            return;
        CircuitBreakerInstruments.Status.Add(
            [breaker._nameTag, new(PipelineAttributes.CircuitBreakerState, Words.Of(state))],
            ObserverOf(weak, state)
        );
    }

    private static Func<long?> ObserverOf(WeakReference<CircuitBreakerTelemetry> weak, CircuitState state) =>
        () =>
            weak.TryGetTarget(out var breaker)
                ? breaker.State == state
                    ? 1
                    : 0
                : null;
}
