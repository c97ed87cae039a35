using System.Diagnostics;
using OtelPipeline.Signals;

namespace OtelPipeline.Internal;

/// <summary>Something that takes time and is no scope: a span below what is current, timed by the clock of the current pipeline.</summary>
internal readonly struct Operation
{
    private readonly TimeProvider _time;
    private readonly long _startedAt;

    private Operation(TimeProvider time, Activity? span)
    {
        _time = time;
        _startedAt = time.GetTimestamp();
        Span = span;
    }

    public Activity? Span { get; }

    public TimeSpan Elapsed => _time.GetElapsedTime(_startedAt);

    /// <summary>Starts it and makes its span current: call it in an async method, which undoes that for its caller.</summary>
    public static Operation Start(
        string name,
        ActivityKind kind,
        IEnumerable<KeyValuePair<string, object?>> tags,
        ActivityLink[]? links = null,
        ActivityContext parent = default
    )
    {
        var scope = PipelineScope.Current;
        var pipeline = scope?.Run.Owner;
        var time = pipeline?.Time ?? TimeProvider.System;
        if (!Instruments.Source.HasListeners() || pipeline is { Options.SpanGranularity: < SpanGranularity.Node })
            return new Operation(time, null);
        var span = Traces.Start(name, kind, parent, tags, links, time == TimeProvider.System ? default : time.GetUtcNow());
        if (scope is not null)
            span?.SetTag(PipelineAttributes.PipelineName, pipeline!.Name).SetTag(PipelineAttributes.RunId, scope.Run.Id);
        return new Operation(time, span);
    }

    /// <summary>Ends the span; an exception is an error unless it is the cancellation that was asked for.</summary>
    public void End(Exception? exception, CancellationToken cancellationToken)
    {
        if (Span is null)
            return;
        if (exception is not null && Failures.ResultOf(exception, cancellationToken) != PipelineResult.Cancellation)
            Span.SetTag(PipelineAttributes.ErrorType, Failures.TypeOf(exception))
                .SetStatus(ActivityStatusCode.Error, Failures.MessageOf(exception));
        if (_time != TimeProvider.System)
            Span.SetEndTime(_time.GetUtcNow().UtcDateTime);
        Traces.Stop(Span);
    }
}
