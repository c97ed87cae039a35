using System.Diagnostics;
using Microsoft.Extensions.Logging;
using OtelPipeline.Internal;
using OtelPipeline.Signals;

namespace OtelPipeline;

public sealed partial class PipelineNode
{
    private static readonly TimeSpan s_longestDoubling = TimeSpan.FromMinutes(5);

    /// <summary>
    /// Tries <paramref name="body"/> until it succeeds or the attempts are used up. Attempts after the first get a span of their own; a retry
    /// that helps is no error of the node. For more than this use Polly, whose retries can be reported with <see cref="Retrying(int, Exception, TimeSpan)"/>.
    /// </summary>
    /// <param name="body">The work; it gets the number of the attempt, from 1.</param>
    /// <param name="maxAttempts">How often to try at most. Range: 1 or more. Default: 3.</param>
    /// <param name="delay">
    /// Wait before the second attempt, doubled before each later one until it passes 5 minutes. Range: 0 to 1 day. Default: 1 s.
    /// </param>
    /// <param name="retryWhen">Which exceptions are worth another try; null for all but cancellations.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="maxAttempts"/> or <paramref name="delay"/> is out of its range.</exception>
    /// <exception cref="ArgumentNullException"><paramref name="body"/> is null.</exception>
    public async Task<T> RetryAsync<T>(
        Func<int, Task<T>> body,
        int maxAttempts = 3,
        TimeSpan? delay = null,
        Func<Exception, bool>? retryWhen = null
    )
    {
        ArgumentNullException.ThrowIfNull(body);
        ArgumentOutOfRangeException.ThrowIfLessThan(maxAttempts, 1);
        var wait = delay ?? TimeSpan.FromSeconds(1);
        ArgumentOutOfRangeException.ThrowIfLessThan(wait, TimeSpan.Zero, nameof(delay));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(wait, TimeSpan.FromDays(1), nameof(delay));
        for (var attempt = 1; ; attempt++)
        {
            var span = attempt == 1 ? null : StartAttempt(attempt);
            try
            {
                var result = await body(attempt).ConfigureAwait(false);
                Close(span);
                return result;
            }
            catch (Exception e)
            {
                Close(span, e);
                if (
                    attempt == maxAttempts
                    || CancellationToken.IsCancellationRequested
                    || !(retryWhen?.Invoke(e) ?? e is not OperationCanceledException)
                )
                    throw;
                Retrying(attempt + 1, e, wait);
            }

            await Task.Delay(wait, Pipeline.Time, CancellationToken).ConfigureAwait(false);
            wait = wait < s_longestDoubling ? wait + wait : wait;
        }
    }

    /// <inheritdoc cref="RetryAsync{T}"/>
    public Task RetryAsync(Func<int, Task> body, int maxAttempts = 3, TimeSpan? delay = null, Func<Exception, bool>? retryWhen = null)
    {
        ArgumentNullException.ThrowIfNull(body);
        return RetryAsync(
            async attempt =>
            {
                await body(attempt).ConfigureAwait(false);
                return true;
            },
            maxAttempts,
            delay,
            retryWhen
        );
    }

    /// <summary>Reports that somebody else's retry logic is about to try again.</summary>
    /// <param name="attempt">Number of the attempt to come, from 2.</param>
    /// <param name="cause">What made the last attempt fail, or null.</param>
    /// <param name="delay">Wait until the attempt.</param>
    public void Retrying(int attempt, Exception? cause = null, TimeSpan delay = default) =>
        Retrying(attempt, cause, cause is null ? null : Failures.TypeOf(cause), delay);

    /// <summary>The same for a failure that may be no exception but a result, such as a response with an error status.</summary>
    internal void Retrying(int attempt, Exception? cause, string? errorType, TimeSpan delay)
    {
        if (_descriptor is null)
            return;
        _attempt = Math.Max(_attempt, attempt);
        if (Instruments.NodeRetries.Enabled)
        {
            var type = errorType is null ? NameLimiter.Other : Pipeline.ErrorTypes.Fold(errorType);
            Instruments.NodeRetries.TryAdd(1, PipelineTag, NodeTag, new(PipelineAttributes.ErrorType, type));
        }

        var logger = Logger;
        if (!EventLog.IsEnabled(logger, LogLevel.Warning))
            return;
        var why =
            cause is not null ? $" after {cause.GetType().Name}: {Failures.MessageOf(cause)}"
            : errorType is not null ? $" after {errorType}"
            : "";
        var state = NewEvent($"{this} tries again (attempt {attempt}) in {Durations.Text(delay)}{why}", 3)
            .Add(PipelineAttributes.NodeAttempt, attempt)
            .Add(PipelineAttributes.NodeRetryDelay, delay.TotalSeconds)
            .Add(PipelineAttributes.ErrorType, errorType);
        EventLog.Write(logger, LogLevel.Warning, PipelineEvents.NodeRetry, state);
    }

    private Activity? StartAttempt(int attempt)
    {
        if (_descriptor is null || Pipeline.Options.SpanGranularity < SpanGranularity.Attempt)
            return null;
        return StartChild(_descriptor.AttemptSpanName)
            ?.SetTag(PipelineAttributes.NodeName, _descriptor.Name)
            .SetTag(PipelineAttributes.NodeAttempt, attempt);
    }
}
