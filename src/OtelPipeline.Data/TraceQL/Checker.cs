namespace OtelPipeline.Data.TraceQL;

/// <summary>Checks the types of a query as Tempo does, and computes what needs no span.</summary>
internal sealed class Checker(string query)
{
    /// <exception cref="TraceQLException">Something does not go together.</exception>
    public SyntaxTree Check(SyntaxTree tree) => new(Check(tree.Stages), tree.Metrics is null ? null : Check(tree.Metrics));

    private TraceQLException Error(int position, string reason) => new(query, position, reason);

    private Stage[] Check(IReadOnlyList<Stage> stages) => [.. stages.Select(Check)];

    private Stage Check(Stage stage) =>
        stage switch
        {
            FilterStage filter => filter with { Expression = CheckFilter(filter.Expression) },
            CombineStage combine => combine with { Left = Check(combine.Left), Right = Check(combine.Right) },
            PipelineStage pipeline => pipeline with { Stages = Check(pipeline.Stages) },
            GroupStage group => group with { Expression = CheckReferences(group.Expression, "by()") },
            ScalarFilterStage scalar => Check(scalar),
            _ => stage,
        };

    private MetricsExpression Check(MetricsExpression metrics) =>
        metrics switch
        {
            MetricsPipeline pipeline => pipeline with { Stages = Check(pipeline.Stages) },
            MetricsOperation operation => operation with { Left = Check(operation.Left), Right = Check(operation.Right) },
            MetricsScalarOperation operation => operation with { Series = Check(operation.Series) },
            MetricsFilter filter => filter with { Series = Check(filter.Series) },
            _ => metrics,
        };

    private FieldExpression CheckFilter(FieldExpression expression)
    {
        var checkedExpression = Check(expression);
        return checkedExpression.ImpliedType is FieldType.Boolean or FieldType.Attribute
            ? checkedExpression
            : throw Error(
                expression.Start,
                $"{checkedExpression.ImpliedType.Name()} is no condition: compare it, as in {{ duration > 1s }}"
            );
    }

    private FieldExpression CheckReferences(FieldExpression expression, string function)
    {
        var checkedExpression = Check(expression);
        return checkedExpression.ReferencesSpan
            ? checkedExpression
            : throw Error(expression.Start, $"{function} must name a field of the span, such as name or .http.method");
    }

    private ScalarFilterStage Check(ScalarFilterStage stage)
    {
        var (left, right) = (Check(stage.Left), Check(stage.Right));
        CheckTypes(stage.Operator, stage.Start, left.ImpliedType, right.ImpliedType);
        return stage with { Left = left, Right = right };
    }

    private ScalarExpression Check(ScalarExpression scalar)
    {
        switch (scalar)
        {
            case AggregateExpression { Operand: { } operand } aggregate:
                var checkedOperand = CheckReferences(operand, aggregate.Label);
                return checkedOperand.ImpliedType == FieldType.Attribute || checkedOperand.ImpliedType.IsNumeric()
                    ? aggregate with
                    {
                        Operand = checkedOperand,
                    }
                    : throw Error(operand.Start, $"{aggregate.Label} needs numbers, not {checkedOperand.ImpliedType.Name()}");
            case ScalarOperation operation:
                var (left, right) = (Check(operation.Left), Check(operation.Right));
                CheckTypes(operation.Operator, operation.Start, left.ImpliedType, right.ImpliedType);
                return operation with { Left = left, Right = right };
            default:
                return scalar;
        }
    }

    private void CheckTypes(Operator op, int position, FieldType left, FieldType right)
    {
        if (!FieldTypes.Matches(left, right))
            throw Error(
                position,
                $"{left.Name()} and {right.Name()} cannot be put together by {op.Symbol()}: both sides must be of one type"
            );
        foreach (var type in (ReadOnlySpan<FieldType>)[left, right])
        {
            if (!op.Allows(type))
                throw Error(position, $"{op.Symbol()} does not go with {type.Name()}");
        }
    }

    private FieldExpression Check(FieldExpression expression) =>
        expression switch
        {
            UnaryExpression unary => Check(unary),
            BinaryExpression binary => Check(binary),
            _ => expression,
        };

    private FieldExpression Check(UnaryExpression unary)
    {
        var operand = Check(unary.Operand);
        var type = operand.ImpliedType;
        if (unary.Operator == Operator.NotExists && operand is ReferenceExpression reference)
        {
            if (reference.Field.IsIntrinsic)
                throw Error(unary.Start, $"{reference.Field} cannot be nil: every span has it");
            if (reference.Field is { Scope: FieldScope.Resource, Name: "service.name" })
                throw Error(unary.Start, "resource.service.name cannot be nil: compare it with \"\"");
        }

        if (type != FieldType.Attribute)
        {
            if (unary.Operator == Operator.Negate && !type.IsNumeric())
                throw Error(unary.Start, $"{type.Name()} cannot be negated by -");
            if (unary.Operator == Operator.Not && type != FieldType.Boolean)
                throw Error(unary.Start, $"{type.Name()} cannot be negated by !: put the comparison in parentheses, as in !(name = \"x\")");
        }

        return operand switch
        {
            LiteralExpression literal => new LiteralExpression(unary.Start, Evaluation.Unary(unary.Operator, literal.Value)),
            _ => unary with { Operand = operand },
        };
    }

    private FieldExpression Check(BinaryExpression binary)
    {
        var (left, right) = (Check(binary.Left), Check(binary.Right));
        CheckTypes(binary.Operator, binary.OperatorStart, left.ImpliedType, right.ImpliedType);
        if (binary.Operator is Operator.Regex or Operator.NotRegex)
            return CheckRegex(binary, left, right);
        if (
            !binary.Operator.IsEquality()
            && (left, right)
                is
                    (ReferenceExpression { Field.IsId: true }, LiteralExpression)
                    or
                    (LiteralExpression, ReferenceExpression { Field.IsId: true })
        )
        {
            throw Error(binary.OperatorStart, "ids can only be compared with a value by = and !=");
        }

        if (left is not LiteralExpression leftLiteral || right is not LiteralExpression rightLiteral)
            return binary with { Left = left, Right = right };
        var value = Evaluation.Binary(binary.Operator, leftLiteral.Value, rightLiteral.Value);
        return value.Type == FieldType.Error
            ? throw Error(binary.OperatorStart, "division by zero")
            : new LiteralExpression(binary.Start, value);
    }

    private FieldExpression CheckRegex(BinaryExpression binary, FieldExpression left, FieldExpression right)
    {
        if (right is not LiteralExpression { Value.Type: FieldType.String } pattern)
            throw Error(right.Start, $"a regular expression in quotes is expected after {binary.Operator.Symbol()}");
        if (left is ReferenceExpression { Field.IsId: true })
            throw Error(binary.OperatorStart, "ids can only be compared with a value by = and !=");
        if (!TextPattern.TryParse(pattern.Value.Text, out var regex, out var why))
            throw Error(right.Start, $"the regular expression is not valid: {why}");
        var negated = binary.Operator == Operator.NotRegex;
        return left switch
        {
            LiteralExpression literal => new LiteralExpression(binary.Start, FieldValue.Of(regex.IsMatch(literal.Value) != negated)),
            _ => binary with { Left = left, Right = right },
        };
    }
}
