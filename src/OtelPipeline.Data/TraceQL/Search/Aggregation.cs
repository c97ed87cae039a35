namespace OtelPipeline.Data.TraceQL;

/// <summary><c>count()</c>, <c>avg()</c> and the like, and calculations with them.</summary>
internal static class Aggregation
{
    /// <summary>Computes the number of a group and notes the aggregates on the way; nil when no span has a value.</summary>
    public delegate FieldValue Scalar(TraceSpans trace, ref SpanGroup group);

    public static Scalar Compile(ScalarExpression expression, FetchPlan plan)
    {
        switch (expression)
        {
            case ScalarLiteral literal:
                return (TraceSpans _, ref SpanGroup _) => literal.Value;
            case ScalarOperation operation:
                var (left, right) = (Compile(operation.Left, plan), Compile(operation.Right, plan));
                return (TraceSpans trace, ref SpanGroup group) =>
                    Evaluation.Binary(operation.Operator, left(trace, ref group), right(trace, ref group));
            default:
                var aggregate = (AggregateExpression)expression;
                var node = aggregate.Operand is null ? null : NodeCompiler<SpanSource>.Compile(aggregate.Operand, plan);
                return (TraceSpans trace, ref SpanGroup group) =>
                {
                    var value = node is null
                        ? FieldValue.Of((long)group.Spans.Length)
                        : Compute(aggregate.Aggregate, node, trace, group.Spans);
                    if (!value.IsNil)
                        group = group.With(aggregate.Label, value);
                    return value;
                };
        }
    }

    private static FieldValue Compute(Aggregate aggregate, FieldNode<SpanSource> node, TraceSpans trace, int[] spans)
    {
        FieldValue result = default;
        var count = 0;
        foreach (var place in spans)
        {
            var value = node.Evaluate(TracePipeline.Source(trace, place));
            if (value.Type is FieldType.Nil or FieldType.Error)
                continue;
            result =
                count++ == 0 ? value
                : aggregate == Aggregate.Min
                    ? Order(value, result) < 0 ? value
                        : result
                : aggregate == Aggregate.Max
                    ? Order(value, result) > 0 ? value
                        : result
                : Sum(result, value);
        }

        return aggregate == Aggregate.Avg ? Divide(result, count) : result;
    }

    /// <summary>As Tempo orders: numbers by value, other types each by itself.</summary>
    private static int Order(in FieldValue left, in FieldValue right) =>
        left.Type.IsNumeric() && right.Type.IsNumeric()
            ? left.Type == right.Type && left.Type != FieldType.Float
                ? left.Bits.CompareTo(right.Bits)
                : left.Double.CompareTo(right.Double)
            : left.Type != right.Type
                ? ((int)left.Type).CompareTo((int)right.Type)
                : left.Type == FieldType.String
                    ? Texts.Compare(left, right)
                    : left.Bits.CompareTo(right.Bits);

    // what is of another type than the first is left out, as in Tempo
    private static FieldValue Sum(in FieldValue sum, in FieldValue value) =>
        sum.Type != value.Type
            ? sum
            : sum.Type switch
            {
                FieldType.Int => FieldValue.Of(unchecked(sum.Bits + value.Bits)),
                FieldType.Duration => FieldValue.Duration(unchecked(sum.Bits + value.Bits)),
                FieldType.Float => FieldValue.Of(sum.Double + value.Double),
                _ => sum,
            };

    private static FieldValue Divide(in FieldValue sum, int count) =>
        sum.Type switch
        {
            FieldType.Int or FieldType.Float => FieldValue.Of(sum.Double / count),
            FieldType.Duration => FieldValue.Duration(sum.Bits / count),
            _ => sum,
        };
}
