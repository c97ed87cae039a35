namespace OtelPipeline.Data.TraceQL;

/// <summary>Makes nodes of checked expressions.</summary>
internal static class NodeCompiler<TSource>
    where TSource : struct, IFieldSource
{
    public static FieldNode<TSource> Compile(FieldExpression expression, FetchPlan plan) =>
        expression switch
        {
            LiteralExpression literal => new LiteralNode<TSource>(literal.Value),
            ReferenceExpression reference => new ReferenceNode<TSource>(reference.Field, plan),
            UnaryExpression { Operator: Operator.NotExists, Operand: ReferenceExpression absent } => new AbsentNode<TSource>(
                absent.Field,
                plan
            ),
            UnaryExpression unary => new UnaryNode<TSource>(unary.Operator, Compile(unary.Operand, plan)),
            BinaryExpression { Operator: Operator.And } and => new AndNode<TSource>(Compile(and.Left, plan), Compile(and.Right, plan)),
            BinaryExpression { Operator: Operator.Or } or => new OrNode<TSource>(Compile(or.Left, plan), Compile(or.Right, plan)),
            BinaryExpression binary when binary.Operator.IsComparison() => Compare(binary, plan),
            BinaryExpression binary => new BinaryNode<TSource>(binary.Operator, Compile(binary.Left, plan), Compile(binary.Right, plan)),
            _ => throw new InvalidOperationException($"No node for {expression}."),
        };

    private static FieldNode<TSource> Compare(BinaryExpression binary, FetchPlan plan)
    {
        var (op, left, right) = (binary.Operator, binary.Left, binary.Right);
        if (left is LiteralExpression)
            (op, left, right) = (op.Flipped(), right, left);
        if (right is not LiteralExpression { Value: var literal })
            return new BinaryNode<TSource>(op, Compile(left, plan), Compile(right, plan));
        if (left is not ReferenceExpression { Field: var field })
            return new TestNode<TSource>(Compile(left, plan), ValueTest.Create(op, literal));
        if (field.Scope is FieldScope.Event or FieldScope.Link)
            return new ElementTestNode<TSource>(field, ValueTest.Create(op, literal), plan);
        return field.Intrinsic is Intrinsic.TraceId or Intrinsic.SpanId or Intrinsic.ParentId
            ? new IdTestNode<TSource>(field.Intrinsic, op, literal.Text)
            : new FieldTestNode<TSource>(field, ValueTest.Create(op, literal), plan, turned: op != binary.Operator);
    }
}
