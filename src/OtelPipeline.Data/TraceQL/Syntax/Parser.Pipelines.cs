namespace OtelPipeline.Data.TraceQL;

/// <content>Pipelines and what their stages are put together of.</content>
internal sealed partial class Parser
{
    /// <summary>A pipeline: its stages and, when it ends in a number or in time series, that.</summary>
    private sealed record Piped(int Start, IReadOnlyList<Stage> Stages, object? Result = null, Spansets? Single = null);

    private Piped ParsePipeline()
    {
        using var _ = Nest();
        var start = Current.Start;
        var stages = new List<Stage>();
        while (true)
        {
            if (IsMetricsFunction(Current))
                return new Piped(start, [], ParseMetricsStages(ParseMetricsFunction(start, stages)));
            if (TryParseSimpleStage(stages.Count == 0) is { } simple)
            {
                stages.Add(simple);
            }
            else
            {
                switch (ParseElement(AndOr))
                {
                    case ScalarFilterStage filter:
                        stages.Add(filter);
                        break;
                    case Spansets { IsFilter: false, StartsAsFilter: true } mixed:
                        throw OnlyPipelines(mixed.Stage.Start);
                    case Spansets { IsFilter: false } pipelines:
                        return stages.Count == 0 && Current.Kind != TokenKind.Pipe
                            ? new Piped(start, [pipelines.Stage], Single: pipelines)
                            : throw Error(
                                pipelines.Stage.Start,
                                "a pipeline in parentheses is no stage of another: write its stages without the parentheses"
                            );
                    case Spansets spansets:
                        stages.Add(spansets.Stage);
                        if (stages.Count == 1 && Current.Kind != TokenKind.Pipe)
                            return new Piped(start, stages, Single: spansets);
                        break;
                    case MetricsExpression metrics when stages.Count == 0:
                        return new Piped(start, [], ParseMetricsStages(metrics));
                    case AggregateExpression aggregate when Current.Kind is TokenKind.Close or TokenKind.End:
                        return new Piped(start, stages, aggregate);
                    case ScalarExpression scalar when stages.Count == 0 && Current.Kind is TokenKind.Close or TokenKind.End:
                        return new Piped(start, [], scalar);
                    case ScalarExpression scalar:
                        throw Error(scalar.Start, "a number is no stage of a pipeline: compare it, as in | count() > 2");
                    case var other:
                        throw Error(StartOf(other), "stands where a stage of a pipeline is expected");
                }
            }

            if (Current.Kind != TokenKind.Pipe)
                return new Piped(start, stages);
            TakeOperator();
        }
    }

    /// <summary><c>by()</c>, <c>select()</c> and <c>coalesce()</c>, which go with no operator.</summary>
    private Stage? TryParseSimpleStage(bool first)
    {
        var token = Current;
        if (token.Is("by"))
        {
            Take();
            Expect(TokenKind.Open, "'('");
            var expression = ParseField();
            Expect(TokenKind.Close, "')'");
            return new GroupStage(token.Start, expression, Slice(token.Start));
        }

        if (token.Is("select"))
        {
            Take();
            return new SelectStage(token.Start, ParseReferences());
        }

        if (!token.Is("coalesce"))
            return null;
        if (first)
            throw Error(
                token.Start,
                "a pipeline cannot start with coalesce(): put a filter before it, as in { … } | by(name) | coalesce()"
            );
        Take();
        Expect(TokenKind.Open, "'('");
        Expect(TokenKind.Close, "')'");
        return new CoalesceStage(token.Start);
    }

    private List<FieldReference> ParseReferences()
    {
        Expect(TokenKind.Open, "'('");
        var fields = new List<FieldReference>();
        do fields.Add(ParseReference());
        while (TryTake(TokenKind.Comma));
        Expect(TokenKind.Close, "')'");
        return fields;
    }

    private FieldReference ParseReference()
    {
        var token = Current;
        return TryParseReference()
            ?? throw Error(token.Start, $"{Describe(token)} stands where a field is expected, such as name or .http.method");
    }

    /// <summary>Sets of spans, numbers and time series with operators between them.</summary>
    private object ParseElement(int precedence)
    {
        using var _ = Nest();
        var left = ParseElementOperand();
        while (ElementPrecedence(Current.Kind) is var level && level >= precedence)
        {
            var token = TakeOperator();
            var right = ParseElement(level == Power ? level : level + 1);
            left = Combine(token, left, right);
        }

        return left;
    }

    private static int ElementPrecedence(TokenKind kind) =>
        BinaryOperator(kind) is var (_, level) ? level
        : SpansetOperatorOf(kind) is not null ? Comparison
        : 0;

    private object ParseElementOperand()
    {
        var token = Current;
        switch (token.Kind)
        {
            case TokenKind.OpenBrace:
                return new Spansets(ParseFilter(), IsFilter: true, IsPipeline: false, StartsAsFilter: true);
            case TokenKind.Open:
                return ParseParentheses();
            case TokenKind.Minus:
                Take();
                return ParseElement(Power) is ScalarLiteral literal
                    ? literal with
                    {
                        Start = token.Start,
                        Value = Evaluation.Negate(literal.Value),
                    }
                    : throw Error(token.Start, "only a number can be negated here");
            case TokenKind.Integer or TokenKind.Float or TokenKind.Duration:
                return new ScalarLiteral(token.Start, TryParseLiteral()!.Value);
            case TokenKind.Keyword when AggregateOf(token.Text) is { } aggregate:
                return ParseAggregate(aggregate);
            case TokenKind.Keyword when token.Text is "topk" or "bottomk":
                throw Unsupported(token);
        }

        if (IsMetricsFunction(token))
            throw Error(token.Start, $"{token.Text}() can only follow a pipeline, as in {{ … }} | {token.Text}(…)");
        throw Error(token.Start, $"{Describe(token)} stands where a filter is expected, as in {{ name = \"x\" }}");
    }

    private object ParseParentheses()
    {
        var start = Take().Start;
        var inner = ParsePipeline();
        Expect(TokenKind.Close, "')'");
        return inner switch
        {
            { Result: AggregateExpression, Stages.Count: > 0 } => throw Error(
                start,
                "a comparison of pipelines in parentheses is not supported, nor is it by Tempo: write { … } | count() > 2"
            ),
            { Result: { } result } => result,
            // parentheses around one filter or combination mean nothing
            { Single: { } single } => single with { IsPipeline = true },
            _ => new Spansets(new PipelineStage(start, inner.Stages), IsFilter: false, IsPipeline: true, StartsAsFilter: false),
        };
    }

    private AggregateExpression ParseAggregate(Aggregate aggregate)
    {
        var token = Take();
        Expect(TokenKind.Open, "'('");
        var operand = aggregate == Aggregate.Count ? null : ParseField();
        Expect(TokenKind.Close, "')'");
        return new AggregateExpression(token.Start, aggregate, operand, Slice(token.Start));
    }

    private static Aggregate? AggregateOf(string word) =>
        word switch
        {
            "count" => Aggregate.Count,
            "min" => Aggregate.Min,
            "max" => Aggregate.Max,
            "sum" => Aggregate.Sum,
            "avg" => Aggregate.Avg,
            _ => null,
        };

    private object Combine(Token token, object left, object right)
    {
        var start = StartOf(left);
        if (left is ScalarFilterStage or Spansets && right is ScalarFilterStage or Spansets)
        {
            if (SpansetOperatorOf(token.Kind) is not { } op)
                throw Error(
                    token.Start,
                    $"'{_query[token.Start..token.End]}' cannot stand between sets of spans: use &&, ||, >, >>, <, << or ~"
                );
            return left is Spansets leftSet && right is Spansets rightSet
                ? CombineSpansets(token, new CombineStage(start, op, leftSet.Stage, rightSet.Stage), leftSet, rightSet)
                : throw Error(
                    token.Start,
                    "a comparison of numbers is a stage of its own: write { … } | count() > 2, in parentheses to combine it"
                );
        }

        if (BinaryOperator(token.Kind) is var (scalarOp, level) && level != AndOr)
        {
            if (left is ScalarExpression leftScalar && right is ScalarExpression rightScalar)
                return CombineScalars(token, scalarOp, leftScalar, rightScalar);
            if (left is MetricsExpression || right is MetricsExpression)
                return CombineMetrics(token, scalarOp, left, right);
        }

        throw Error(token.Start, $"'{_query[token.Start..token.End]}' cannot stand between {Noun(left)} and {Noun(right)}");
    }

    private object CombineScalars(Token token, Operator op, ScalarExpression left, ScalarExpression right)
    {
        if (op is Operator.Regex or Operator.NotRegex)
            throw Error(token.Start, "numbers cannot be matched: use =, !=, <, <=, > or >=");
        if (op.IsComparison())
        {
            return left is ScalarLiteral && right is ScalarLiteral
                ? throw Error(token.Start, "one side must be count(), min(), max(), avg() or sum()")
                : new ScalarFilterStage(left.Start, op, left, right);
        }

        if (left is not ScalarLiteral leftLiteral || right is not ScalarLiteral rightLiteral)
            return new ScalarOperation(left.Start, op, left, right);
        if (leftLiteral.Value.Type == FieldType.Duration || rightLiteral.Value.Type == FieldType.Duration)
            throw Error(token.Start, "durations cannot be calculated with here: write the result");
        if (op is Operator.Modulo or Operator.Power)
            throw Error(token.Start, "numbers alone can only be calculated with +, -, * and /");
        var value = Evaluation.Binary(op, leftLiteral.Value, rightLiteral.Value);
        return value.Type == FieldType.Error ? throw Error(token.Start, "division by zero") : new ScalarLiteral(left.Start, value);
    }

    private static string Noun(object element) =>
        element switch
        {
            ScalarFilterStage or Spansets => "a set of spans",
            ScalarLiteral => "a number",
            ScalarExpression => "a number of spans",
            _ => "time series",
        };

    private static int StartOf(object element) =>
        element switch
        {
            ScalarFilterStage filter => filter.Start,
            Spansets spansets => spansets.Stage.Start,
            ScalarExpression scalar => scalar.Start,
            _ => ((MetricsExpression)element).Start,
        };
}
