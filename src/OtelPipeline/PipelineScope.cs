using System.Diagnostics;
using Microsoft.Extensions.Logging;
using OtelPipeline.Internal;
using OtelPipeline.Signals;

namespace OtelPipeline;

/// <summary>
/// What runs, partitions, nodes and items have in common: a beginning, an outcome, a span, and work that can be done inside them.
/// All members are thread-safe, and none of them throws for the sake of telemetry.
/// </summary>
public abstract partial class PipelineScope : IDisposable
{
    private const byte NoResult = byte.MaxValue;

    private readonly PipelineScope? _parent;
    private NodeRegistry? _nodes;
    private long _startedAt;

    // UTC ticks by the pipeline's own clock; 0 where that is the system's, by which the span then times itself
    private long _startTicks;

    // bytes, for there is one of these per node: how it ended or NoResult; whether it has; whether it is to count as skipped
    private byte _result = NoResult;
    private byte _ended;
    private bool _skipped;

    private protected PipelineScope(PipelineRun? run, PipelineScope? parent)
    {
        Run = run ?? (PipelineRun)this;
        _parent = parent;
    }

    /// <summary>The run that this belongs to; a run belongs to itself.</summary>
    public PipelineRun Run { get; }

    /// <summary>The span, or null where nobody traces, it was sampled out or the pipeline's <see cref="SpanGranularity"/> leaves it out.</summary>
    public Activity? Activity { get; private protected set; }

    /// <summary>The outcome; null until it has ended.</summary>
    public PipelineResult? Result => _result == NoResult ? null : (PipelineResult)_result;

    /// <summary>Asks the work to stop: the token that the run was started with.</summary>
    public CancellationToken CancellationToken => Run.Cancellation;

    internal PipelineScope? Parent => _parent;
    private protected Pipeline Pipeline => Run.Owner;
    private protected ILogger? Logger => Run.Owner.Logger;
    private protected long StartedAt => _startedAt;
    private DateTimeOffset StartTime => new(_startTicks, TimeSpan.Zero);

    private protected bool HasEnded => Volatile.Read(ref _ended) != 0;

    /// <summary>Whether this records anything; false for the node that stands in where nobody listens.</summary>
    private protected virtual bool IsObserved => true;

    /// <summary>Ends with <see cref="PipelineResult.Success"/>. Only the first call of this, <see cref="Fail"/> or <see cref="Dispose"/> counts.</summary>
    public void Complete() => End(_skipped ? PipelineResult.Skip : PipelineResult.Success, null, null);

    /// <summary>Ends with the outcome that <paramref name="exception"/> means: failure, timeout or cancellation.</summary>
    /// <exception cref="ArgumentNullException"><paramref name="exception"/> is null.</exception>
    public void Fail(Exception exception)
    {
        ArgumentNullException.ThrowIfNull(exception);
        End(Failures.ResultOf(exception, CancellationToken), exception, null);
    }

    /// <summary>Ends a handle, and makes the scope and span current that were so before. Without an outcome it is an error, <c>abandoned</c>.</summary>
    public void Dispose()
    {
        End(PipelineResult.Error, null, Failures.Abandoned);
        Leave();
        GC.SuppressFinalize(this);
    }

    /// <summary>Sets an attribute of the span: a string, bool, number, or an array of these. Without a span, or once this has ended, it does nothing.</summary>
    /// <param name="key">Name of the attribute. What names a secret is masked when redaction is on.</param>
    /// <param name="value">Its value; null removes it.</param>
    public void Set(string key, object? value)
    {
        // what has ended may have been redacted and be on its way out
        if (Activity is { } activity && !HasEnded && !string.IsNullOrEmpty(key))
            activity.SetTag(key, value);
    }

    /// <summary>Marks this as having had nothing to do: its outcome is <see cref="PipelineResult.Skip"/> if it then ends well.</summary>
    /// <param name="reason">Why, for people.</param>
    public void Skip(string? reason = null)
    {
        if (!IsObserved)
            return;
        _skipped = true;
        OnSkip(reason);
    }

    internal static async Task<T> ExecuteAsync<TScope, T>(TScope scope, Func<TScope, Task<T>> body)
        where TScope : PipelineScope
    {
        // what becomes current here is undone when this method returns to its caller
        scope.Enter();
        try
        {
            var result = await body(scope).ConfigureAwait(false);
            scope.Complete();
            return result;
        }
        catch (Exception e)
        {
            scope.Fail(e);
            throw;
        }
    }

    internal static async Task ExecuteAsync<TScope>(TScope scope, Func<TScope, Task> body)
        where TScope : PipelineScope
    {
        scope.Enter();
        try
        {
            await body(scope).ConfigureAwait(false);
            scope.Complete();
        }
        catch (Exception e)
        {
            scope.Fail(e);
            throw;
        }
    }

    private void Start()
    {
        try
        {
            var time = Pipeline.Time;
            _startedAt = time.GetTimestamp();
            if (time != TimeProvider.System)
                _startTicks = time.GetUtcNow().UtcTicks;
            OnStart();
        }
        catch (Exception e)
        {
            PipelineEventSource.Report("start of " + GetType().Name, e);
        }
    }

    private void End(PipelineResult result, Exception? exception, string? errorType)
    {
        if (!IsObserved || Interlocked.Exchange(ref _ended, (byte)1) != 0)
            return;
        _result = (byte)result;
        var current = Activity.Current;
        var isCurrent = Activity is not null && Traces.IsWithin(current, Activity);
        try
        {
            var elapsed = Pipeline.Time.GetElapsedTime(_startedAt);

            // measurements and events of the end carry the trace id of what ended, wherever it is ended from
            if (Activity is not null)
                Activity.Current = Activity;
            var isError = result is PipelineResult.Failure or PipelineResult.Timeout or PipelineResult.Error;
            if (exception is not null && isError)
            {
                errorType = Failures.TypeOf(exception);
                if (Failures.IsNew(exception))
                    RecordException(exception, errorType);
            }
            else if (errorType is not null)
            {
                Run.CountError(errorType);
            }

            OnEnd(result, errorType, elapsed);
            if (Activity is { IsAllDataRequested: true } activity && isError)
                activity
                    .SetTag(PipelineAttributes.ErrorType, errorType)
                    .SetStatus(ActivityStatusCode.Error, exception is null ? errorType : Failures.MessageOf(exception));
            if (_startTicks != 0)
                Activity?.SetEndTime(new DateTime(_startTicks + elapsed.Ticks, DateTimeKind.Utc));
        }
        catch (Exception e)
        {
            PipelineEventSource.Report("end of " + GetType().Name, e);
        }

        if (Activity is not null)
        {
            Traces.Stop(Activity);
            Activity.Current = isCurrent ? ActivityBefore : current;
        }

        Leave();
    }

    private void RecordException(Exception exception, string errorType)
    {
        Run.CountError(errorType);
        var logger = Logger;
        if (!EventLog.IsEnabled(logger, LogLevel.Error))
            return;
        var state = NewEvent($"{this} failed: {Failures.MessageOf(exception)}", 8)
            .Add(PipelineAttributes.ErrorType, errorType)
            .Add(PipelineAttributes.ErrorCategory, Failures.CategoryOf(exception));
        EventLog.Write(
            logger,
            LogLevel.Error,
            this is PipelineRun ? PipelineEvents.RunException : PipelineEvents.NodeException,
            state,
            exception
        );
    }

    private protected abstract void OnStart();

    private protected abstract void OnEnd(PipelineResult result, string? errorType, TimeSpan elapsed);

    private protected virtual void OnSkip(string? reason) { }

    /// <summary>The executions of nodes directly in this scope; made when the first one starts.</summary>
    internal NodeRegistry Nodes =>
        _nodes ?? Interlocked.CompareExchange(ref _nodes, new NodeRegistry(Pipeline.Options.NameLimit), null) ?? _nodes;

    /// <summary>An event that carries what this scope is.</summary>
    internal PipelineEvent NewEvent(string message, int more)
    {
        var state = new PipelineEvent(message, 4 + more);
        state.Add(PipelineAttributes.PipelineName, Pipeline.Name).Add(PipelineAttributes.RunId, Run.Id);
        for (var scope = this; scope is not null; scope = scope._parent)
            scope.Describe(state);
        return state;
    }

    private protected virtual void Describe(PipelineEvent state) { }
}
