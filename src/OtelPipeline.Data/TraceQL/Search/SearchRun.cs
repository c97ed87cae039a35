namespace OtelPipeline.Data.TraceQL;

/// <summary>One run of a search: takes spans, gives what is found.</summary>
internal sealed class SearchRun
{
    private readonly SearchProgram _program;
    private readonly bool _whole;
    private readonly TraceCollector _traces;
    private readonly long _since;
    private readonly long _until;
    private int _found;

    public SearchRun(TraceQLQuery query, TraceQLSearchOptions? options)
    {
        ArgumentNullException.ThrowIfNull(query);
        if (query.IsMetrics)
            throw new ArgumentException("The query gives time series, not spans: use Measure.", nameof(query));
        Options = options ?? new TraceQLSearchOptions();
        (_since, _until) = (Options.SinceNano, Options.UntilNano);
        _program = new SearchProgram(query.Text, query.Tree.Stages);
        _whole = query.NeedsWholeTraces;
        _traces = new TraceCollector(Options.MaxHeldSpans);
        if (ColumnFilter.TryCreate(query.Tree.Stages, [], _until) is { } filter)
            Sink = new SearchColumnSink(filter);
    }

    /// <summary>What looks at Parquet files; null when all rows must be read.</summary>
    public SpanColumnSink? Sink { get; }

    public TraceQLSearchOptions Options { get; }

    /// <summary>Whether all spans of a trace must be seen together, so that parts of files cannot be looked at by themselves.</summary>
    public bool NeedsWholeTraces => _whole;

    public bool IsFull => _found >= Options.Limit;

    /// <summary>Takes a span.</summary>
    /// <param name="row">The span.</param>
    /// <param name="reused">Whether the row is another one after the call.</param>
    /// <param name="keep">Whether what is found is looked at after the call.</param>
    public Spanset? Add(SpanRow row, bool reused, bool keep = false)
    {
        if (_whole)
        {
            _traces.Add(row, _program.Wants(row), reused);
            return null;
        }

        if (IsFull || row.EndTimeUnixNano < _since || row.StartTimeUnixNano > _until || !_program.Matches(row))
            return null;
        _found++;
        return _program.ToSpanset(reused && keep ? row.Clone() : row);
    }

    /// <summary>What only all spans together tell.</summary>
    public IEnumerable<Spanset> Complete()
    {
        foreach (var trace in _traces.Complete())
        {
            if (!trace.Overlaps(_since, _until))
                continue;
            foreach (var (_, group) in _program.Run(trace))
            {
                if (IsFull)
                    yield break;
                _found++;
                yield return _program.ToSpanset(trace, group);
            }
        }
    }
}
