using System.Text.RegularExpressions;
using OtelPipeline.Slo.OpenSlo;

namespace OtelPipeline.Slo.Prometheus;

/// <summary>
/// A query of a <c>ratioMetric</c>, made into a number over a window: <c>{{.window}}</c> or <c>$window</c> in it is replaced, a plain selector gets
/// its increase, and anything else is recorded first.
/// </summary>
/// <param name="Name"><c>good</c>, <c>bad</c> or <c>total</c>.</param>
/// <param name="Query">The query.</param>
/// <param name="Counter">Whether it is a counter that only grows; null where that is not said, and then a plain selector is one.</param>
internal sealed partial record QueryCounter(string Name, string Query, bool? Counter)
{
    [GeneratedRegex(
        """^\s*[a-zA-Z_:][a-zA-Z0-9_:]*\s*(\{([^"'{}]|"([^"\\]|\\.)*"|'([^'\\]|\\.)*')*\})?\s*$""",
        RegexOptions.CultureInvariant
    )]
    private static partial Regex PlainSelector { get; }

    [GeneratedRegex(@"\{\{\s*\.?window\s*\}\}|\$(__)?window\b", RegexOptions.CultureInvariant)]
    private static partial Regex WindowPlaceholder { get; }

    public string RecordedName => $"otelpipeline:slo_{Name}:query";

    /// <summary>What is recorded, because a range of it is needed; null where it is not.</summary>
    public string? Recorded => IsPlain || HasWindow ? null : $"sum({Query})";

    /// <summary>Whether the number over a window is one of events.</summary>
    public bool CountsEvents => !HasWindow && (IsPlain ? Counter != false : Counter == true);

    private bool IsPlain => PlainSelector.IsMatch(Query);

    private bool HasWindow => WindowPlaceholder.IsMatch(Query);

    /// <summary>An expression that has a value while the metric exists.</summary>
    public string Existence(SloObjective objective) =>
        HasWindow ? WindowPlaceholder.Replace(Query, "5m")
        : IsPlain ? Query
        : RecordedName + PromQl.Selector(objective);

    /// <summary>The number over a window.</summary>
    public string Over(SloObjective objective, string window)
    {
        if (HasWindow)
            return $"sum({WindowPlaceholder.Replace(Query, window)})";
        var (series, isCounter) = IsPlain ? (Query.Trim(), Counter != false) : (RecordedName + PromQl.Selector(objective), Counter == true);
        return $"sum({(isCounter ? "increase" : "sum_over_time")}({series}[{window}]))";
    }
}
