namespace OtelPipeline.Data.TraceQL;

/// <summary>A field of the record; of events and links the first that has it.</summary>
internal sealed class ReferenceNode<TSource>(FieldReference field) : FieldNode<TSource>
    where TSource : struct, IFieldSource
{
    public override FieldValue Evaluate(in TSource source)
    {
        switch (field.Scope)
        {
            case FieldScope.Event or FieldScope.Link:
                var count = source.Count(field.Scope);
                for (var i = 0; i < count; i++)
                {
                    var element = Fields.OfElement(source, field, i);
                    if (!element.IsNil)
                        return element;
                }

                return default;
            case var _ when field.IsId:
                return Fields.Id(source, field.Intrinsic);
            case var _ when field.IsIntrinsic:
                return source.Get(field.Intrinsic);
            case FieldScope.None:
                return
                    source.TryGet(FieldScope.Span, field.Name, out var value) || source.TryGet(FieldScope.Resource, field.Name, out value)
                    ? value
                    : default;
            default:
                return Fields.OfScope(source, field);
        }
    }
}

/// <summary>A comparison of a field with a literal; of events and links one is enough.</summary>
internal sealed class FieldTestNode<TSource>(FieldReference field, ValueTest test) : FieldNode<TSource>
    where TSource : struct, IFieldSource
{
    public override FieldValue Evaluate(in TSource source) => FieldValue.Of(Test(source));

    public override bool Test(in TSource source)
    {
        switch (field.Scope)
        {
            case FieldScope.None:
                return (
                        source.TryGet(FieldScope.Span, field.Name, out var value)
                        || source.TryGet(FieldScope.Resource, field.Name, out value)
                    ) && test.Test(value);
            case FieldScope.Event or FieldScope.Link:
                var count = source.Count(field.Scope);
                for (var i = 0; i < count; i++)
                {
                    if (test.Test(Fields.OfElement(source, field, i)))
                        return true;
                }

                return false;
            default:
                return test.Test(field.IsIntrinsic ? source.Get(field.Intrinsic) : Fields.OfScope(source, field));
        }
    }
}

/// <summary>A comparison of an id of the record with a literal.</summary>
internal sealed class IdTestNode<TSource> : FieldNode<TSource>
    where TSource : struct, IFieldSource
{
    private readonly Intrinsic _intrinsic;
    private readonly bool _equal;
    private readonly TraceId? _traceId;
    private readonly SpanId? _spanId;

    public IdTestNode(Intrinsic intrinsic, Operator op, string text)
    {
        _intrinsic = intrinsic;
        _equal = op == Operator.Equal;
        // as in Tempo ids are compared as text in lower case: leading zeros of a trace id do not count, those of a span id do
        var isLower = !text.AsSpan().ContainsAnyInRange('A', 'F');
        if (intrinsic == Intrinsic.TraceId)
            _traceId = isLower && TraceId.TryParse(text.PadLeft(TraceId.Size * 2, '0'), out var traceId) ? traceId : null;
        else
            _spanId = isLower && SpanId.TryParse(text, out var spanId) ? spanId : null;
    }

    public override FieldValue Evaluate(in TSource source) => FieldValue.Of(Test(source));

    public override bool Test(in TSource source)
    {
        if (_intrinsic == Intrinsic.TraceId)
        {
            var traceId = source.TraceId;
            return (source.IsSpan || !traceId.IsEmpty) && (traceId == _traceId) == _equal;
        }

        var spanId = _intrinsic == Intrinsic.SpanId ? source.SpanId : source.ParentId;
        // a root has no parent, not even the one of zeros
        return (source.IsSpan || !spanId.IsEmpty) && (!spanId.IsEmpty && spanId == _spanId) == _equal;
    }
}

internal static class Fields
{
    public static FieldValue OfScope<TSource>(in TSource source, in FieldReference field)
        where TSource : struct, IFieldSource =>
        source.TryGet(field.Scope, field.Name, out var value) ? value
        // Tempo keeps the name of the service in a column that is never nil
        : field is { Scope: FieldScope.Resource, Name: "service.name" } ? FieldValue.Of("")
        : default;

    public static FieldValue OfElement<TSource>(in TSource source, in FieldReference field, int index)
        where TSource : struct, IFieldSource =>
        field.Intrinsic switch
        {
            Intrinsic.LinkTraceId => FieldValue.Of(source.LinkTraceId(index).ToString().TrimStart('0')),
            Intrinsic.LinkSpanId => FieldValue.Of(source.LinkSpanId(index).ToString()),
            _ => source.TryGet(field, index, out var value) ? value : default,
        };

    /// <summary>An id as text, as Tempo shows it.</summary>
    public static FieldValue Id<TSource>(in TSource source, Intrinsic intrinsic)
        where TSource : struct, IFieldSource =>
        intrinsic switch
        {
            Intrinsic.TraceId when source.IsSpan || !source.TraceId.IsEmpty => FieldValue.Of(source.TraceId.ToString().TrimStart('0')),
            Intrinsic.SpanId when source.IsSpan || !source.SpanId.IsEmpty => FieldValue.Of(source.SpanId.ToString()),
            Intrinsic.ParentId when source.IsSpan => FieldValue.Of(source.ParentId.ToString()),
            _ => default,
        };
}
