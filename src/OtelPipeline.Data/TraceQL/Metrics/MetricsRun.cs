using OtelPipeline.Data.Files;
using OtelPipeline.Data.Json;

namespace OtelPipeline.Data.TraceQL;

/// <summary>One run of a metrics query: takes spans, gives series.</summary>
internal sealed class MetricsRun : SpanConsumer
{
    // what a chart can show by far, and memory bears
    private const int MaxSteps = 1_000_000;

    private readonly MetricsExpression _expression;
    private readonly List<MetricsProgram> _programs = [];
    private readonly bool _whole;
    private readonly TraceCollector _traces;
    private readonly TimeSteps _steps;
    private readonly long _since;
    private readonly long _until;

    public MetricsRun(TraceQLQuery query, TraceQLSearchOptions? options)
    {
        ArgumentNullException.ThrowIfNull(query);
        _expression =
            query.Tree.Metrics ?? throw new ArgumentException("The query gives spans, not time series: use Search.", nameof(query));
        Options = options ?? new TraceQLSearchOptions();
        (_since, _until) = (Options.SinceNano, Options.UntilNano);
        _steps = new TimeSteps(Options);
        _whole = query.NeedsWholeTraces;
        _traces = new TraceCollector(Options.MaxHeldSpans);
        Collect(query.Text, _expression);
        var filters = _programs
            .Select(program => (program, ColumnFilter.TryCreate(program.Pipeline.Stages, program.Pipeline.Fields, _until)))
            .ToList();
        if (!_whole)
            Projection = ProjectionOf(_programs.Select(program => program.Pipeline));
        if (!_whole && filters.TrueForAll(pair => pair.Item2 is not null))
            Sink = new MetricsColumnSink(this, filters!);
    }

    /// <summary>What looks at Parquet files; null when all rows must be read.</summary>
    public override SpanColumnSink? Sink { get; }

    /// <summary>What is looked at of spans that are read as rows; null when that is not known.</summary>
    public SpanProjection? Projection { get; }

    public TraceQLSearchOptions Options { get; }

    /// <summary>Whether all spans of a trace must be seen together, so that parts of files cannot be looked at by themselves.</summary>
    public bool NeedsWholeTraces => _whole;

    public override void Take(SpanRow row) => Add(row, reused: true);

    /// <summary>Takes what another run of the same query has found elsewhere.</summary>
    /// <exception cref="TraceQLLimitException">There are too many series.</exception>
    public void Merge(MetricsRun other)
    {
        if (other._steps.IsEmpty)
            return;
        Cover(other._steps.First);
        Cover(other._steps.Last);
        for (var i = 0; i < _programs.Count; i++)
        {
            if (other._steps.Width != _steps.Width)
                other._programs[i].Widen(other._steps.Width, _steps.Width);
            _programs[i].Merge(other._programs[i]);
        }
    }

    /// <summary>Takes a span.</summary>
    /// <param name="row">The span.</param>
    /// <param name="reused">Whether the row is another one after the call.</param>
    public void Add(SpanRow row, bool reused)
    {
        if (_whole)
        {
            _traces.Add(row, _programs.Exists(program => program.Search.Wants(row)), reused);
            return;
        }

        foreach (var program in _programs)
        {
            if (program.Search.Matches(row))
                Add(program, new SpanSource(row));
        }
    }

    /// <summary>Takes the rows whose flag is set.</summary>
    public void Add(MetricsProgram program, SpanColumnGroup columns, Span<bool> mask)
    {
        var column = columns.Number("start_time_unix_nano");
        if (!column.TryGetLongs(out var times))
        {
            var copy = new long[mask.Length];
            for (var i = 0; i < copy.Length; i++)
                copy[i] = column.Integer(i) ?? 0;
            times = copy;
        }

        if (_since > long.MinValue || _until < long.MaxValue)
        {
            for (var i = 0; i < mask.Length; i++)
                mask[i] &= times[i] >= _since & times[i] <= _until;
        }

        var isAscending = TimeSteps.IsAscending(times);
        var (first, last) = isAscending ? Ends(mask, times) : Bounds(mask, times);
        if (first > last)
            return;
        Cover(first);
        Cover(last);
        program.Add(columns, mask, times, isAscending, _steps.Width);
    }

    private static SpanProjection ProjectionOf(IEnumerable<MetricsPipeline> pipelines)
    {
        var fields = new HashSet<FieldReference>();
        foreach (var pipeline in pipelines)
        {
            fields.UnionWith(pipeline.Fields);
            foreach (var filter in pipeline.Stages.OfType<FilterStage>())
                fields.UnionWith(filter.Expression.Fields());
        }

        return new SpanProjection(
            fields.Any(field => field.Intrinsic == Intrinsic.Name),
            fields.Any(field => field.IsId),
            fields.Any(field => field.Intrinsic == Intrinsic.Status),
            fields.Any(field => field.Intrinsic == Intrinsic.StatusMessage),
            fields.Where(field => !field.IsIntrinsic && field.Scope is FieldScope.None or FieldScope.Span).Select(field => field.Name)
        );
    }

    private static (long First, long Last) Ends(ReadOnlySpan<bool> mask, ReadOnlySpan<long> times) =>
        mask.IndexOf(true) is >= 0 and var first ? (times[first], times[mask.LastIndexOf(true)]) : (long.MaxValue, long.MinValue);

    private static (long First, long Last) Bounds(ReadOnlySpan<bool> mask, ReadOnlySpan<long> times)
    {
        var (first, last) = (long.MaxValue, long.MinValue);
        for (var i = 0; i < mask.Length; i++)
        {
            first = Math.Min(first, mask[i] ? times[i] : long.MaxValue);
            last = Math.Max(last, mask[i] ? times[i] : long.MinValue);
        }

        return (first, last);
    }

    public TimeSeriesResult Complete()
    {
        foreach (var trace in _traces.Complete())
        {
            foreach (var program in _programs)
            {
                foreach (var (_, group) in program.Search.Run(trace))
                {
                    foreach (var place in group.Spans)
                        Add(program, TracePipeline.Source(trace, place));
                }
            }
        }

        if (_steps.IsEmpty)
            return new TimeSeriesResult([], TimeSpan.FromTicks(_steps.Width / 100), []);
        var width = _steps.FinalWidth();
        if (width != _steps.Width)
        {
            foreach (var program in _programs)
                program.Widen(_steps.Width, width);
        }

        var first = TimeSteps.IndexOf(_steps.First, width);
        var count = TimeSteps.IndexOf(_steps.Last, width) - first + 1;
        if (count > MaxSteps)
            throw new TraceQLLimitException($"The query gives {count} steps, more than {MaxSteps}: choose a wider Step or a shorter time.");
        var times = new long[count];
        for (var i = 0; i < times.Length; i++)
            times[i] = (first + i + 1) * width;
        var results = SeriesMath.Evaluate(
            _expression,
            pipeline => _programs.Find(program => ReferenceEquals(program.Pipeline, pipeline))!.Results(first, times.Length, width)
        );
        return new TimeSeriesResult(
            times,
            TimeSpan.FromTicks(width / 100),
            [
                .. results
                    .OrderBy(series => series.SortKey(), StringComparer.Ordinal)
                    .Select(series => new TimeSeries(
                        series.Labels.ConvertAll(label => KeyValuePair.Create(label.Key, label.Value.ToAttribute())),
                        series.Values
                    )),
            ]
        );
    }

    private void Add(MetricsProgram program, in SpanSource source)
    {
        var time = source.Row.StartTimeUnixNano;
        if (time < _since || time > _until)
            return;
        Cover(time);
        program.Add(source, _steps.Width);
    }

    private void Cover(long time)
    {
        var before = _steps.Width;
        if (!_steps.Cover(time))
            return;
        foreach (var program in _programs)
            program.Widen(before, _steps.Width);
    }

    private void Collect(string query, MetricsExpression expression)
    {
        switch (expression)
        {
            case MetricsPipeline pipeline:
                _programs.Add(new MetricsProgram(query, pipeline));
                break;
            case MetricsOperation operation:
                Collect(query, operation.Left);
                Collect(query, operation.Right);
                break;
            case MetricsScalarOperation operation:
                Collect(query, operation.Series);
                break;
            case MetricsFilter filter:
                Collect(query, filter.Series);
                break;
        }
    }
}
