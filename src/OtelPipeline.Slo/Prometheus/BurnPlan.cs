using OtelPipeline.Slo.Budgets;
using OtelPipeline.Slo.OpenSlo;

namespace OtelPipeline.Slo.Prometheus;

/// <summary>The windows and thresholds of an objective that has an error budget and a time window.</summary>
internal sealed class BurnPlan
{
    // one bad event of two is no burn: below this many a ratio says too little to wake somebody
    private const long FewestEvents = 10;

    private BurnPlan(SloObjective objective, IReadOnlyList<BurnRateWindow> pairs) => (Objective, Pairs) = (objective, pairs);

    public SloObjective Objective { get; }

    /// <summary>The pairs of windows, equal ones once.</summary>
    public IReadOnlyList<BurnRateWindow> Pairs { get; }

    public TimeSpan Period => Objective.Slo.TimeWindow!.Duration.ToTimeSpan();

    public decimal Budget => 1 - Objective.Target;

    /// <summary>How many events a long window needs before its ratio counts.</summary>
    public long MinEvents { get; private init; }

    /// <summary>What is unusual about it, for people.</summary>
    public IReadOnlyList<string> Notes { get; private init; } = [];

    public IEnumerable<string> Severities => Pairs.Select(static p => p.Severity).Distinct();

    /// <summary>The windows of the pairs, the shortest first.</summary>
    public IReadOnlyList<TimeSpan> Windows => [.. Pairs.SelectMany(static p => new[] { p.ShortWindow, p.LongWindow }).Distinct().Order()];

    /// <summary>The part of bad events that both windows of a pair must exceed; exact, as a product in PromQL would not be.</summary>
    public decimal Threshold(BurnRateWindow pair) => pair.Factor * Budget;

    public static BurnPlan? For(SloObjective objective, PrometheusMetricStyle style)
    {
        if (objective.Slo.TimeWindow is not { } window || objective.Kind == SloObjectiveKind.Limit)
            return null;
        var notes = new List<string>();
        var shortest = style == PrometheusMetricStyle.Otlp ? TimeSpan.FromMinutes(4) : TimeSpan.FromMinutes(1);
        var pairs = new List<BurnRateWindow>();
        foreach (var pair in BurnRateWindow.For(objective.Target, window.Duration.ToTimeSpan()))
        {
            var (longer, shorter) = (pair.LongWindow, pair.ShortWindow);
            if (shorter < shortest)
            {
                notes.Add(
                    $"{pair.Severity}: a window of {PromQl.Duration(shorter)} holds too few samples and became {PromQl.Duration(shortest)}."
                );
                (longer, shorter) = (longer < shortest ? shortest : longer, shortest);
            }

            if (pair.IsReduced)
                notes.Add(
                    $"{pair.Severity}: with a target of {PromQl.Number(objective.Target)} a burn rate cannot exceed {PromQl.Number(decimal.Round(1 / (1 - objective.Target), 4))}; the factor is {PromQl.Number(pair.Factor)} over {PromQl.Duration(longer)} and {PromQl.Duration(shorter)}, which is reached when {PromQl.Number(pair.Consumed * 100)} % of the budget is gone."
                );
            var used = pair with { LongWindow = longer, ShortWindow = shorter };
            if (
                !pairs.Any(p =>
                    p.Severity == used.Severity && p.LongWindow == longer && p.ShortWindow == shorter && p.Factor <= used.Factor
                )
            )
                pairs.Add(used);
        }

        if (!window.IsRolling)
            notes.Add(
                $"the calendar window is taken as the last {PromQl.Duration(window.Duration.ToTimeSpan())}: PromQL knows no calendar. Burn rates do not depend on it, and slo_error_budget_remaining_ratio of the process keeps the calendar."
            );
        var source = objective.Indicator.Total ?? objective.Indicator.Threshold;
        return new BurnPlan(objective, pairs) { MinEvents = Math.Max(source?.Telemetry?.MinEvents ?? 0, FewestEvents), Notes = notes };
    }
}
