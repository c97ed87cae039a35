namespace OtelPipeline.Data.TraceQL;

/// <summary>What a metrics query gives: series over common steps.</summary>
/// <param name="TimesUnixNano">The ends of the steps, in nanoseconds since 1970-01-01 UTC, ascending; a step holds what is later than the end before it.</param>
/// <param name="Step">The width of a step.</param>
/// <param name="Series">The series, sorted by their labels.</param>
public sealed record TimeSeriesResult(IReadOnlyList<long> TimesUnixNano, TimeSpan Step, IReadOnlyList<TimeSeries> Series);

/// <summary>One series of numbers.</summary>
/// <param name="Labels">
/// What it was grouped by, without what is nil; <c>p</c> is the quantile, <c>__bucket</c> the upper bound of a bucket, and <c>__name__</c> the
/// function where nothing was grouped.
/// </param>
/// <param name="Values">One value per step, NaN where there is none. Durations are in seconds.</param>
public sealed record TimeSeries(IReadOnlyList<KeyValuePair<string, AttributeValue>> Labels, IReadOnlyList<double> Values)
{
    /// <summary>As Prometheus writes labels, such as <c>{name="clean"}</c>.</summary>
    public override string ToString() =>
        "{"
        + string.Join(", ", Labels.Select(label => $"{label.Key}=\"{(label.Value.Kind == AttributeKind.Empty ? "<nil>" : label.Value)}\""))
        + "}";
}
