using System.Diagnostics;
using OtelPipeline.Internal;
using OtelPipeline.Signals;

namespace OtelPipeline;

public abstract partial class PipelineScope
{
    private static readonly ActivityTagsCollection s_partOf = new([new(PipelineAttributes.LinkType, "part_of")]);

    /// <summary>The span of this scope or, where it has none, of the nearest one around it.</summary>
    private protected Activity? NearestActivity => Activity ?? _parent?.NearestActivity;

    /// <summary>Starts this scope's span below its parent scope.</summary>
    private protected void StartActivity(
        string name,
        IEnumerable<KeyValuePair<string, object?>> tags,
        ActivityLink[]? links = null,
        ActivityKind kind = ActivityKind.Internal,
        ActivityContext parent = default
    )
    {
        if (!Instruments.Source.HasListeners())
            return;
        Activity =
            parent == default && _parent is not null
                ? _parent.StartBelow(AmbientBefore, name, tags, links, StartTime)
                : Traces.Start(name, kind, parent, tags, links, StartTime);
        if (Activity is { IsAllDataRequested: true } activity)
            activity.SetTag(PipelineAttributes.RunId, Run.Id);
    }

    /// <summary>Starts this scope's span as the root of a trace of its own that is linked to the run.</summary>
    private protected void StartOwnTrace(string name, IEnumerable<KeyValuePair<string, object?>> tags)
    {
        if (!Instruments.Source.HasListeners())
            return;
        var run = Run.SpanContext;
        var current = Activity.Current;
        Activity.Current = null;
        var parent = Traces.OwnTrace(run);
        StartActivity(name, tags, run == default ? null : [new ActivityLink(run, s_partOf)], parent: parent);
        if (Activity is not null)
            return;
        Activity.Current = current;

        // left out by the sampler although the run is not: what is done below is left out with it, and does not become part of the run's trace
        if ((run.TraceFlags & ActivityTraceFlags.Recorded) != 0)
            Activity = Traces.StartUnsampled(name, parent.TraceId);
    }

    /// <summary>Starts a span below this scope that is no scope itself.</summary>
    private protected Activity? StartChild(string name, IEnumerable<KeyValuePair<string, object?>>? tags = null)
    {
        if (!Instruments.Source.HasListeners())
            return null;
        var startTime = Pipeline.Time == TimeProvider.System ? default : Pipeline.Time.GetUtcNow();
        return StartBelow(Current, name, tags, null, startTime)
            ?.SetTag(PipelineAttributes.PipelineName, Pipeline.Name)
            .SetTag(PipelineAttributes.RunId, Run.Id);
    }

    /// <summary>Ends what <see cref="StartChild"/> started.</summary>
    private protected void Close(Activity? span, Exception? exception = null)
    {
        if (span is null)
            return;
        if (exception is not null && Failures.ResultOf(exception, CancellationToken) != PipelineResult.Cancellation)
            span.SetTag(PipelineAttributes.ErrorType, Failures.TypeOf(exception))
                .SetStatus(ActivityStatusCode.Error, Failures.MessageOf(exception));
        if (Pipeline.Time != TimeProvider.System)
            span.SetEndTime(Pipeline.Time.GetUtcNow().UtcDateTime);
        Traces.Stop(span);
    }

    // Where the caller works in this very scope, the parent is Activity.Current: this scope's span or one of the user's own below it. Else
    // it is this scope's span, whatever is current: asked of the run inside a node, or beside the handle of a sibling, the parent is the run.
    private Activity? StartBelow(
        PipelineScope? ambient,
        string name,
        IEnumerable<KeyValuePair<string, object?>>? tags,
        ActivityLink[]? links,
        DateTimeOffset startTime
    )
    {
        var current = Activity.Current;
        if (
            NearestActivity is not { } nearest
            || ReferenceEquals(current, nearest)
            || ReferenceEquals(ambient, this) && Traces.IsWithin(current, nearest)
        )
            return Traces.Start(name, ActivityKind.Internal, default, tags, links, startTime);
        if (nearest.IsStopped)
            return Traces.Start(name, ActivityKind.Internal, nearest.Context, tags, links, startTime);
        Activity.Current = nearest;
        var span = Traces.Start(name, ActivityKind.Internal, default, tags, links, startTime);
        if (span is null)
            Activity.Current = current;
        return span;
    }
}
