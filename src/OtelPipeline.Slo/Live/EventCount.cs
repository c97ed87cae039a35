using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace OtelPipeline.Slo.Live;

/// <summary>
/// One series of <c>slo.events</c>. A measurement costs more than the whole judgement of an event, so several events become one: the first after each
/// collection, and then every sixteenth, is measured at once and can become an exemplar; what is left is measured when a collection begins.
/// </summary>
internal sealed class EventCount(KeyValuePair<string, object?>[] tags)
{
    private const int Many = 16;

    private int _waiting;
    private volatile int _due = 1;

    public void Add(Counter<long> counter, Activity? span)
    {
        if (Interlocked.Increment(ref _waiting) < _due)
            return;
        _due = Many;
        using (Ambient.Of(span))
            counter.Add(Interlocked.Exchange(ref _waiting, 0), tags);
    }

    /// <summary>Measures what waits; 0 where nothing does, so that the series is there.</summary>
    public void Flush(Counter<long> counter)
    {
        _due = 1;
        counter.Add(Interlocked.Exchange(ref _waiting, 0), tags);
    }
}
