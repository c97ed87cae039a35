namespace OtelPipeline.Data.TraceQL;

/// <summary>The fields of a record as Tempo stores them.</summary>
internal static class Fields
{
    /// <summary>An intrinsic of the record, its scope or its trace.</summary>
    public static FieldValue OfRecord<TSource>(in TSource source, in FieldReference field)
        where TSource : struct, IFieldSource =>
        field.Intrinsic switch
        {
            // ids as text, as Tempo shows them; a root has the parent of zeros
            Intrinsic.TraceId => source.IsSpan || !source.TraceId.IsEmpty
                ? FieldValue.Of(source.TraceId.ToString().TrimStart('0'))
                : default,
            Intrinsic.SpanId => source.IsSpan || !source.SpanId.IsEmpty ? FieldValue.Of(source.SpanId.ToString()) : default,
            Intrinsic.ParentId => source.IsSpan ? FieldValue.Of(source.ParentId.ToString()) : default,
            var intrinsic => source.Get(intrinsic),
        };

    /// <summary>An attribute of the span, the resource or the instrumentation scope; false when it is not there.</summary>
    public static bool TryOfScope<TSource>(in TSource source, FieldScope scope, string key, out FieldValue value)
        where TSource : struct, IFieldSource
    {
        if (source.TryGet(scope, key, out value))
            return true;
        // Tempo keeps the name of the service in a column that is never nil
        if (scope != FieldScope.Resource || key != "service.name")
            return false;
        value = FieldValue.Of("");
        return true;
    }

    /// <summary>A field of an event or a link.</summary>
    public static FieldValue OfElement<TSource>(in TSource source, in FieldReference field, int index, out bool found)
        where TSource : struct, IFieldSource
    {
        switch (field.Intrinsic)
        {
            case Intrinsic.LinkTraceId:
                found = true;
                return FieldValue.Of(source.LinkTraceId(index).ToString().TrimStart('0'));
            case Intrinsic.LinkSpanId:
                found = true;
                return FieldValue.Of(source.LinkSpanId(index).ToString());
            default:
                found = source.TryGet(field, index, out var value);
                return value;
        }
    }
}
