namespace OtelPipeline.Data.TraceQL;

/// <summary>A search, compiled: which spans it has to keep, what it finds among them, and which fields of them it shows.</summary>
internal sealed class SearchProgram
{
    private readonly FetchPlan _plan;
    private readonly TracePipeline _pipeline;
    private readonly FieldNode<SpanSource>[]? _entry;
    private readonly FieldNode<SpanSource>[] _filters;
    private readonly bool _planIsImplied;
    private readonly (string Name, FieldNode<SpanSource> Node)[] _fields;

    public SearchProgram(string query, IReadOnlyList<Stage> stages)
    {
        _plan = FetchPlan.Of(stages);
        _pipeline = new TracePipeline(query, stages, _plan);
        var entry = new List<FieldExpression>();
        var hasEntry = CollectEntryFilters(stages, entry);
        var filters = stages.OfType<FilterStage>().Select(stage => stage.Expression).ToList();
        _filters = [.. filters.Select(Compile)];
        _entry = hasEntry && !entry.Exists(TraceNeed.Of) ? [.. entry.Select(Compile)] : null;
        _planIsImplied = hasEntry && (_plan.All ? filters.TrueForAll(_plan.IsImpliedBy) : entry.TrueForAll(_plan.IsImpliedBy));
        _fields =
        [
            .. stages
                .OfType<SelectStage>()
                .SelectMany(select => select.Fields)
                .Distinct()
                .Select(field => (field.ToString(), (FieldNode<SpanSource>)new ReferenceNode<SpanSource>(field, null))),
        ];
    }

    /// <summary>Whether some filter can match the span; true when that takes the whole trace to know.</summary>
    public bool Wants(SpanRow row)
    {
        if (_entry is null)
            return true;
        var source = new SpanSource(row);
        foreach (var node in _entry)
        {
            if (node.Test(source))
                return true;
        }

        return false;
    }

    /// <summary>Whether a span that is judged alone is found: all stages are filters or select fields.</summary>
    public bool Matches(SpanRow row)
    {
        var source = new SpanSource(row);
        foreach (var node in _filters)
        {
            if (!node.Test(source))
                return false;
        }

        return _planIsImplied || _plan.Fetches(source, isInTree: false);
    }

    /// <summary>What is found in a trace.</summary>
    public IEnumerable<(TraceSpans Trace, SpanGroup Group)> Run(TraceSpans trace)
    {
        var places = new List<int>(trace.Count);
        for (var i = 0; i < trace.Count; i++)
        {
            if (
                trace.Entries[i].Row is not null
                && (_planIsImplied || _plan.Fetches(TracePipeline.Source(trace, i), isInTree: trace.Entries[i].Left != 0))
            )
                places.Add(i);
        }

        return places.Count == 0 ? [] : _pipeline.Run(trace, [.. places]).Select(group => (trace, group));
    }

    public Spanset ToSpanset(TraceSpans trace, SpanGroup group) =>
        new()
        {
            TraceId = trace.TraceId,
            RootName = trace.Facts.RootName,
            RootServiceName = trace.Facts.RootService,
            TraceDurationNano = trace.Facts.Duration,
            Attributes = [.. group.Attributes.Select(pair => KeyValuePair.Create(pair.Key, pair.Value.ToAttribute()))],
            Spans = [.. group.Spans.Select(place => ToSpan(TracePipeline.Source(trace, place)))],
        };

    public Spanset ToSpanset(SpanRow row) => new() { TraceId = row.TraceId, Spans = [ToSpan(new SpanSource(row))] };

    private SpansetSpan ToSpan(SpanSource source)
    {
        if (_fields.Length == 0)
            return new SpansetSpan(source.Row, []);
        var fields = new List<KeyValuePair<string, AttributeValue>>(_fields.Length);
        foreach (var (name, node) in _fields)
        {
            var value = node.Evaluate(source);
            if (!value.IsNil)
                fields.Add(KeyValuePair.Create(name, value.ToAttribute()));
        }

        return new SpansetSpan(source.Row, fields);
    }

    private FieldNode<SpanSource> Compile(FieldExpression filter) => NodeCompiler<SpanSource>.Compile(filter, _plan);

    /// <summary>The filters that see a span first; false when a pipeline starts with something else.</summary>
    private static bool CollectEntryFilters(IReadOnlyList<Stage> stages, List<FieldExpression> filters) =>
        stages[0] switch
        {
            FilterStage filter => Collect(filter, filters),
            CombineStage combine => CollectEntryFilters([combine.Left], filters) && CollectEntryFilters([combine.Right], filters),
            PipelineStage pipeline => CollectEntryFilters(pipeline.Stages, filters),
            _ => false,
        };

    private static bool Collect(FilterStage filter, List<FieldExpression> filters)
    {
        filters.Add(filter.Expression);
        return true;
    }
}
