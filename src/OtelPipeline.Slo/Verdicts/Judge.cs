using System.Globalization;
using OtelPipeline.Slo.Budgets;
using OtelPipeline.Slo.OpenSlo;
using OtelPipeline.Slo.Windows;

namespace OtelPipeline.Slo.Verdicts;

/// <summary>A verdict, and what a composite objective needs of it.</summary>
/// <param name="Verdict">The verdict.</param>
/// <param name="BadSlices">Starts of the time slices that were bad.</param>
/// <param name="Slices">Starts of all time slices with events.</param>
internal sealed record Judged(SloVerdict Verdict, IReadOnlyCollection<long> BadSlices, IReadOnlyCollection<long> Slices);

/// <summary>What was measured, judged.</summary>
internal static class Judge
{
    public static Judged Objective(in Measured measured)
    {
        var verdict = Frame(measured);
        if (measured.Invalid is { } invalid)
            return Plain(verdict with { Result = SloResult.Invalid, Reason = invalid });
        var source = measured.Objective.Source!;
        if (measured.Objective.HasLiveness && !measured.IsAlive)
            return Plain(NoData(verdict, source, $"nothing matched the liveness filter {source.Liveness}"));
        if (measured.Objective.SliceNanos > 0)
            return SliceJudge.Judge(measured, verdict);
        if (measured.Objective.Kind == SloObjectiveKind.Limit)
            return Plain(Limit(measured, verdict));
        return Plain(Occurrences(measured, verdict));
    }

    /// <summary>A verdict for too little data, as the definition wants it.</summary>
    public static SloVerdict NoData(SloVerdict verdict, TelemetrySource source, string reason) =>
        source.NoData == SloNoData.Pass
            ? verdict with
            {
                Result = SloResult.Pass,
                Reason = reason,
            }
            : verdict with
            {
                Result = SloResult.NoData,
                Reason = reason,
                CountsAsFailure = source.NoData == SloNoData.Fail,
            };

    /// <summary>The value of a limit, or null where it has none.</summary>
    public static double? LimitValue(in Cell cell, TelemetrySource source, long lengthNanos, long nowNanos) =>
        source.Aggregate switch
        {
            SloAggregate.Count => cell.First,
            SloAggregate.Rate => cell.First * Nanoseconds.Nanos(source.Per) / Math.Max(lengthNanos, Nanoseconds.Nanos(source.Per)),
            SloAggregate.Sum => cell.Second,
            SloAggregate.Avg => cell.First > 0 ? cell.Second / cell.First : null,
            SloAggregate.Age => cell.First > 0 ? Math.Max(0, nowNanos / 1e9 - cell.Second) : null,
            _ => cell.First > 0 ? cell.Second : null,
        };

    /// <summary>Whether a limit is kept; a rate without a division.</summary>
    public static bool KeepsLimit(in Cell cell, TelemetrySource source, SloObjective objective, long lengthNanos, double value)
    {
        var op = objective.Op!.Value;
        var limit = objective.Value!.Value;
        if (source.Aggregate is not (SloAggregate.Count or SloAggregate.Rate))
            return Compare(value.CompareTo((double)limit), op);

        // count / length against limit / per, without a division
        var per = Nanoseconds.Nanos(source.Per);
        var length = source.Aggregate == SloAggregate.Rate ? Math.Max(lengthNanos, per) : per;
        var order = Exact.Compare(cell.First, per, limit, length);
        return Compare(order, op);
    }

    /// <summary>Good and bad ones against the target.</summary>
    public static SloVerdict Budget(SloVerdict verdict, double good, double bad, decimal target, bool isMet)
    {
        var total = Exact.ToDecimal(good) + Exact.ToDecimal(bad);
        var allowed = total * (1 - target);
        var excess = Math.Max(0, Exact.ToDecimal(bad) - allowed);
        return verdict with
        {
            Result = isMet ? SloResult.Pass : SloResult.Fail,
            CountsAsFailure = !isMet,
            Good = Exact.ToDecimal(good),
            Bad = Exact.ToDecimal(bad),
            Total = total,
            Sli = total == 0 ? null : Exact.ToDecimal(good) / total,
            AllowedBad = allowed,
            ExcessBad = excess,
            RemainingBudget = allowed == 0 ? null : 1 - Exact.ToDecimal(bad) / allowed,
        };
    }

    private static SloVerdict Occurrences(in Measured measured, SloVerdict verdict)
    {
        var (good, bad) = (measured.Cell.First, measured.Cell.Second);
        var total = good + bad;
        var source = measured.Objective.Source!;
        var target = measured.Objective.Objective.Target;
        if (good < 0 || bad < 0)
            return verdict with
            {
                Result = SloResult.Invalid,
                Reason = string.Create(
                    CultureInfo.InvariantCulture,
                    $"the parts do not fit the total: {good:0.###} good and {bad:0.###} bad"
                ),
            };
        verdict = Budget(verdict, good, bad, target, total > 0 && Exact.IsAtLeast(good, total, target)) with
        {
            BurnRates = BurnRates(measured),
            Actual = Quantile(measured, target),
        };
        if (total > 0 && total >= source.MinEvents)
            return verdict with { Why = Explain.Of(measured, verdict) };
        return NoData(
            verdict with
            {
                CountsAsFailure = false,
                RemainingBudget = total == 0 ? null : verdict.RemainingBudget,
            },
            source,
            total == 0
                ? "no event matched"
                : string.Create(CultureInfo.InvariantCulture, $"{total:0.###} events, and minEvents is {source.MinEvents}")
        );
    }

    private static SloVerdict Limit(in Measured measured, SloVerdict verdict)
    {
        var source = measured.Objective.Source!;
        var count = measured.Cell.First;
        verdict = verdict with { Total = Exact.ToDecimal(count), Target = null };
        if (count == 0 ? !source.EmptyIsZero : count < source.MinEvents)
            return NoData(
                verdict,
                source,
                count == 0
                    ? "no event matched"
                    : string.Create(CultureInfo.InvariantCulture, $"{count:0.###} events, and minEvents is {source.MinEvents}")
            );
        var length = measured.To - measured.From;
        if (LimitValue(measured.Cell, source, length, measured.To) is not { } value)
            return NoData(verdict, source, "no event matched");
        var isKept = KeepsLimit(measured.Cell, source, measured.Objective.Objective, length, value);
        verdict = verdict with
        {
            Result = isKept ? SloResult.Pass : SloResult.Fail,
            CountsAsFailure = !isKept,
            Actual = Exact.ToDecimal(value),
        };
        return verdict with { Why = Explain.Of(measured, verdict) };
    }

    private static SloVerdict Frame(in Measured measured) =>
        new()
        {
            Slo = measured.Objective.Objective.Slo,
            Objective = measured.Objective.Objective,
            Result = SloResult.NoData,
            Target = measured.Objective.Objective.Target,
            Coverage = measured.Coverage,
            RunId = measured.RunId,
            WindowStart = measured.To > 0 && measured.From < measured.To ? Nanoseconds.ToInstant(measured.From) : null,
            WindowEnd = measured.To > 0 ? Nanoseconds.ToInstant(measured.To) : null,
            FirstEvent = measured.FirstEvent is > 0 and < long.MaxValue ? Nanoseconds.ToInstant(measured.FirstEvent) : null,
            LastEvent = measured.LastEvent > 0 ? Nanoseconds.ToInstant(measured.LastEvent) : null,
        };

    private static Judged Plain(SloVerdict verdict) => new(verdict, [], []);

    private static decimal? Quantile(in Measured measured, decimal target) =>
        measured.Sketch is { Count: > 0 } sketch ? decimal.Round(Exact.ToDecimal(sketch.Quantile((double)target)), 9) : null;

    private static List<SloBurnRate> BurnRates(in Measured measured)
    {
        var rates = new List<SloBurnRate>();
        if (measured.Rolling is not { } rolling)
            return rates;
        var objective = measured.Objective;
        var target = objective.Objective.Target;
        foreach (var window in BurnRateWindow.Windows(target, objective.Period))
        {
            var nanos = Nanoseconds.Nanos(window);
            var cell = rolling.Window.Sum(measured.To, nanos);
            var total = Exact.ToDecimal(cell.First + cell.Second);
            rates.Add(
                new SloBurnRate(
                    window,
                    total > 0 ? Exact.ToDecimal(cell.Second) / total / (1 - target) : null,
                    Indicators.Coverage.Of(measured.KnownFrom, measured.To - nanos, measured.To)
                )
            );
        }

        return rates;
    }

    private static bool Compare(int order, Comparison op) =>
        op switch
        {
            Comparison.Lte => order <= 0,
            Comparison.Gte => order >= 0,
            Comparison.Lt => order < 0,
            _ => order > 0,
        };
}
