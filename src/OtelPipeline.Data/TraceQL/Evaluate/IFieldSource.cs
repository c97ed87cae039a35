namespace OtelPipeline.Data.TraceQL;

/// <summary>
/// One record as a query sees it. Implementations are structs and queries are compiled for each, so that nothing is boxed.
/// </summary>
internal interface IFieldSource
{
    /// <summary>An intrinsic of the record itself, of its scope or of its trace; nil where the record has no such thing.</summary>
    FieldValue Get(Intrinsic intrinsic);

    /// <summary>The value of an attribute of the span, its resource or its instrumentation scope; false when there is none.</summary>
    bool TryGet(FieldScope scope, string key, out FieldValue value);

    TraceId TraceId { get; }

    SpanId SpanId { get; }

    SpanId ParentId { get; }

    /// <summary>Whether the record is a span, so that ids are there even when they are empty.</summary>
    bool IsSpan { get; }

    /// <summary>How many events, or links, there are.</summary>
    int Count(FieldScope scope);

    /// <summary>A field of an event or a link; false when it has no such attribute.</summary>
    bool TryGet(in FieldReference field, int index, out FieldValue value);

    TraceId LinkTraceId(int index);

    SpanId LinkSpanId(int index);
}
