namespace OtelPipeline.Data.TraceQL;

/// <summary>
/// Spans of one trace that a search has found. A query that judges spans one by one gives each as a set of its own, as soon as it is read.
/// </summary>
public sealed class Spanset
{
    /// <summary>The trace.</summary>
    public required TraceId TraceId { get; init; }

    /// <summary>The spans found, in the order read.</summary>
    public required IReadOnlyList<SpansetSpan> Spans { get; init; }

    /// <summary>What <c>by()</c> grouped by and what <c>count()</c>, <c>avg()</c> … computed, by the text of the function.</summary>
    public IReadOnlyList<KeyValuePair<string, AttributeValue>> Attributes { get; init; } = [];

    /// <summary>The name of the root of the trace; null when spans are judged one by one, empty when there is none.</summary>
    public string? RootName { get; init; }

    /// <summary>The service of the root of the trace; null when spans are judged one by one, empty when there is none.</summary>
    public string? RootServiceName { get; init; }

    /// <summary>From the first start to the last end in the trace, in nanoseconds; null when spans are judged one by one.</summary>
    public long? TraceDurationNano { get; init; }
}

/// <summary>A span that a search has found.</summary>
/// <param name="Span">The span. In a callback it is reused afterwards: <see cref="SpanRow.Clone"/> what must stay.</param>
/// <param name="Fields">The fields that <c>select()</c> asks for, by their names in the query; those that the span does not have are left out.</param>
public sealed record SpansetSpan(SpanRow Span, IReadOnlyList<KeyValuePair<string, AttributeValue>> Fields);
