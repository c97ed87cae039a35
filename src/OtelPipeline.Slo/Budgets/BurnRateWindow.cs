namespace OtelPipeline.Slo.Budgets;

/// <summary>
/// Two windows and the burn rate that both must exceed before somebody is told (multi-window, multi-burn-rate alerts).
/// </summary>
/// <param name="Severity">Whom it concerns: <c>page</c> or <c>ticket</c>.</param>
/// <param name="LongWindow">The window that shows that much was burnt.</param>
/// <param name="ShortWindow">The window that shows that it still burns.</param>
/// <param name="Factor">The burn rate: 1 uses the budget up exactly at the end of the period.</param>
/// <param name="Consumed">The part of the budget that is gone when the long window exceeds the factor. Range: 0 to 1.</param>
/// <param name="IsReduced">True where the usual factor could never be reached with this target, so that a lower one with longer windows stands here.</param>
/// <seealso href="https://sre.google/workbook/alerting-on-slos/"/>
public sealed record BurnRateWindow(
    string Severity,
    TimeSpan LongWindow,
    TimeSpan ShortWindow,
    decimal Factor,
    decimal Consumed,
    bool IsReduced
)
{
    // a burn rate cannot exceed 1 / (1 - target); this much of it is the most to wait for
    private const decimal MostOfLargest = 0.9m;

    private static readonly TimeSpan Month = TimeSpan.FromDays(30);
    private static readonly TimeSpan Shortest = TimeSpan.FromMinutes(1);

    private static readonly (string Severity, TimeSpan Long, TimeSpan Short, decimal Factor)[] Standard =
    [
        ("page", TimeSpan.FromHours(1), TimeSpan.FromMinutes(5), 14.4m),
        ("page", TimeSpan.FromHours(6), TimeSpan.FromMinutes(30), 6m),
        ("ticket", TimeSpan.FromDays(1), TimeSpan.FromHours(2), 3m),
        ("ticket", TimeSpan.FromDays(3), TimeSpan.FromHours(6), 1m),
    ];

    /// <summary>
    /// The windows for a target and a period: those for 30 days, scaled to the period with the same factors. A factor that the target makes
    /// unreachable is lowered, and its windows made longer, so that the part of the budget that is consumed stays the same.
    /// </summary>
    /// <param name="target">The target. Range: 0 to below 1.</param>
    /// <param name="period">The length of the time window. Range: above 0.</param>
    /// <exception cref="ArgumentOutOfRangeException">An argument is out of its range.</exception>
    public static IReadOnlyList<BurnRateWindow> For(decimal target, TimeSpan period)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(target);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(target, 1);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(period, TimeSpan.Zero);
        var budget = 1 - target;
        return Array.ConvertAll(
            Standard,
            pair =>
            {
                var consumed = pair.Factor * pair.Long.Ticks / Month.Ticks;
                if (pair.Factor * budget <= MostOfLargest)
                    return new BurnRateWindow(
                        pair.Severity,
                        Scale(pair.Long, period),
                        Scale(pair.Short, period),
                        pair.Factor,
                        consumed,
                        false
                    );
                var factor = decimal.Round(MostOfLargest / budget, 4);
                var longer = Seconds(consumed * period.Ticks / factor);
                var shorter = Seconds(longer.Ticks / 12m);
                return new BurnRateWindow(pair.Severity, longer, shorter, factor, consumed, true);
            }
        );
    }

    /// <summary>The lengths of all windows of <see cref="For"/>, shortest first, each once; those longer than the period left out.</summary>
    internal static IReadOnlyList<TimeSpan> Windows(decimal target, TimeSpan period) =>
        [.. For(target, period).SelectMany(static w => new[] { w.ShortWindow, w.LongWindow }).Where(w => w <= period).Distinct().Order()];

    private static TimeSpan Scale(TimeSpan window, TimeSpan period) => Seconds((decimal)window.Ticks * period.Ticks / Month.Ticks);

    // whole seconds, which Prometheus can write, and never so short that a window holds no sample
    private static TimeSpan Seconds(decimal ticks)
    {
        var rounded = TimeSpan.FromSeconds((double)decimal.Round(ticks / TimeSpan.TicksPerSecond));
        return rounded < Shortest ? Shortest : rounded;
    }
}
