using OtelPipeline.Internal;
using Polly;
using Polly.Fallback;
using Polly.Telemetry;

namespace OtelPipeline.Extensions.Polly;

/// <summary>
/// Which tiers an execution tried. Polly says when a fallback begins and when the whole execution has ended; what happens in between belongs to one
/// tier. Nothing is kept for an execution that does not fall back.
/// </summary>
internal sealed class FallbackTiers(string name, ResiliencePipelineBuilderBase builder, PollyTelemetryOptions options)
{
    private const int MaxTier = 99;
    private const string Primary = "primary";

    private static int s_count;

    private readonly FallbackTelemetry _telemetry = new(name, options.LoggerFactory);
    private readonly string[] _sources = [.. options.FallbackSources];

    // of this listener alone: a context may be handed on to another pipeline
    private readonly ResiliencePropertyKey<Execution?> _key = new(
        $"OtelPipeline.Fallback.{Interlocked.Increment(ref s_count).ToString(System.Globalization.CultureInfo.InvariantCulture)}"
    );

    // until an execution falls back, nothing is kept that would have to be looked for
    private volatile bool _hasFallenBack;

    private TimeProvider Time => builder.TimeProvider ?? TimeProvider.System;

    public void FellBack<TResult>(ResilienceTelemetrySource strategy, in OnFallbackArguments<TResult> args)
    {
        if (!_telemetry.ObservesAttempts)
            return;
        _hasFallenBack = true;
        var properties = args.Context.Properties;
        if (!properties.TryGetValue(_key, out var execution) || execution is null)
            properties.Set(_key, execution = new Execution());

        // the same strategy again: something around it has tried again without saying so
        if (execution.Attempts.Exists(attempt => ReferenceEquals(attempt.Next, strategy)))
            execution.Attempts.Clear();
        execution.Attempts.Add(
            new(strategy, ResultOf(args.Outcome, args.Context, isLast: false), args.Outcome.Exception, Time.GetTimestamp())
        );
    }

    /// <summary>A retry around the fallbacks has begun: what it does is a new round.</summary>
    public void Retried<TResult>(ResilienceContext context, in Outcome<TResult> outcome)
    {
        if (_hasFallenBack && context.Properties.TryGetValue(_key, out var execution) && execution is { Attempts.Count: > 0 })
            End(execution, context, outcome, null);
    }

    public void Executed<TResult>(ResilienceContext context, in Outcome<TResult> outcome, TimeSpan duration)
    {
        if (_sources.Length == 0 && (!_hasFallenBack || !context.Properties.TryGetValue(_key, out _)) || !_telemetry.ObservesAttempts)
            return;
        if (context.Properties.TryGetValue(_key, out var execution) && execution is not null)
        {
            context.Properties.Set(_key, null);
            if (execution.Attempts.Count > 0 || _sources.Length > 0)
                End(execution, context, outcome, duration);
        }
        else if (_sources.Length > 0)
        {
            _telemetry.Attempted(1, _sources[0], ResultOf(outcome, context, isLast: true), duration, outcome.Exception);
        }
    }

    private void End<TResult>(Execution execution, ResilienceContext context, in Outcome<TResult> outcome, TimeSpan? duration)
    {
        var now = Time.GetTimestamp();
        long? begun = execution.RoundBegunAt;
        if (begun is null && duration is { } whole)
            begun = now - (long)(whole.TotalSeconds * Time.TimestampFrequency);
        var previous = begun;
        string? fallback = null;
        var tier = 1;
        foreach (var attempt in execution.Attempts)
        {
            Report(tier++, fallback, attempt.Result, Elapsed(previous, attempt.EndedAt), attempt.Exception);
            previous = attempt.EndedAt;
            fallback = attempt.Next.StrategyName;
        }

        Report(tier, fallback, ResultOf(outcome, context, isLast: true), Elapsed(previous, now), outcome.Exception);
        execution.Attempts.Clear();
        execution.RoundBegunAt = now;
    }

    private void Report(int tier, string? fallback, FallbackResult result, TimeSpan elapsed, Exception? exception)
    {
        var source =
            tier <= _sources.Length ? _sources[tier - 1]
            : tier == 1 ? Primary
            : fallback is { Length: > 0 } ? fallback
            : "Fallback";
        _telemetry.Attempted(Math.Min(tier, MaxTier), source, result, elapsed, exception);
    }

    // the first round of an execution that is tried again begins at a time that nobody has told
    private TimeSpan Elapsed(long? from, long to) => from is { } begun ? Time.GetElapsedTime(begun, to) : TimeSpan.Zero;

    private static FallbackResult ResultOf<TResult>(in Outcome<TResult> outcome, ResilienceContext context, bool isLast) =>
        outcome.Exception switch
        {
            // a result that one falls back from is none
            null => isLast && outcome.Result is not null ? FallbackResult.Success : FallbackResult.NoResult,
            var e when Failures.ResultOf(e, context.CancellationToken) is PipelineResult.Timeout => FallbackResult.Timeout,
            var e when Failures.ResultOf(e, context.CancellationToken) is PipelineResult.Cancellation => FallbackResult.Skipped,

            // a breaker or a limiter has refused it
            ExecutionRejectedException => FallbackResult.Skipped,
            _ => FallbackResult.Error,
        };

    private sealed class Execution
    {
        public List<Attempt> Attempts { get; } = [];

        public long? RoundBegunAt { get; set; }
    }

    private readonly record struct Attempt(ResilienceTelemetrySource Next, FallbackResult Result, Exception? Exception, long EndedAt);
}
