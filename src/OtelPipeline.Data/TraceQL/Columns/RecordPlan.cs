namespace OtelPipeline.Data.TraceQL;

/// <summary>
/// What somebody asks of all spans, or of all events: filters and fields. A filter is taken apart at its <c>&amp;&amp;</c> into parts that ask for one field
/// each, so that over columns a part is computed once for each value in a dictionary, and not once for each row.
/// </summary>
internal sealed class RecordPlan(TelemetrySignals signal)
{
    private readonly List<FieldReference> _fields = [];
    private readonly List<RecordPart> _parts = [];
    private readonly Dictionary<SpanFilter, int[]> _filters = new(ReferenceEqualityComparer.Instance);

    public TelemetrySignals Signal => signal;

    public IReadOnlyList<FieldReference> Fields => _fields;

    public IReadOnlyList<RecordPart> Parts => _parts;

    /// <summary>The parts of a filter that was added.</summary>
    public int[] PartsOf(SpanFilter filter) => _filters[filter];

    /// <summary>False for what needs the whole row.</summary>
    public bool TryAdd(SpanFilter filter)
    {
        var parts = new List<int>();
        var ofElements = new HashSet<FieldReference>();
        if (filter.ByItself is not var (expression, plan) || !Split(expression, plan, parts, ofElements) || ofElements.Count > 1)
            return false;
        _filters[filter] = [.. parts];
        return true;
    }

    /// <summary>The number of the field; -1 for what needs the whole row.</summary>
    public int AddField(FieldReference field)
    {
        if (!IsOfRow(field))
            return -1;
        var index = _fields.IndexOf(field);
        if (index < 0)
        {
            index = _fields.Count;
            _fields.Add(field);
        }

        return index;
    }

    private bool Split(FieldExpression expression, FetchPlan plan, List<int> parts, HashSet<FieldReference> ofElements)
    {
        if (expression is BinaryExpression { Operator: Operator.And } and)
            return Split(and.Left, plan, parts, ofElements) && Split(and.Right, plan, parts, ofElements);
        if (expression is LiteralExpression { Value.IsTrue: true })
            return true;
        if (OnlyField(expression) is not { } field || AddField(field) is not (>= 0 and var number))
            return false;
        if (field.Scope == FieldScope.Event)
            ofElements.Add(field);

        // a comparison of the name is the same in every filter: its rows are looked for once
        var isShared =
            field.Intrinsic is Intrinsic.Name or Intrinsic.EventName or Intrinsic.Kind
            && expression is BinaryExpression { Operator: Operator.Equal, Left: ReferenceExpression, Right: LiteralExpression };
        var known = isShared ? _parts.FindIndex(p => p.Shared is { } other && other.Equals(expression)) : -1;
        if (known < 0)
        {
            known = _parts.Count;
            _parts.Add(new RecordPart(number, field, NodeCompiler<ValueSource>.Compile(expression, plan), isShared ? expression : null));
        }

        parts.Add(known);
        return true;
    }

    private static FieldReference? OnlyField(FieldExpression expression)
    {
        switch (expression)
        {
            case ReferenceExpression reference:
                return reference.Field;
            case UnaryExpression unary:
                return OnlyField(unary.Operand);
            case BinaryExpression { Left: LiteralExpression } binary:
                return OnlyField(binary.Right);
            case BinaryExpression { Right: LiteralExpression } binary:
                return OnlyField(binary.Left);
            case BinaryExpression binary:
                return OnlyField(binary.Left) is { } field && field.Equals(OnlyField(binary.Right)) ? field : null;
            default:
                return null;
        }
    }

    private bool IsOfRow(FieldReference field) =>
        field.Intrinsic switch
        {
            Intrinsic.Name => true,
            Intrinsic.Kind or Intrinsic.Status or Intrinsic.StatusMessage or Intrinsic.Duration => signal == TelemetrySignals.Spans,
            Intrinsic.EventName => signal == TelemetrySignals.Events,
            // the service's name is on every resource
            Intrinsic.None => field.Name != "service.name"
                && (
                    field.Scope is FieldScope.None or FieldScope.Span
                    || (field.Scope == FieldScope.Event && signal == TelemetrySignals.Events)
                ),
            _ => false,
        };
}

/// <summary>What a filter says about one field.</summary>
/// <param name="Number">The number of the field in the plan.</param>
/// <param name="Field">The field.</param>
/// <param name="Node">What it says.</param>
/// <param name="Shared">The expression where filters may share the part, else null.</param>
internal sealed record RecordPart(int Number, FieldReference Field, FieldNode<ValueSource> Node, FieldExpression? Shared);

/// <summary>One value of one field of a span, or of an event; nil where it is not there. Nothing else of the record is known.</summary>
internal readonly struct ValueSource(FieldReference field, FieldValue value, bool isSpan) : IFieldSource
{
    public TraceId TraceId => default;

    public SpanId SpanId => default;

    public SpanId ParentId => default;

    public bool IsSpan => isSpan;

    public FieldValue Get(Intrinsic intrinsic) => intrinsic == field.Intrinsic ? value : default;

    public bool TryGet(FieldScope scope, string key, out FieldValue found)
    {
        found = value;
        return scope == FieldScope.Span && field.Intrinsic == Intrinsic.None && !value.IsNil;
    }

    public int Count(FieldScope scope) => scope == FieldScope.Event && !isSpan ? 1 : 0;

    public bool TryGet(in FieldReference reference, int index, out FieldValue found)
    {
        found = value;
        return !value.IsNil;
    }

    public TraceId LinkTraceId(int index) => default;

    public SpanId LinkSpanId(int index) => default;
}
