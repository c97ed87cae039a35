namespace OtelPipeline.Data.TraceQL;

/// <summary>Calculations with series after they are complete.</summary>
internal static class SeriesMath
{
    /// <param name="expression">What to compute.</param>
    /// <param name="leaf">Gives the series of a pipeline.</param>
    public static List<LabeledValues> Evaluate(MetricsExpression expression, Func<MetricsPipeline, List<LabeledValues>> leaf) =>
        expression switch
        {
            MetricsPipeline pipeline => leaf(pipeline),
            MetricsScalarOperation operation => Map(
                Evaluate(operation.Series, leaf),
                value =>
                    operation.NumberIsLeft
                        ? Apply(operation.Operator, operation.Number, value)
                        : Apply(operation.Operator, value, operation.Number)
            ),
            MetricsFilter filter =>
            [
                .. Map(
                        Evaluate(filter.Series, leaf),
                        value => !double.IsNaN(value) && Holds(filter.Operator, value, filter.Number) ? value : double.NaN
                    )
                    .Where(series => !Array.TrueForAll(series.Values, double.IsNaN)),
            ],
            _ => Combine((MetricsOperation)expression, leaf),
        };

    private static bool Holds(Operator op, double left, double right) =>
        op switch
        {
            Operator.Equal => left == right,
            Operator.NotEqual => left != right,
            Operator.Greater => left > right,
            Operator.GreaterEqual => left >= right,
            Operator.Less => left < right,
            _ => left <= right,
        };

    private static List<LabeledValues> Map(List<LabeledValues> series, Func<double, double> compute) =>
        [.. series.Select(one => one with { Values = Array.ConvertAll(one.Values, value => compute(value)) })];

    /// <summary>Series with the same labels; one without labels goes with all of the other side.</summary>
    private static List<LabeledValues> Combine(MetricsOperation operation, Func<MetricsPipeline, List<LabeledValues>> leaf)
    {
        var left = Evaluate(operation.Left, leaf).ToDictionary(series => series.Key());
        var right = Evaluate(operation.Right, leaf).ToDictionary(series => series.Key());
        var results = new List<LabeledValues>();
        foreach (var key in (right.ContainsKey("") ? left : right).Keys)
        {
            if (Find(left, key) is not { } l || Find(right, key) is not { } r)
                continue;
            var values = new double[l.Values.Length];
            for (var i = 0; i < values.Length; i++)
                values[i] = Apply(operation.Operator, l.Values[i], r.Values[i]);
            results.Add(new LabeledValues(MergeLabels(operation.Operator, l, r), values));
        }

        return results;
    }

    private static LabeledValues? Find(Dictionary<string, LabeledValues> series, string key) =>
        series.GetValueOrDefault(key) ?? series.GetValueOrDefault("");

    private static List<KeyValuePair<string, FieldValue>> MergeLabels(Operator op, LabeledValues left, LabeledValues right)
    {
        var labels = left.Labels.Where(label => label.Key != LabeledValues.NameLabel).ToList();
        foreach (var label in right.Labels)
        {
            if (label.Key != LabeledValues.NameLabel && !labels.Exists(known => known.Key == label.Key))
                labels.Add(label);
        }

        if (NameOf(left) is { } leftName && NameOf(right) is { } rightName)
            labels.Add(new(LabeledValues.NameLabel, FieldValue.Of($"({leftName} {op.Symbol()} {rightName})")));
        return labels;
    }

    private static string? NameOf(LabeledValues series)
    {
        foreach (var (key, value) in series.Labels)
        {
            if (key == LabeledValues.NameLabel)
                return value.Text;
        }

        return null;
    }

    private static double Apply(Operator op, double left, double right) =>
        op switch
        {
            Operator.Add => left + right,
            Operator.Subtract => left - right,
            Operator.Multiply => left * right,
            _ => right == 0 ? double.NaN : left / right,
        };
}
