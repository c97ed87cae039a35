using OtelPipeline.Slo.OpenSlo;

namespace OtelPipeline.Slo.Verdicts;

/// <summary>
/// The verdict of a composite SLO: the budgets that its objectives consume, times their weights, must not exceed one budget. With Timeslices, a slice
/// that is bad for one objective is bad for all of them, and the highest target counts.
/// </summary>
/// <seealso href="https://github.com/OpenSLO/OpenSLO#notes-composite-slo"/>
internal static class CompositeJudge
{
    public static SloVerdict Judge(IReadOnlyList<Judged> parts)
    {
        var verdicts = parts.Select(static p => p.Verdict).ToList();
        var slo = verdicts[0].Slo;
        var frame = new SloVerdict
        {
            Slo = slo,
            Result = SloResult.NoData,
            Coverage = verdicts.Min(static v => v.Coverage),
            RunId = verdicts[0].RunId,
            WindowStart = verdicts[0].WindowStart,
            WindowEnd = verdicts[0].WindowEnd,
            FirstEvent = verdicts.Min(static v => v.FirstEvent),
            LastEvent = verdicts.Max(static v => v.LastEvent),
        };
        if (verdicts.Find(static v => v.Result == SloResult.Invalid) is { } invalid)
            return frame with { Result = SloResult.Invalid, Reason = $"{invalid.ObjectiveName}: {invalid.Reason}" };
        if (verdicts.Find(static v => v.Result == SloResult.NoData) is { } none)
            return frame with { Reason = $"{none.ObjectiveName}: {none.Reason}", CountsAsFailure = none.CountsAsFailure };
        return slo.BudgetingMethod == BudgetingMethod.Timeslices ? Union(frame, parts) : Sum(frame, verdicts);
    }

    private static SloVerdict Sum(SloVerdict frame, List<SloVerdict> verdicts)
    {
        decimal consumed = 0;
        decimal missing = 0;
        foreach (var verdict in verdicts)
        {
            var weight = verdict.Objective!.CompositeWeight;

            // a limit has no budget: it is kept, or all of it is gone
            consumed +=
                weight
                * (
                    verdict.RemainingBudget is { } left ? 1 - left
                    : verdict.Result == SloResult.Fail ? 2
                    : 0
                );
            missing += weight * (1 - (verdict.Sli ?? (verdict.Result == SloResult.Fail ? 0 : 1)));
        }

        var isMet = consumed <= 1;
        return frame with
        {
            Result = isMet ? SloResult.Pass : SloResult.Fail,
            CountsAsFailure = !isMet,
            Good = verdicts.Sum(static v => v.Good),
            Bad = verdicts.Sum(static v => v.Bad),
            Total = verdicts.Sum(static v => v.Total),
            Sli = Math.Max(0, 1 - missing),
            RemainingBudget = 1 - consumed,
            Why = isMet ? null : verdicts.MinBy(static v => v.RemainingBudget ?? (v.Result == SloResult.Fail ? -1 : 1))!.Why,
        };
    }

    private static SloVerdict Union(SloVerdict frame, IReadOnlyList<Judged> parts)
    {
        var all = parts.SelectMany(static p => p.Slices).ToHashSet();
        var bad = parts.SelectMany(static p => p.BadSlices).ToHashSet();
        if (all.Count == 0)
            return frame with { Reason = "no time slice has events" };
        var target = frame.Slo.Objectives.Max(static o => o.Target);
        double good = all.Count - bad.Count;
        var verdict = Verdicts.Judge.Budget(
            frame with
            {
                Target = target,
            },
            good,
            bad.Count,
            target,
            Exact.IsAtLeast(good, all.Count, target)
        );
        return verdict.Result == SloResult.Pass ? verdict : verdict with { Why = parts.MaxBy(static p => p.BadSlices.Count)!.Verdict.Why };
    }
}
