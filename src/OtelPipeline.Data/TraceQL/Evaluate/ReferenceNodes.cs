namespace OtelPipeline.Data.TraceQL;

/// <summary>A field of the record, as the query sees it.</summary>
internal sealed class ReferenceNode<TSource>(FieldReference field, FetchPlan? plan) : FieldNode<TSource>
    where TSource : struct, IFieldSource
{
    private readonly FetchScope? _scope = plan?.Of(field);

    public override FieldValue Evaluate(in TSource source)
    {
        switch (field.Scope)
        {
            case FieldScope.Event or FieldScope.Link:
                return plan is null ? FirstElement(source) : plan.OfElements(source, field);
            case FieldScope.None:
                return source.TryGet(FieldScope.Span, field.Name, out var value)
                    ? _scope is null
                        ? value
                        : _scope.Visible(value)
                    : !Fields.TryOfScope(source, FieldScope.Resource, field.Name, out value)
                        ? default
                        : plan is null
                            ? value
                            : plan.Resource.Visible(value);
            default:
                if (field.IsIntrinsic)
                    value = Fields.OfRecord(source, field);
                else if (!Fields.TryOfScope(source, field.Scope, field.Name, out value))
                    return default;
                return _scope is null ? value
                    : field.IsIntrinsic ? _scope.Visible(field.Intrinsic, value)
                    : _scope.Visible(value);
        }
    }

    private FieldValue FirstElement(in TSource source)
    {
        var count = source.Count(field.Scope);
        for (var i = 0; i < count; i++)
        {
            var value = Fields.OfElement(source, field, i, out var found);
            if (found)
                return value;
        }

        return default;
    }
}

/// <summary><c>.x = nil</c>: not there, on the span or on the resource.</summary>
internal sealed class AbsentNode<TSource>(FieldReference field, FetchPlan plan) : FieldNode<TSource>
    where TSource : struct, IFieldSource
{
    public override FieldValue Evaluate(in TSource source) => FieldValue.Of(Test(source));

    public override bool Test(in TSource source)
    {
        if (field.Scope is FieldScope.Event or FieldScope.Link)
            return plan.IsAbsentInElements(source, field);
        if (field.Scope != FieldScope.None)
            return !Fields.TryOfScope(source, field.Scope, field.Name, out _);
        return !source.TryGet(FieldScope.Span, field.Name, out _)
            // what the query asks for elsewhere is there, so that nobody looks at the resource
            || !plan.Span.Keys.Contains(field.Name) && !Fields.TryOfScope(source, FieldScope.Resource, field.Name, out _);
    }
}

/// <summary>A comparison of a field of the record with a literal.</summary>
/// <param name="field">The field.</param>
/// <param name="test">The comparison.</param>
/// <param name="plan">What the query gets to see.</param>
/// <param name="turned">Whether the literal stood first, so that what is fetched and what is wanted differ.</param>
internal sealed class FieldTestNode<TSource>(FieldReference field, ValueTest test, FetchPlan plan, bool turned) : FieldNode<TSource>
    where TSource : struct, IFieldSource
{
    private readonly FetchScope _scope = plan.Of(field);

    public override FieldValue Evaluate(in TSource source) => FieldValue.Of(Test(source));

    public override bool Test(in TSource source)
    {
        if (field.IsIntrinsic)
        {
            var intrinsic = source.Get(field.Intrinsic);
            return test.Test(intrinsic) && (!turned || !_scope.Visible(field.Intrinsic, intrinsic).IsNil);
        }

        FieldValue value;
        if (field.Scope != FieldScope.None)
            return Fields.TryOfScope(source, field.Scope, field.Name, out value) && Test(_scope, value);
        return source.TryGet(FieldScope.Span, field.Name, out value)
            ? Test(_scope, value)
            : Fields.TryOfScope(source, FieldScope.Resource, field.Name, out value) && Test(plan.Resource, value);
    }

    // a value of the type that is compared with is seen if it matters
    private bool Test(FetchScope scope, in FieldValue value) =>
        value.Type == test.Literal.Type && !turned ? test.Test(value) : scope.Test(value, test);
}

/// <summary>A comparison of a field of events or links with a literal.</summary>
internal sealed class ElementTestNode<TSource>(FieldReference field, ValueTest test, FetchPlan plan) : FieldNode<TSource>
    where TSource : struct, IFieldSource
{
    public override FieldValue Evaluate(in TSource source) => FieldValue.Of(Test(source));

    public override bool Test(in TSource source) => test.Test(plan.OfElements(source, field));
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
