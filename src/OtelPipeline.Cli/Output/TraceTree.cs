using OtelPipeline.Data;

namespace OtelPipeline.Cli.Output;

/// <summary>The spans of a trace in the order of their tree, each with its depth; siblings by start.</summary>
internal static class TraceTree
{
    public static List<(SpanRow Span, int Depth)> Of(List<SpanRow> spans)
    {
        var known = spans.Select(span => span.SpanId).ToHashSet();
        var children = spans.ToLookup(span => span.ParentSpanId);
        var tree = new List<(SpanRow, int)>(spans.Count);
        var seen = new HashSet<SpanRow>(ReferenceEqualityComparer.Instance);
        // where a parent is missing (sampled out, not ended, in another file) its children stand as roots
        foreach (
            var root in spans
                .Where(span => span.ParentSpanId.IsEmpty || !known.Contains(span.ParentSpanId))
                .OrderBy(span => span.StartTimeUnixNano)
        )
            Add(root);
        // spans that are their own ancestors
        foreach (var span in spans)
            Add(span);
        return tree;

        void Add(SpanRow root)
        {
            var open = new Stack<(SpanRow Span, int Depth)>([(root, 0)]);
            while (open.TryPop(out var node))
            {
                if (!seen.Add(node.Span))
                    continue;
                tree.Add(node);
                if (node.Span.SpanId.IsEmpty)
                    continue;
                foreach (var child in children[node.Span.SpanId].OrderByDescending(span => span.StartTimeUnixNano))
                    open.Push((child, node.Depth + 1));
            }
        }
    }
}
