namespace OtelPipeline.Data.TraceQL;

/// <summary>The structural operators: of two sets of spans of a trace, which spans stand in the relation.</summary>
internal static class SpanRelations
{
    /// <param name="op">The relation.</param>
    /// <param name="entries">All spans of the trace.</param>
    /// <param name="left">The spans on the left, as places in <paramref name="entries"/>.</param>
    /// <param name="right">The spans on the right, likewise.</param>
    /// <returns>Those of the right that stand in the relation to one of the left; of a union also those of the left, in the order of the trace.</returns>
    public static int[] Find(SpansetOperator op, ReadOnlySpan<SpanEntry> entries, int[] left, int[] right)
    {
        var negated = op is >= SpansetOperator.NotChild and <= SpansetOperator.NotSibling;
        var relation = op switch
        {
            SpansetOperator.NotChild or SpansetOperator.UnionChild => SpansetOperator.Child,
            SpansetOperator.NotParent or SpansetOperator.UnionParent => SpansetOperator.Parent,
            SpansetOperator.NotDescendant or SpansetOperator.UnionDescendant => SpansetOperator.Descendant,
            SpansetOperator.NotAncestor or SpansetOperator.UnionAncestor => SpansetOperator.Ancestor,
            SpansetOperator.NotSibling or SpansetOperator.UnionSibling => SpansetOperator.Sibling,
            _ => op,
        };
        var found = Select(relation, entries, left, right, negated);
        if (op < SpansetOperator.UnionChild)
            return [.. found];
        var other = relation switch
        {
            SpansetOperator.Child => SpansetOperator.Parent,
            SpansetOperator.Parent => SpansetOperator.Child,
            SpansetOperator.Descendant => SpansetOperator.Ancestor,
            SpansetOperator.Ancestor => SpansetOperator.Descendant,
            _ => relation,
        };
        found.AddRange(Select(other, entries, right, left, negated: false));
        return [.. found.Distinct().Order()];
    }

    /// <summary>The spans of both sets, each once, in the order of the trace.</summary>
    public static int[] Union(int[] left, int[] right) => [.. left.Union(right).Order()];

    private static List<int> Select(SpansetOperator relation, ReadOnlySpan<SpanEntry> entries, int[] left, int[] right, bool negated)
    {
        var found = new List<int>();
        var index = new RelationIndex(relation, entries, left);
        foreach (var candidate in right)
        {
            if (index.Holds(candidate, entries[candidate]) != negated)
                found.Add(candidate);
        }

        return found;
    }

    /// <summary>The left side, sorted or hashed such that each span of the right is judged by one look.</summary>
    private sealed class RelationIndex
    {
        private readonly SpansetOperator _relation;
        private readonly HashSet<int> _numbers = [];
        private readonly Dictionary<int, int> _siblings = [];
        private readonly HashSet<int> _left = [];
        private readonly int[] _starts = [];
        private readonly int[] _widest = [];

        public RelationIndex(SpansetOperator relation, ReadOnlySpan<SpanEntry> entries, int[] left)
        {
            _relation = relation;
            switch (relation)
            {
                case SpansetOperator.Child:
                    foreach (var i in left)
                        _numbers.Add(entries[i].Left);
                    break;
                case SpansetOperator.Parent:
                    foreach (var i in left)
                        _numbers.Add(entries[i].Parent);
                    break;
                case SpansetOperator.Sibling:
                    foreach (var i in left)
                    {
                        if (_left.Add(i))
                            _siblings[entries[i].Parent] = _siblings.GetValueOrDefault(entries[i].Parent) + 1;
                    }

                    break;
                default:
                    var sorted = new List<(int Left, int Right)>(left.Length);
                    foreach (var i in left)
                    {
                        if (entries[i].Left != 0)
                            sorted.Add((entries[i].Left, entries[i].Right));
                    }

                    sorted.Sort();
                    _starts = [.. sorted.Select(entry => entry.Left)];
                    _widest = new int[sorted.Count];
                    for (var i = 0; i < sorted.Count; i++)
                        _widest[i] = Math.Max(i == 0 ? 0 : _widest[i - 1], sorted[i].Right);
                    break;
            }
        }

        public bool Holds(int place, in SpanEntry span)
        {
            switch (_relation)
            {
                case SpansetOperator.Child:
                    return span.Parent != 0 && _numbers.Contains(span.Parent);
                case SpansetOperator.Parent:
                    return span.Left != 0 && _numbers.Contains(span.Left);
                case SpansetOperator.Sibling:
                    // a span is no sibling of itself
                    return span.Parent != 0 && _siblings.GetValueOrDefault(span.Parent) > (_left.Contains(place) ? 1 : 0);
                case SpansetOperator.Descendant:
                    // intervals are nested: the widest of those that start before is around it, or none is
                    var before = CountBelow(span.Left);
                    return span.Left != 0 && before > 0 && _widest[before - 1] > span.Right;
                default:
                    // one that starts inside also ends inside
                    var next = CountBelow(span.Left + 1);
                    return span.Left != 0 && next < _starts.Length && _starts[next] < span.Right;
            }
        }

        private int CountBelow(int start)
        {
            var found = Array.BinarySearch(_starts, start);
            return found < 0 ? ~found : found;
        }
    }
}
