using System.Diagnostics;

namespace OtelPipeline.Slo.Live;

/// <summary>
/// Makes the trace of a span that ends that of what is recorded meanwhile. Mostly the span is current still; where it is not, it cannot become it
/// again, because it has stopped, and a span that nobody listens to stands in for it with its trace.
/// </summary>
internal readonly ref struct Ambient
{
    private readonly Activity? _before;
    private readonly Activity? _standIn;

    private Ambient(Activity? before, Activity? standIn) => (_before, _standIn) = (before, standIn);

    public static Ambient Of(Activity? span)
    {
        var current = Activity.Current;
        if (span is null || ReferenceEquals(current, span))
            return default;
        Activity.Current = null;
        var standIn = new Activity("").SetParentId(span.TraceId, span.SpanId, span.ActivityTraceFlags).Start();
        return new Ambient(current, standIn);
    }

    public void Dispose()
    {
        if (_standIn is null)
            return;
        _standIn.Stop();
        Activity.Current = _before;
    }
}
