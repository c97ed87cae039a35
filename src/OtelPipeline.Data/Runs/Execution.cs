namespace OtelPipeline.Data.Runs;

/// <summary>One execution of a node that a span told of.</summary>
internal sealed class Execution
{
    // links of a span are limited to 128 by default; a file may hold anything
    private const int MaxLinks = 1_000;
    private const int MaxDepth = 100;

    private readonly string[] _upstreamIds;

    public Execution(string node, in SpanView span)
    {
        Node = node;
        SpanId = span.SpanId;
        Start = span.Start;
        Duration = span.Duration > TimeSpan.Zero ? span.Duration : TimeSpan.Zero;
        _upstreamIds = [.. span.Links.Where(static l => l.Type == Keys.DependsOn).Take(MaxLinks).Select(static l => l.SpanId)];
    }

    public string Node { get; }
    public string SpanId { get; }
    public DateTimeOffset Start { get; }
    public TimeSpan Duration { get; }
    public DateTimeOffset End => Start + Duration;

    /// <summary>The execution that this one ran in; null directly in the run.</summary>
    public Execution? Parent { get; private set; }

    public int Depth { get; private set; }

    public List<Execution> Upstream { get; } = [];

    /// <summary>Finds parents and upstream nodes again: spans come in any order, so a later one may be either.</summary>
    public static void Resolve(List<Execution> executions, Dictionary<string, string> parents)
    {
        var byId = new Dictionary<string, Execution>(StringComparer.Ordinal);
        foreach (var execution in executions)
            byId[execution.SpanId] = execution;
        foreach (var execution in executions)
        {
            execution.Parent = execution.FindParent(byId, parents);
            execution.Upstream.Clear();
            foreach (var id in execution._upstreamIds)
            {
                if (byId.TryGetValue(id, out var upstream) && upstream != execution)
                    execution.Upstream.Add(upstream);
            }
        }

        // a file may claim that spans are each other's parents
        foreach (var execution in executions)
        {
            if (execution.CountParents() >= MaxDepth)
                execution.Parent = null;
        }

        foreach (var execution in executions)
            execution.Depth = execution.CountParents();
    }

    private int CountParents()
    {
        var count = 0;
        for (var parent = Parent; parent is not null && count < MaxDepth; parent = parent.Parent)
            count++;
        return count;
    }

    // between two nodes there may be an attempt, a check, an item or a span of the user's own
    private Execution? FindParent(Dictionary<string, Execution> byId, Dictionary<string, string> parents)
    {
        var id = SpanId;
        for (var i = 0; i < MaxDepth && parents.TryGetValue(id, out var parentId); i++)
        {
            if (byId.TryGetValue(parentId, out var parent) && parent != this)
                return parent;
            id = parentId;
        }

        return null;
    }
}
