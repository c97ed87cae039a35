using OtelPipeline.Slo.Budgets;
using OtelPipeline.Slo.Indicators;
using OtelPipeline.Slo.OpenSlo;
using OtelPipeline.Slo.Windows;

namespace OtelPipeline.Slo.Verdicts;

/// <summary>
/// The budgeting methods over time slices. A slice without events counts as <c>noData</c> says: left out, good (<c>pass</c>) or bad (<c>fail</c>).
/// </summary>
/// <seealso href="https://github.com/OpenSLO/OpenSLO#notes-slo"/>
internal static class SliceJudge
{
    public static Judged Judge(in Measured measured, SloVerdict verdict)
    {
        var objective = measured.Objective;
        var source = objective.Source!;
        var target = objective.Objective.Target;
        var all = measured.Slices;
        var bad = new List<long>();
        foreach (var (start, cell) in all)
        {
            if (!IsGood(cell, objective, start))
                bad.Add(start);
        }

        var empty = Empty(measured, all.Count);
        var emptyGood = source.NoData == SloNoData.Pass ? empty : 0;
        var emptyBad = source.NoData == SloNoData.Fail ? empty : 0;
        if (all.Count == 0 || Events(all, objective) < source.MinEvents)
            return new(
                Verdicts.Judge.NoData(
                    verdict,
                    source,
                    all.Count == 0 ? "no event matched" : $"fewer events than minEvents ({source.MinEvents})"
                ),
                [],
                []
            );
        if (objective.Objective.Slo.BudgetingMethod == BudgetingMethod.Timeslices)
        {
            double goodSlices = all.Count - bad.Count + emptyGood;
            double badSlices = bad.Count + emptyBad;
            verdict = Verdicts.Judge.Budget(
                verdict,
                goodSlices,
                badSlices,
                target,
                Exact.IsAtLeast(goodSlices, goodSlices + badSlices, target)
            );
        }
        else
        {
            verdict = Mean(all, objective, emptyGood, emptyBad, verdict);
        }

        verdict = verdict with { BurnRates = BurnRates(measured, bad) };
        return new(verdict with { Why = Explain.Of(measured, verdict) }, bad, [.. all.Select(static s => s.Start)]);
    }

    private static SloVerdict Mean(
        IReadOnlyList<(long Start, Cell Cell)> slices,
        CompiledObjective objective,
        long emptyGood,
        long emptyBad,
        SloVerdict verdict
    )
    {
        var target = objective.Objective.Target;
        var parts = slices
            .Select(s =>
                objective.Kind == SloObjectiveKind.Limit
                    ? (IsGood(s.Cell, objective, s.Start) ? 1.0 : 0.0, 1.0)
                    : (s.Cell.First, s.Cell.First + s.Cell.Second)
            )
            .Concat(Enumerable.Repeat((1.0, 1.0), (int)emptyGood))
            .Concat(Enumerable.Repeat((0.0, 1.0), (int)emptyBad))
            .ToList();
        var isMet = Exact.IsMeanAtLeast(parts, target);
        var good = parts.Sum(static p => Exact.ToDecimal(p.Item1) / Exact.ToDecimal(p.Item2));
        var allowed = parts.Count * (1 - target);
        return verdict with
        {
            Result = isMet ? SloResult.Pass : SloResult.Fail,
            CountsAsFailure = !isMet,
            Good = good,
            Bad = parts.Count - good,
            Total = parts.Count,
            Sli = good / parts.Count,
            AllowedBad = allowed,
            ExcessBad = Math.Max(0, parts.Count - good - allowed),
            RemainingBudget = 1 - (parts.Count - good) / allowed,
        };
    }

    private static bool IsGood(in Cell cell, CompiledObjective objective, long start)
    {
        if (objective.Kind == SloObjectiveKind.Limit)
        {
            var source = objective.Source!;
            return Verdicts.Judge.LimitValue(cell, source, objective.SliceNanos, start + objective.SliceNanos) is { } value
                && Verdicts.Judge.KeepsLimit(cell, source, objective.Objective, objective.SliceNanos, value);
        }

        // the mean of RatioTimeslices has no good and bad slices; for what tells about bad ones, its own target decides
        return Exact.IsAtLeast(cell.First, cell.First + cell.Second, objective.Objective.TimeSliceTarget ?? objective.Objective.Target);
    }

    private static double Events(IReadOnlyList<(long Start, Cell Cell)> slices, CompiledObjective objective) =>
        slices.Sum(s => objective.Kind == SloObjectiveKind.Limit ? s.Cell.First : s.Cell.First + s.Cell.Second);

    // slices of the window about which something is known and that hold nothing
    private static long Empty(in Measured measured, int filled)
    {
        var from = Math.Max(measured.From, measured.KnownFrom);
        if (measured.To <= from)
            return 0;
        var slice = measured.Objective.SliceNanos;
        return Math.Max(0, (measured.To - 1) / slice - (from + slice - 1) / slice + 1 - filled);
    }

    private static List<SloBurnRate> BurnRates(in Measured measured, List<long> bad)
    {
        var rates = new List<SloBurnRate>();
        if (measured.Rolling?.Slices is not { } slices)
            return rates;
        var objective = measured.Objective;
        var target = objective.Objective.Target;
        foreach (var window in BurnRateWindow.Windows(target, objective.Period))
        {
            var nanos = Nanoseconds.Nanos(window);
            var from = measured.To - nanos;
            var all = slices.Between(from, measured.To).Count();
            var badOnes = bad.Count(s => s >= from);
            rates.Add(
                new SloBurnRate(
                    window,
                    all > 0 ? (decimal)badOnes / all / (1 - target) : null,
                    Coverage.Of(measured.KnownFrom, from, measured.To)
                )
            );
        }

        return rates;
    }
}
