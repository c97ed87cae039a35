namespace OtelPipeline.Data.TraceQL;

/// <summary>A set of spans of a trace on its way through a pipeline.</summary>
/// <param name="Spans">Places in the trace.</param>
/// <param name="Attributes">What groups and aggregates said.</param>
internal sealed record SpanGroup(int[] Spans, IReadOnlyList<KeyValuePair<string, FieldValue>> Attributes)
{
    public SpanGroup With(string label, FieldValue value) =>
        this with
        {
            Attributes = [.. Attributes.Where(attribute => attribute.Key != label), new(label, value)],
        };
}

/// <summary>A pipeline, compiled, over the spans of one trace at a time.</summary>
internal sealed class TracePipeline
{
    private readonly string _query;
    private readonly FetchPlan _plan;
    private readonly Step[] _steps;

    public TracePipeline(string query, IReadOnlyList<Stage> stages, FetchPlan plan)
    {
        _query = query;
        _plan = plan;
        _steps = [.. stages.Select(Compile)];
    }

    private delegate List<SpanGroup> Step(TraceSpans trace, List<SpanGroup> groups);

    /// <exception cref="TraceQLException">A relation was asked of several groups of one trace.</exception>
    public List<SpanGroup> Run(TraceSpans trace, int[] spans) => Run(_steps, trace, [new SpanGroup(spans, [])]);

    private static List<SpanGroup> Run(Step[] steps, TraceSpans trace, List<SpanGroup> groups)
    {
        foreach (var step in steps)
        {
            groups = step(trace, groups);
            if (groups.Count == 0)
                break;
        }

        return groups;
    }

    public static SpanSource Source(TraceSpans trace, int place)
    {
        ref readonly var entry = ref trace.Entries[place];
        return new SpanSource(entry.Row!, trace.Facts, entry.ChildCount);
    }

    private Step Compile(Stage stage) =>
        stage switch
        {
            FilterStage filter => Filter(NodeCompiler<SpanSource>.Compile(filter.Expression, _plan)),
            CombineStage combine => Combine(combine),
            PipelineStage pipeline => Inner(pipeline),
            GroupStage group => Group(group.Label, NodeCompiler<SpanSource>.Compile(group.Expression, _plan)),
            CoalesceStage => static (_, groups) => [new SpanGroup([.. groups.SelectMany(group => group.Spans).Order()], [])],
            ScalarFilterStage scalar => ScalarFilter(scalar),
            _ => static (_, groups) => groups,
        };

    private static Step Filter(FieldNode<SpanSource> node) =>
        (trace, groups) =>
        {
            var found = new List<SpanGroup>();
            foreach (var group in groups)
            {
                var matched = Array.FindAll(group.Spans, place => trace.Entries[place].Row is not null && node.Test(Source(trace, place)));
                if (matched.Length > 0)
                    found.Add(group with { Spans = matched });
            }

            return found;
        };

    private Step Inner(PipelineStage pipeline)
    {
        var steps = pipeline.Stages.Select(Compile).ToArray();
        return (trace, groups) => Run(steps, trace, groups);
    }

    private Step Combine(CombineStage combine)
    {
        var (left, right, op) = (Compile(combine.Left), Compile(combine.Right), combine.Operator);
        return (trace, groups) =>
        {
            var found = new List<SpanGroup>();
            foreach (var group in groups)
            {
                var (leftGroups, rightGroups) = (left(trace, [group]), right(trace, [group]));
                var spans = op switch
                {
                    SpansetOperator.And when leftGroups.Count == 0 || rightGroups.Count == 0 => [],
                    SpansetOperator.And or SpansetOperator.Union => SpanRelations.Union(Spans(leftGroups), Spans(rightGroups)),
                    _ when rightGroups.Count == 0 => [],
                    _ when leftGroups.Count > 1 || rightGroups.Count > 1 => throw new TraceQLException(
                        _query,
                        combine.Start,
                        "spans of several groups of a trace cannot be related: put | coalesce() after by(…)"
                    ),
                    _ => SpanRelations.Find(op, trace.Entries, Spans(leftGroups), Spans(rightGroups)),
                };
                if (spans.Length > 0)
                    found.Add(group with { Spans = spans });
            }

            return found;
        };
    }

    private static int[] Spans(List<SpanGroup> groups) =>
        groups.Count == 1 ? groups[0].Spans : [.. groups.SelectMany(group => group.Spans)];

    private static Step Group(string label, FieldNode<SpanSource> node) =>
        (trace, groups) =>
        {
            var found = new List<SpanGroup>();
            foreach (var group in groups)
            {
                var byValue = new Dictionary<FieldValue, List<int>>(FieldValueComparer.Instance);
                foreach (var place in group.Spans)
                {
                    var value = node.Evaluate(Source(trace, place));
                    if (!byValue.TryGetValue(value, out var places))
                        byValue.Add(value, places = []);
                    places.Add(place);
                }

                found.AddRange(byValue.Select(pair => group.With(label, pair.Key) with { Spans = [.. pair.Value] }));
            }

            return found;
        };

    private Step ScalarFilter(ScalarFilterStage stage)
    {
        var (left, right) = (Aggregation.Compile(stage.Left, _plan), Aggregation.Compile(stage.Right, _plan));
        return (trace, groups) =>
        {
            var found = new List<SpanGroup>();
            foreach (var group in groups)
            {
                var current = group;
                var leftValue = left(trace, ref current);
                var rightValue = right(trace, ref current);
                if (Evaluation.Binary(stage.Operator, leftValue, rightValue).IsTrue)
                    found.Add(current);
            }

            return found;
        };
    }
}
