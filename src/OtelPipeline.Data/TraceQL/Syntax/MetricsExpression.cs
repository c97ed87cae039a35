namespace OtelPipeline.Data.TraceQL;

/// <summary>What gives time series.</summary>
/// <param name="Start">Where it stands in the query.</param>
internal abstract record MetricsExpression(int Start);

/// <summary>A pipeline whose spans are counted or measured over time.</summary>
internal sealed record MetricsPipeline(
    int Start,
    IReadOnlyList<Stage> Stages,
    MetricsFunction Function,
    FieldReference? Field,
    IReadOnlyList<double> Quantiles,
    IReadOnlyList<FieldReference> By
) : MetricsExpression(Start)
{
    /// <summary>What is asked of each span.</summary>
    public IEnumerable<FieldReference> Fields => Field is null ? By : By.Append(Field);
}

/// <summary>Two groups of series, value by value.</summary>
internal sealed record MetricsOperation(int Start, Operator Operator, MetricsExpression Left, MetricsExpression Right)
    : MetricsExpression(Start);

/// <summary>Each value with a number.</summary>
internal sealed record MetricsScalarOperation(int Start, Operator Operator, MetricsExpression Series, double Number, bool NumberIsLeft)
    : MetricsExpression(Start);

/// <summary>The values that a comparison is true of.</summary>
internal sealed record MetricsFilter(int Start, MetricsExpression Series, Operator Operator, double Number) : MetricsExpression(Start);

internal enum MetricsFunction : byte
{
    Rate,
    CountOverTime,
    MinOverTime,
    MaxOverTime,
    AvgOverTime,
    SumOverTime,
    QuantileOverTime,
    HistogramOverTime,
}
