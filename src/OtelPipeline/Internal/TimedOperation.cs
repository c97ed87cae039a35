using System.Diagnostics;
using System.Diagnostics.Metrics;
using OtelPipeline.Signals;

namespace OtelPipeline.Internal;

/// <summary>One kind of operation on a broker or a store: what all its executions share, computed once.</summary>
internal sealed class TimedOperation(
    string spanName,
    ActivityKind kind,
    KeyValuePair<string, object?>[] spanTags,
    KeyValuePair<string, object?>[] metricTags,
    Histogram<double>? duration,
    params Instrument[] others
)
{
    // the SDK's default limit of links on a span
    private const int MaxLinks = 128;

    private static readonly NameLimiter s_errorTypes = new();

    private bool IsObserved =>
        Instruments.Source.HasListeners() || duration is { Enabled: true } || Array.Exists(others, static i => i.Enabled);

    /// <summary>The tags of measurements, with the type of the error if there is one.</summary>
    public KeyValuePair<string, object?>[] Tags(Exception? exception) =>
        exception is null ? metricTags : [.. metricTags, new(PipelineAttributes.ErrorType, s_errorTypes.Fold(Failures.TypeOf(exception)))];

    public void Record(TimeSpan elapsed, Exception? exception)
    {
        if (duration is { Enabled: true })
            duration.TryRecord(Math.Max(0, elapsed.TotalSeconds), Tags(exception));
    }

    /// <summary>Executes the operation; <paramref name="done"/> is not called where it was cancelled on purpose or nobody listens.</summary>
    public Task<T> RunAsync<T>(
        Func<CancellationToken, Task<T>> body,
        CancellationToken cancellationToken,
        Action<T?, Exception?>? done = null,
        SpanDetails details = default
    )
    {
        if (IsObserved)
            return ObserveAsync(body, cancellationToken, done, details);
        try
        {
            return body(cancellationToken);
        }
        catch (Exception e)
        {
            return Task.FromException<T>(e);
        }
    }

    /// <inheritdoc cref="RunAsync{T}"/>
    public Task RunAsync(
        Func<CancellationToken, Task> body,
        CancellationToken cancellationToken,
        Action<bool, Exception?>? done = null,
        SpanDetails details = default
    )
    {
        if (IsObserved)
            return ObserveAsync(WithResult(body), cancellationToken, done, details);
        try
        {
            return body(cancellationToken);
        }
        catch (Exception e)
        {
            return Task.FromException(e);
        }
    }

    private static Func<CancellationToken, Task<bool>> WithResult(Func<CancellationToken, Task> body) =>
        async cancel =>
        {
            await body(cancel).ConfigureAwait(false);
            return true;
        };

    private async Task<T> ObserveAsync<T>(
        Func<CancellationToken, Task<T>> body,
        CancellationToken cancellationToken,
        Action<T?, Exception?>? done,
        SpanDetails details
    )
    {
        var operation = Operation.Start(spanName, kind, spanTags, LinksTo(details.Linked), details.Parent);
        if (details.Messages > 1)
            operation.Span?.SetTag(PipelineAttributes.MessagingBatchMessageCount, details.Messages);
        if (details.ObjectKey is not null)
            operation.Span?.SetTag(PipelineAttributes.S3Key, details.ObjectKey);
        T? result = default;
        Exception? exception = null;
        try
        {
            result = await body(cancellationToken).ConfigureAwait(false);
            return result;
        }
        catch (Exception e)
        {
            exception = e;
            throw;
        }
        finally
        {
            var isCancelled = exception is not null && Failures.ResultOf(exception, cancellationToken) == PipelineResult.Cancellation;
            Record(operation.Elapsed, isCancelled ? null : exception);
            if (!isCancelled)
                Finish(done, result, exception);
            operation.End(exception, cancellationToken);
        }
    }

    private void Finish<T>(Action<T?, Exception?>? done, T? result, Exception? exception)
    {
        try
        {
            done?.Invoke(result, exception);
        }
        catch (Exception e)
        {
            // the application's own function, which says how many messages there were
            PipelineEventSource.Report(spanName, e);
        }
    }

    private static ActivityLink[]? LinksTo(IEnumerable<ActivityContext>? contexts)
    {
        try
        {
            return contexts?.Where(static c => c != default).Distinct().Take(MaxLinks).Select(static c => new ActivityLink(c)).ToArray();
        }
        catch (Exception e)
        {
            PipelineEventSource.Report("links of a span", e);
            return null;
        }
    }
}

/// <summary>What one execution of an operation has on its span besides what all have.</summary>
internal readonly record struct SpanDetails
{
    /// <summary>The spans that sent what is processed.</summary>
    public IEnumerable<ActivityContext>? Linked { get; init; }

    /// <summary>How many messages there are; one is not worth an attribute.</summary>
    public long Messages { get; init; }

    /// <summary>Who asked, where that is another process; the default for the current span.</summary>
    public ActivityContext Parent { get; init; }

    /// <summary>Key of the object in S3.</summary>
    public string? ObjectKey { get; init; }
}
