using System.Runtime.InteropServices;

namespace OtelPipeline.Data.TraceQL;

/// <summary>What relations between spans need of one of them; of a span that no filter can match it is all that is kept.</summary>
internal struct SpanEntry
{
    public SpanRow? Row;
    public SpanId Id;
    public SpanId ParentId;
    public SpanKind Kind;

    /// <summary>The place in the tree as a nested set; 0 where the span hangs on no root.</summary>
    public int Left;
    public int Right;

    /// <summary><see cref="Left"/> of the parent, -1 at a root, 0 where it is unknown.</summary>
    public int Parent;
    public int ChildCount;
}

/// <summary>The spans of one trace while they are collected.</summary>
internal sealed class TraceSpans(TraceId traceId)
{
    private readonly List<SpanEntry> _entries = [];
    private long _start = long.MaxValue;
    private long _end = long.MinValue;
    private string _rootName = "";
    private string _rootService = "";

    public TraceId TraceId => traceId;

    public int Count => _entries.Count;

    public ReadOnlySpan<SpanEntry> Entries => CollectionsMarshal.AsSpan(_entries);

    public TraceFacts Facts { get; private set; } = new(0, "", "");

    public bool Overlaps(long since, long until) => _end >= since && _start <= until;

    /// <summary>Adds a span.</summary>
    /// <param name="row">The span, read now.</param>
    /// <param name="kept">The span to keep; null when no filter can match it.</param>
    public void Add(SpanRow row, SpanRow? kept)
    {
        _start = Math.Min(_start, row.StartTimeUnixNano);
        _end = Math.Max(_end, row.EndTimeUnixNano);
        // the last root counts, as in Tempo
        if (row.ParentSpanId.IsEmpty && !IsChildByLink(row))
            (_rootName, _rootService) = (row.Name, row.Resource.ServiceName ?? "");
        _entries.Add(
            new SpanEntry
            {
                Row = kept,
                Id = row.SpanId,
                ParentId = row.ParentSpanId,
                Kind = row.Kind,
            }
        );
    }

    /// <summary>Computes what all spans together tell.</summary>
    public void Complete()
    {
        Facts = new TraceFacts(_end - _start, _rootName, _rootService);
        SpanTree.Number(CollectionsMarshal.AsSpan(_entries));
    }

    // what bridges from OpenTracing write
    private static bool IsChildByLink(SpanRow row)
    {
        foreach (var link in row.Links)
        {
            if (link.TraceId == row.TraceId && link.Attributes.GetString("opentracing.ref_type") == "child_of")
                return true;
        }

        return false;
    }
}
