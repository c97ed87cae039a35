using System.Diagnostics;
using System.Security.Cryptography;

namespace OtelPipeline.Internal;

/// <summary>Starts spans with the right parent.</summary>
internal static class Traces
{
    /// <summary>
    /// What a parent process handed down through the environment; set by <c>UsePipelineInstrumentation</c>. Runs that have no other parent
    /// continue it.
    /// </summary>
    public static volatile RemoteParent? Inherited;

    /// <summary>Starts a span; with a default <paramref name="parent"/> below <see cref="Activity.Current"/>. Null where nobody wants it.</summary>
    public static Activity? Start(
        string name,
        ActivityKind kind,
        ActivityContext parent,
        IEnumerable<KeyValuePair<string, object?>>? tags,
        ActivityLink[]? links,
        DateTimeOffset startTime
    )
    {
        var before = Activity.Current;
        try
        {
            return Instruments.Source.StartActivity(kind, parent, tags, links, startTime, name);
        }
        catch (Exception e)
        {
            PipelineEventSource.Report("start of a span", e);

            // a listener that throws after the span has become current leaves it to us: it must be ended like any other
            return Activity.Current is { } started && !ReferenceEquals(started, before) ? started : null;
        }
    }

    /// <summary>
    /// A span that nobody sees, current in place of one that was sampled out: samplers that follow the parent leave out what is started below it.
    /// The SDK does the same for roots.
    /// </summary>
    public static Activity StartUnsampled(string name, ActivityTraceId traceId)
    {
        var span = new Activity(name) { IsAllDataRequested = false };
        return span.SetParentId(traceId, default).Start();
    }

    /// <summary>Ends a span, which makes the one before it current again.</summary>
    public static void Stop(Activity span)
    {
        try
        {
            span.Stop();
        }
        catch (Exception e)
        {
            PipelineEventSource.Report("stop of a span", e);
            if (ReferenceEquals(Activity.Current, span))
                Activity.Current = span.Parent;
        }
    }

    /// <summary>Whether <paramref name="activity"/> is <paramref name="ancestor"/> or was started below it in this process.</summary>
    public static bool IsWithin(Activity? activity, Activity ancestor)
    {
        for (; activity is not null; activity = activity.Parent)
        {
            if (ReferenceEquals(activity, ancestor))
                return true;
        }

        return false;
    }

    /// <summary>
    /// A root context for a span that gets a trace of its own but shall be sampled like its run: it has no span id, the run's sampling flag
    /// (which parent-based samplers follow) and the first half of the run's trace id (which the SDK's ratio sampler decides by).
    /// </summary>
    public static ActivityContext OwnTrace(ActivityContext run)
    {
        Span<byte> id = stackalloc byte[16];
        RandomNumberGenerator.Fill(id);
        if (run.TraceId != default)
        {
            Span<byte> runId = stackalloc byte[16];
            run.TraceId.CopyTo(runId);
            runId[..8].CopyTo(id);
        }

        return new ActivityContext(ActivityTraceId.CreateFromBytes(id), default, run.TraceFlags);
    }
}

/// <summary>The span and run of the process that started this one.</summary>
internal sealed record RemoteParent(ActivityContext Context, string? RunId);
