namespace OtelPipeline.Data.TraceQL;

/// <summary>Makes nodes of checked expressions.</summary>
internal static class NodeCompiler<TSource>
    where TSource : struct, IFieldSource
{
    public static FieldNode<TSource> Compile(FieldExpression expression) =>
        expression switch
        {
            LiteralExpression literal => new LiteralNode<TSource>(literal.Value),
            ReferenceExpression reference => new ReferenceNode<TSource>(reference.Field),
            UnaryExpression unary => new UnaryNode<TSource>(unary.Operator, Compile(unary.Operand)),
            BinaryExpression { Operator: Operator.And } and => new AndNode<TSource>(Compile(and.Left), Compile(and.Right)),
            BinaryExpression { Operator: Operator.Or } or => new OrNode<TSource>(Compile(or.Left), Compile(or.Right)),
            BinaryExpression binary when binary.Operator.IsComparison() => Compare(binary),
            BinaryExpression binary => new BinaryNode<TSource>(binary.Operator, Compile(binary.Left), Compile(binary.Right)),
            _ => throw new InvalidOperationException($"No node for {expression}."),
        };

    private static FieldNode<TSource> Compare(BinaryExpression binary)
    {
        var (op, left, right) = (binary.Operator, binary.Left, binary.Right);
        if (left is LiteralExpression)
            (op, left, right) = (op.Flipped(), right, left);
        if (right is not LiteralExpression { Value: var literal })
            return new BinaryNode<TSource>(op, Compile(left), Compile(right));
        if (left is not ReferenceExpression { Field: var field })
            return new TestNode<TSource>(Compile(left), ValueTest.Create(op, literal));
        return field.Intrinsic is Intrinsic.TraceId or Intrinsic.SpanId or Intrinsic.ParentId
            ? new IdTestNode<TSource>(field.Intrinsic, op, literal.Text)
            : new FieldTestNode<TSource>(field, ValueTest.Create(op, literal));
    }
}
