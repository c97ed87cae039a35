namespace OtelPipeline.Data.Runs;

/// <summary>The longest chain of executions that had to wait for each other.</summary>
internal readonly record struct CriticalPath(IReadOnlyList<PathStep> Steps, TimeSpan Length)
{
    public static CriticalPath Of(List<Execution> executions)
    {
        if (executions.Count == 0)
            return new([], TimeSpan.Zero);
        var inner = executions.Where(static e => e.Parent is not null).ToLookup(static e => e.Parent!);
        var edges = Edges(executions);
        var steps = new List<PathStep>();
        var length = Append(executions.Where(static e => e.Parent is null), inner, edges, depth: 0, steps);
        return new(steps, length);
    }

    private static TimeSpan Append(
        IEnumerable<Execution> siblings,
        ILookup<Execution, Execution> inner,
        ILookup<Execution, Execution> edges,
        int depth,
        List<PathStep> steps
    )
    {
        // a node can only link to nodes that started before it, so the order of starts is a topological one; a link that says otherwise is ignored
        var best = new Dictionary<Execution, (TimeSpan Length, Execution? Before)>();
        Execution? last = null;
        foreach (var execution in siblings.OrderBy(static e => e.Start))
        {
            var (length, before) = (execution.Duration, (Execution?)null);
            foreach (var upstream in edges[execution])
            {
                if (!best.TryGetValue(upstream, out var chain))
                    continue;
                var begin = execution.Start > upstream.End ? execution.Start : upstream.End;
                var own = execution.End > begin ? execution.End - begin : TimeSpan.Zero;
                if (before is null || chain.Length + own > length)
                    (length, before) = (chain.Length + own, upstream);
            }

            best[execution] = (length, before);
            if (last is null || length > best[last].Length)
                last = execution;
        }

        var path = new Stack<Execution>();
        for (var execution = last; execution is not null; execution = best[execution].Before)
            path.Push(execution);
        foreach (var execution in path)
        {
            steps.Add(new PathStep(execution.Node, execution.Duration, depth));
            if (inner.Contains(execution))
                Append(inner[execution], inner, edges, depth + 1, steps);
        }

        return last is null ? TimeSpan.Zero : best[last].Length;
    }

    /// <summary>Who waited for whom, between executions that lie in the same one: a link from inside a node holds for the node.</summary>
    private static ILookup<Execution, Execution> Edges(List<Execution> executions) =>
        executions
            .SelectMany(static e => e.Upstream.Select(u => Level(e, u)))
            .Where(static edge => edge.Waiting != edge.Upstream)
            .Distinct()
            .ToLookup(static edge => edge.Waiting, static edge => edge.Upstream);

    private static (Execution Waiting, Execution Upstream) Level(Execution waiting, Execution upstream)
    {
        while (waiting.Depth > upstream.Depth)
            waiting = waiting.Parent!;
        while (upstream.Depth > waiting.Depth)
            upstream = upstream.Parent!;
        while (waiting.Parent != upstream.Parent)
            (waiting, upstream) = (waiting.Parent!, upstream.Parent!);
        return (waiting, upstream);
    }
}
