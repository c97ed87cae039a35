using System.Runtime.CompilerServices;
using Microsoft.Extensions.Logging;
using OtelPipeline.Internal;
using OtelPipeline.Signals;
using Polly;
using Polly.CircuitBreaker;
using Polly.Fallback;
using Polly.Retry;
using Polly.Telemetry;
using Polly.Timeout;

namespace OtelPipeline.Extensions.Polly;

/// <summary>
/// Listens to the pipelines of one builder. Polly calls it in the flow of control that executes, and for circuit breakers under the lock of the
/// breaker: transitions arrive in their order.
/// </summary>
internal sealed class PipelineTelemetryListener : TelemetryListener
{
    // the event of Polly.RateLimiting, whose types this package does not know
    private const string RateLimiterRejected = "OnRateLimiterRejected";

    // what Polly calls strategies that were given no name
    private static readonly HashSet<string> s_defaultNames = ["CircuitBreaker", "Fallback", "RateLimiter", "Timeout"];

    private readonly TelemetryListener? _next;
    private readonly CircuitScope _scope;
    private readonly ILoggerFactory? _loggerFactory;
    private readonly ILogger? _logger;
    private readonly FallbackTiers _fallbacks;

    // by the identity of the strategy, and as long as it lives: builders are used more than once
    private readonly ConditionalWeakTable<ResilienceTelemetrySource, CircuitBreakerTelemetry> _breakers = [];
    private readonly ConditionalWeakTable<ResilienceTelemetrySource, RateLimiterTelemetry> _limiters = [];

    // the breaker that is reported before it has been heard of
    private CircuitBreakerTelemetry? _expected;

    public PipelineTelemetryListener(string name, ResiliencePipelineBuilderBase builder, PollyTelemetryOptions options)
    {
        Name = name;
        _next = builder.TelemetryListener;
        _scope = options.Scope;
        _loggerFactory = options.LoggerFactory;
        _logger = _loggerFactory?.CreateLogger(PipelineSources.LoggerCategory);
        _fallbacks = new FallbackTiers(name, builder, options);
        if (options.HasCircuitBreaker)
            _expected = new CircuitBreakerTelemetry(name, _loggerFactory);
    }

    public string Name { get; }

    public override void Write<TResult, TArgs>(in TelemetryEventArguments<TResult, TArgs> args)
    {
        // the events of every execution; for arguments that are no generic types, the compiler decides these at compile time
        if (typeof(TArgs) != typeof(PipelineExecutingArguments) && typeof(TArgs) != typeof(ExecutionAttemptArguments))
        {
            try
            {
                Observe(in args);
            }
            catch (Exception e)
            {
                PipelineEventSource.Report("an event of Polly", e);
            }
        }

        _next?.Write(in args);
    }

    private void Observe<TResult, TArgs>(in TelemetryEventArguments<TResult, TArgs> args)
    {
        if (typeof(TArgs) == typeof(PipelineExecutedArguments))
            _fallbacks.Executed(args.Context, args.Outcome ?? default, As<TArgs, PipelineExecutedArguments>(args.Arguments).Duration);
        else if (typeof(TArgs) == typeof(OnRetryArguments<TResult>))
            Retried(As<TArgs, OnRetryArguments<TResult>>(args.Arguments));
        else if (typeof(TArgs) == typeof(OnCircuitOpenedArguments<TResult>))
            Opened(args.Source, As<TArgs, OnCircuitOpenedArguments<TResult>>(args.Arguments));
        else if (typeof(TArgs) == typeof(OnCircuitHalfOpenedArguments))
            Breaker(args.Source).Transition(CircuitState.HalfOpen, _scope);
        else if (typeof(TArgs) == typeof(OnCircuitClosedArguments<TResult>))
            Breaker(args.Source).Transition(CircuitState.Closed, _scope);
        else if (typeof(TArgs) == typeof(OnFallbackArguments<TResult>))
            _fallbacks.FellBack(args.Source, As<TArgs, OnFallbackArguments<TResult>>(args.Arguments));
        else if (typeof(TArgs) == typeof(OnTimeoutArguments))
            TimedOut(args.Source, As<TArgs, OnTimeoutArguments>(args.Arguments).Timeout);
        else if (args.Event.EventName == RateLimiterRejected)
            _limiters.GetValue(args.Source, source => new RateLimiterTelemetry(NameOf(source), null, _loggerFactory)).Rejected();
    }

    private void Retried<TResult>(in OnRetryArguments<TResult> retry)
    {
        _fallbacks.Retried(retry.Context, retry.Outcome);
        if (!PipelineRun.AnyObserved || PipelineNode.Current is not { } node)
            return;
        var cause = retry.Outcome.Exception;

        // numbers of attempts start at 0, and this is the one that failed
        var next = (int)Math.Min(retry.AttemptNumber + 2L, int.MaxValue);
        node.Retrying(next, cause, cause is null ? StatusOf(retry.Outcome) : Failures.TypeOf(cause), retry.RetryDelay);
    }

    // the semantic conventions' error.type of a response
    private static string? StatusOf<TResult>(in Outcome<TResult> outcome) =>
        !typeof(TResult).IsValueType && outcome.Result is HttpResponseMessage response
            ? ((int)response.StatusCode).ToString(System.Globalization.CultureInfo.InvariantCulture)
            : null;

    private void Opened<TResult>(ResilienceTelemetrySource source, in OnCircuitOpenedArguments<TResult> opened)
    {
        if (opened.IsManual)
            Breaker(source).Transition(CircuitState.Isolated, _scope);
        else
            Breaker(source).Transition(CircuitState.Open, _scope, opened.BreakDuration);
    }

    private CircuitBreakerTelemetry Breaker(ResilienceTelemetrySource source) =>
        _breakers.TryGetValue(source, out var breaker)
            ? breaker
            : _breakers.GetValue(
                source,
                s => Interlocked.Exchange(ref _expected, null) ?? new CircuitBreakerTelemetry(NameOf(s), _loggerFactory)
            );

    private void TimedOut(ResilienceTelemetrySource source, TimeSpan limit)
    {
        var logger = EventLog.For(_logger);
        if (!EventLog.IsEnabled(logger, LogLevel.Warning))
            return;
        var name = NameOf(source);
        var state = EventLog
            .New($"{name} did not end within {Durations.Text(limit)}", 2)
            .Add(PipelineAttributes.TimeoutName, name)
            .Add(PipelineAttributes.TimeoutLimit, limit.TotalSeconds);
        EventLog.Write(logger, LogLevel.Warning, PipelineEvents.Timeout, state);
    }

    private string NameOf(ResilienceTelemetrySource source) =>
        source.StrategyName is { Length: > 0 } strategy && !s_defaultNames.Contains(strategy) ? $"{Name}.{strategy}" : Name;

    // without a box; the types were compared
    private static TTo As<TFrom, TTo>(TFrom from) => Unsafe.As<TFrom, TTo>(ref from);
}
