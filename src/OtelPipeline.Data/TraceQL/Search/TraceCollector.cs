namespace OtelPipeline.Data.TraceQL;

/// <summary>Sorts spans by trace, within a bound.</summary>
internal sealed class TraceCollector(long maxSpans)
{
    // what an entry takes beside a row
    private const int EntriesPerRow = 10;

    private readonly Dictionary<TraceId, TraceSpans> _byId = [];
    private readonly List<TraceSpans> _traces = [];
    private long _cost;

    /// <exception cref="TraceQLLimitException">There are more spans than may be held.</exception>
    public void Add(SpanRow row, bool keep, bool reused)
    {
        _cost += keep ? EntriesPerRow : 1;
        if (_cost / EntriesPerRow >= maxSpans)
        {
            throw new TraceQLLimitException(
                $"The query needs whole traces, and they hold more than {maxSpans} spans: narrow the paths, or raise {nameof(TraceQLSearchOptions.MaxHeldSpans)} where there is memory, about 1 KB per span."
            );
        }

        if (!_byId.TryGetValue(row.TraceId, out var trace))
        {
            _byId.Add(row.TraceId, trace = new TraceSpans(row.TraceId));
            _traces.Add(trace);
        }

        trace.Add(
            row,
            !keep ? null
                : reused ? row.Clone()
                : row
        );
    }

    /// <summary>The traces in the order of their first spans, each complete; every trace is given once and then let go.</summary>
    public IEnumerable<TraceSpans> Complete()
    {
        _byId.Clear();
        for (var i = 0; i < _traces.Count; i++)
        {
            var trace = _traces[i];
            _traces[i] = null!;
            trace.Complete();
            yield return trace;
        }
    }
}
