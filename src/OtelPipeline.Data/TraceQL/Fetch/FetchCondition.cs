namespace OtelPipeline.Data.TraceQL;

/// <summary>What Tempo's storage is asked for because of one place in a query.</summary>
/// <param name="Field">The field.</param>
/// <param name="Test">What a value must satisfy to be fetched; null when all are.</param>
/// <param name="Absent">Whether the field must not be there.</param>
internal sealed record FetchCondition(FieldReference Field, ValueTest? Test, bool Absent = false);

/// <summary>What a query asks of the storage.</summary>
internal sealed class FetchConditions
{
    public List<FetchCondition> Items { get; } = [];

    /// <summary>Whether a span must satisfy all of them, which is so for conditions joined by <c>&amp;&amp;</c>; else one is enough.</summary>
    public bool All { get; private set; } = true;

    /// <summary>Whether some filter takes all spans; false where fields of all spans are asked for anyway.</summary>
    public bool Everything { get; private set; }

    /// <summary>Whether a relation between spans is asked for, which makes every span that hangs on a root come.</summary>
    public bool Structure { get; private set; }

    public static FetchConditions Of(IEnumerable<Stage> stages)
    {
        var conditions = new FetchConditions();
        foreach (var stage in stages)
            conditions.Add(stage);
        return conditions;
    }

    private void Add(Stage stage)
    {
        switch (stage)
        {
            case FilterStage { Expression: LiteralExpression { Value.IsTrue: true } }:
                Everything |= !Structure && !Items.Exists(item => item is { Field.IsIntrinsic: true, Test: null, Absent: false });
                break;
            case FilterStage filter:
                Add(filter.Expression);
                break;
            case CombineStage combine:
                Structure |= combine.Operator > SpansetOperator.Union;
                Add(combine.Left);
                Add(combine.Right);
                All = false;
                break;
            case PipelineStage pipeline:
                foreach (var inner in pipeline.Stages)
                    Add(inner);
                break;
            case GroupStage group:
                Add(group.Expression);
                All = false;
                break;
            case ScalarFilterStage scalar:
                Add(scalar.Left);
                Add(scalar.Right);
                break;
        }
    }

    private void Add(ScalarExpression scalar)
    {
        switch (scalar)
        {
            case AggregateExpression aggregate:
                All = false;
                if (aggregate.Operand is not null)
                    Add(aggregate.Operand);
                break;
            case ScalarOperation operation:
                Add(operation.Left);
                Add(operation.Right);
                break;
        }
    }

    private void Add(FieldExpression expression)
    {
        switch (expression)
        {
            case ReferenceExpression reference:
                Items.Add(new FetchCondition(reference.Field, null));
                break;
            case UnaryExpression { Operator: Operator.NotExists, Operand: ReferenceExpression absent }:
                Items.Add(new FetchCondition(absent.Field, null, Absent: true));
                break;
            case UnaryExpression unary:
                Add(unary.Operand);
                break;
            case BinaryExpression { Operator: Operator.And or Operator.Or } list when ListTest.TryCreate(list, out var field) is { } test:
                Items.Add(new FetchCondition(field!, test));
                break;
            case BinaryExpression { Left: ReferenceExpression left, Right: LiteralExpression literal } binary:
                Items.Add(Condition(left.Field, binary.Operator, literal.Value));
                break;
            // the operator is not turned round with the sides: 3 < .x fetches what is below 3, in Tempo and here
            case BinaryExpression { Left: LiteralExpression literal, Right: ReferenceExpression right } binary:
                Items.Add(Condition(right.Field, binary.Operator, literal.Value));
                break;
            case BinaryExpression binary:
                Add(binary.Left);
                Add(binary.Right);
                All &= binary.Operator != Operator.Or || binary.Left is ReferenceExpression or LiteralExpression;
                break;
        }
    }

    private static FetchCondition Condition(FieldReference field, Operator op, FieldValue literal) =>
        new(field, op.IsComparison() ? ValueTest.Create(op, literal) : null);
}
