namespace OtelPipeline.Data.TraceQL;

/// <summary>
/// Numbers the spans of a trace as a nested set, the way Tempo does: what hangs on no root has no numbers, and no relation is true of it.
/// </summary>
internal static class SpanTree
{
    public static void Number(Span<SpanEntry> spans)
    {
        // Zipkin gives the two sides of a call one id; more than two are no tree
        var byId = new Dictionary<SpanId, (int First, int Second)>(spans.Length);
        var hasRoot = false;
        for (var i = 0; i < spans.Length; i++)
        {
            hasRoot |= spans[i].ParentId.IsEmpty;
            if (!byId.TryGetValue(spans[i].Id, out var known))
                byId.Add(spans[i].Id, (i, -1));
            else if (known.Second < 0)
                byId[spans[i].Id] = (known.First, i);
            else
                return;
        }

        if (!hasRoot)
            return;
        // children in a linked list per parent, in the order read
        var (firstChild, lastChild, nextSibling, parents) = (Filled(spans), Filled(spans), Filled(spans), Filled(spans));
        for (var i = 0; i < spans.Length; i++)
        {
            var parent = ParentOf(spans, byId, i);
            parents[i] = parent;
            if (parent < 0)
                continue;
            spans[parent].ChildCount++;
            if (firstChild[parent] < 0)
                firstChild[parent] = i;
            else
                nextSibling[lastChild[parent]] = i;
            lastChild[parent] = i;
        }

        var bound = 1;
        for (var root = 0; root < spans.Length; root++)
        {
            if (!spans[root].ParentId.IsEmpty)
                continue;
            spans[root].Left = bound++;
            spans[root].Parent = -1;
            for (var node = root; node >= 0; )
            {
                // the list is eaten up on the way, so that no stack is needed
                var child = firstChild[node];
                if (child >= 0)
                {
                    firstChild[node] = nextSibling[child];
                    spans[child].Left = bound++;
                    spans[child].Parent = spans[node].Left;
                    node = child;
                }
                else
                {
                    spans[node].Right = bound++;
                    node = parents[node];
                }
            }
        }
    }

    private static int[] Filled(Span<SpanEntry> spans)
    {
        var array = new int[spans.Length];
        Array.Fill(array, -1);
        return array;
    }

    private static int ParentOf(Span<SpanEntry> spans, Dictionary<SpanId, (int First, int Second)> byId, int index)
    {
        ref readonly var span = ref spans[index];
        if (span.ParentId.IsEmpty || !byId.TryGetValue(span.ParentId, out var candidates))
            return -1;
        if (candidates.Second < 0)
            return candidates.First;
        var wanted = span.Kind == SpanKind.Server ? SpanKind.Client : SpanKind.Server;
        return spans[candidates.First].Kind == wanted ? candidates.First
            : spans[candidates.Second].Kind == wanted ? candidates.Second
            : -1;
    }
}
