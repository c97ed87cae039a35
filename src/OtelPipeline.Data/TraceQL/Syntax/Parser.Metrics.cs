namespace OtelPipeline.Data.TraceQL;

/// <content>What gives time series.</content>
internal sealed partial class Parser
{
    private static bool IsMetricsFunction(Token token) =>
        token.Kind == TokenKind.Keyword && (MetricsFunctionOf(token.Text) is not null || token.Text == "compare");

    private static MetricsFunction? MetricsFunctionOf(string word) =>
        word switch
        {
            "rate" => MetricsFunction.Rate,
            "count_over_time" => MetricsFunction.CountOverTime,
            "min_over_time" => MetricsFunction.MinOverTime,
            "max_over_time" => MetricsFunction.MaxOverTime,
            "avg_over_time" => MetricsFunction.AvgOverTime,
            "sum_over_time" => MetricsFunction.SumOverTime,
            "quantile_over_time" => MetricsFunction.QuantileOverTime,
            "histogram_over_time" => MetricsFunction.HistogramOverTime,
            _ => null,
        };

    private TraceQLException Unsupported(Token token) =>
        Error(
            token.Start,
            token.Text == "compare"
                ? "compare() is not supported: run two queries, one with each filter, and compare their counts by(…)"
                : $"{token.Text}() is not supported: sort the series of the result"
        );

    private MetricsPipeline ParseMetricsFunction(int start, List<Stage> stages)
    {
        var token = Take();
        if (MetricsFunctionOf(token.Text) is not { } function)
            throw Unsupported(token);
        if (stages.Count == 0)
            throw Error(token.Start, $"{token.Text}() needs spans before it, as in {{}} | {token.Text}(…)");
        Expect(TokenKind.Open, "'('");
        FieldReference? field = function is MetricsFunction.Rate or MetricsFunction.CountOverTime ? null : ParseReference();
        var quantiles = new List<double>();
        if (function == MetricsFunction.QuantileOverTime)
        {
            while (TryTake(TokenKind.Comma))
                quantiles.Add(ParseQuantile());
            if (quantiles.Count == 0)
                throw Error(Current.Start, "quantiles are expected, as in quantile_over_time(duration, 0.5, 0.99)");
        }

        Expect(TokenKind.Close, "')'");
        IReadOnlyList<FieldReference> by = [];
        if (Current.Is("by"))
        {
            Take();
            by = ParseReferences();
        }

        return new MetricsPipeline(start, stages, function, field, quantiles, by);
    }

    private double ParseQuantile()
    {
        var token = Take();
        var quantile = token.Kind switch
        {
            TokenKind.Integer => token.Integer,
            TokenKind.Float => token.Float,
            _ => double.NaN,
        };
        return quantile is >= 0 and <= 1
            ? quantile
            : throw Error(token.Start, $"{Describe(token)} is no quantile: a number from 0 to 1 is expected");
    }

    /// <summary>What follows time series: comparisons with a number.</summary>
    private MetricsExpression ParseMetricsStages(MetricsExpression series)
    {
        while (true)
        {
            var token = Current;
            if (token.Kind == TokenKind.Pipe)
            {
                Take();
                throw Current.Text is "topk" or "bottomk"
                    ? Unsupported(Current)
                    : Error(Current.Start, $"{Describe(Current)} cannot follow time series");
            }

            if (BinaryOperator(token.Kind) is not var (op, level) || level != Comparison)
                return series;
            TakeOperator();
            series = (MetricsExpression)CombineMetrics(token, op, series, ParseElement(Additive));
        }
    }

    private object CombineMetrics(Token token, Operator op, object left, object right)
    {
        if (op.IsComparison())
        {
            return op is not (Operator.Regex or Operator.NotRegex) && left is MetricsExpression series && right is ScalarLiteral limit
                ? new MetricsFilter(series.Start, series, op, Seconds(limit.Value))
                : throw Error(token.Start, "time series are compared with a number to their right, by =, !=, <, <=, > or >=");
        }

        if (op is Operator.Modulo or Operator.Power)
            throw Error(token.Start, "time series can only be calculated with +, -, * and /");
        return (left, right) switch
        {
            (MetricsExpression a, MetricsExpression b) => new MetricsOperation(a.Start, op, a, b),
            (MetricsExpression a, ScalarLiteral b) => new MetricsScalarOperation(a.Start, op, a, Number(b), false),
            (ScalarLiteral a, MetricsExpression b) => new MetricsScalarOperation(a.Start, op, b, Number(a), true),
            _ => throw Error(token.Start, $"'{_query[token.Start..token.End]}' cannot stand between {Noun(left)} and {Noun(right)}"),
        };
    }

    // series of durations are in seconds
    private static double Seconds(FieldValue value) => value.Type == FieldType.Duration ? value.Double / 1e9 : value.Double;

    private double Number(ScalarLiteral literal) =>
        literal.Value.Type == FieldType.Duration
            ? throw Error(literal.Start, "time series cannot be calculated with a duration: write seconds")
            : literal.Value.Double;
}
