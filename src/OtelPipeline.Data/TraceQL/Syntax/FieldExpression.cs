namespace OtelPipeline.Data.TraceQL;

/// <summary>What stands between braces: an expression over the fields of one span.</summary>
/// <param name="Start">Where it stands in the query.</param>
internal abstract record FieldExpression(int Start)
{
    public abstract FieldType ImpliedType { get; }

    /// <summary>Whether it names a field.</summary>
    public abstract bool ReferencesSpan { get; }

    /// <summary>The fields that it names.</summary>
    public IEnumerable<FieldReference> Fields() =>
        this switch
        {
            ReferenceExpression reference => [reference.Field],
            UnaryExpression unary => unary.Operand.Fields(),
            BinaryExpression binary => binary.Left.Fields().Concat(binary.Right.Fields()),
            _ => [],
        };
}

internal sealed record LiteralExpression(int Start, FieldValue Value) : FieldExpression(Start)
{
    public override FieldType ImpliedType => Value.Type;

    public override bool ReferencesSpan => false;
}

internal sealed record ReferenceExpression(int Start, FieldReference Field) : FieldExpression(Start)
{
    public override FieldType ImpliedType => Field.ImpliedType;

    public override bool ReferencesSpan => true;
}

internal sealed record UnaryExpression(int Start, Operator Operator, FieldExpression Operand) : FieldExpression(Start)
{
    public override FieldType ImpliedType => Operator is Operator.Exists or Operator.NotExists ? FieldType.Boolean : Operand.ImpliedType;

    public override bool ReferencesSpan => Operand.ReferencesSpan;
}

internal sealed record BinaryExpression(int Start, Operator Operator, int OperatorStart, FieldExpression Left, FieldExpression Right)
    : FieldExpression(Start)
{
    public override FieldType ImpliedType =>
        Operator.IsBoolean() ? FieldType.Boolean
        : Left.ImpliedType != FieldType.Attribute ? Left.ImpliedType
        : Right.ImpliedType;

    public override bool ReferencesSpan => Left.ReferencesSpan || Right.ReferencesSpan;
}
