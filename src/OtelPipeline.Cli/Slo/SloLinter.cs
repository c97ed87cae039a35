using System.Globalization;
using OtelPipeline.Slo;
using OtelPipeline.Slo.OpenSlo;

namespace OtelPipeline.Cli.Slo;

/// <summary>Something in a definition that cannot be meant.</summary>
internal sealed record SloFinding(SourcePosition Position, string Rule, string Message);

/// <summary>Finds what can be seen in a definition alone.</summary>
internal static class SloLinter
{
    public const string UnreachableAlert = "unreachable-alert";
    public const string ImpossibleTarget = "impossible-target";
    public const string Overlap = "overlap";
    public const string NoMatch = "no-match";

    public static List<SloFinding> Find(SloDocument document)
    {
        var findings = new List<SloFinding>();
        foreach (var objective in document.Objectives)
        {
            Targets(objective, findings);
            foreach (var policy in objective.Slo.AlertPolicies)
                Alerts(objective, policy, findings);
        }

        Overlaps(document, findings);
        return findings;
    }

    private static void Alerts(SloObjective objective, AlertPolicyObject policy, List<SloFinding> findings)
    {
        var condition = policy.Condition;
        if (!policy.AlertWhenBreaching && !policy.AlertWhenNoData)
        {
            Add("it has neither alertWhenBreaching nor alertWhenNoData");
            return;
        }

        if (!policy.AlertWhenBreaching)
            return;
        if (objective.Slo.TimeWindow is not { } window || objective.Kind == SloObjectiveKind.Limit)
        {
            Add($"'{objective.Name}' has no burn rate, for it {(objective.Slo.TimeWindow is null ? "has no timeWindow" : "is a limit")}");
            return;
        }

        // all events bad is the most there is
        var largest = 1 / (1 - objective.Target);
        var isReachable = condition.Op switch
        {
            Comparison.Gt => condition.Threshold < largest,
            Comparison.Gte => condition.Threshold <= largest,
            Comparison.Lt => condition.Threshold > 0,
            _ => condition.Threshold >= 0,
        };
        if (!isReachable)
            Add(
                $"with the target {Text(objective.Target)} of '{objective.Name}' the burn rate is between 0 and {Text(decimal.Round(largest, 4))}, and never {Words(condition.Op)} {Text(condition.Threshold)}"
            );
        if (condition.LookbackWindow.ToTimeSpan() > window.Duration.ToTimeSpan())
            Add($"its lookbackWindow {condition.LookbackWindow} is longer than the timeWindow {window.Duration}");

        void Add(string why) =>
            findings.Add(new SloFinding(condition.Position, UnreachableAlert, $"the policy {policy.Name} never alerts: {why}."));
    }

    private static void Targets(SloObjective objective, List<SloFinding> findings)
    {
        if (objective is { Kind: not SloObjectiveKind.Limit, Target: 0 })
            Add("a target of 0 is always met");
        if (Bounds(objective) is { } why)
            Add(why);
        if (
            objective.Slo.TimeWindow is { } window
            && objective is { TimeSliceWindow: { } slice, Slo.BudgetingMethod: BudgetingMethod.Timeslices }
            && (decimal)(window.Duration.ToTimeSpan() / slice) is var slices
            && slices * (1 - objective.Target) < 1
        )
            Add(
                $"of the {Text(decimal.Round(slices))} slices of {window.Duration} it allows {Text(decimal.Round(slices * (1 - objective.Target), 4))} bad ones, which is none"
            );

        void Add(string text) =>
            findings.Add(new SloFinding(objective.Position, ImpossibleTarget, $"{objective.Slo.Name}/{objective.Name}: {text}."));
    }

    // counts, rates, ages and durations are never negative
    private static string? Bounds(SloObjective objective)
    {
        if (objective.Indicator.Threshold?.Telemetry is not { } source || objective.Value is not { } value)
            return null;
        var isNatural = source.Aggregate is SloAggregate.Count or SloAggregate.Rate or SloAggregate.Age || source.Value == "duration";
        if (!isNatural)
            return null;
        return objective.Op switch
        {
            Comparison.Lte when value < 0 => $"the value is never negative, and so never at most {Text(value)}",
            Comparison.Lt when value <= 0 => $"the value is never negative, and so never below {Text(value)}",
            Comparison.Gte when value <= 0 => $"the value is never negative, and so always at least {Text(value)}",
            Comparison.Gt when value < 0 => $"the value is never negative, and so always above {Text(value)}",
            _ => null,
        };
    }

    private static void Overlaps(SloDocument document, List<SloFinding> findings)
    {
        var known = new Dictionary<string, SloObjective>(StringComparer.Ordinal);
        foreach (var objective in document.Objectives)
        {
            var key = string.Join(
                '\n',
                [
                    .. Sources(objective.Indicator),
                    objective.Op?.ToString() ?? "",
                    Text(objective.Value ?? 0),
                    objective.Slo.TimeWindow is { } window
                        ? $"{window.Duration} {window.IsRolling} {window.CalendarStart} {window.TimeZone?.Id}"
                        : "run",
                    $"{objective.Slo.BudgetingMethod} {objective.TimeSliceWindow} {objective.TimeSliceTarget}",
                ]
            );
            if (known.TryAdd(key, objective))
                continue;
            var other = known[key];
            findings.Add(
                new SloFinding(
                    objective.Position,
                    Overlap,
                    $"{objective.Slo.Name}/{objective.Name} measures the same as {other.Slo.Name}/{other.Name} ({other.Position})"
                        + (
                            other.Target == objective.Target
                                ? "."
                                : $", with the target {Text(objective.Target)} instead of {Text(other.Target)}."
                        )
                )
            );
        }
    }

    private static IEnumerable<string> Sources(SloIndicator indicator) =>
        new[] { indicator.Threshold, indicator.Good, indicator.Bad, indicator.Total, indicator.Raw }.Select(static source =>
            source is null ? ""
            : source.Telemetry is { } t ? $"{t.Signal} {t.Metric} {t.Where} {t.Value} {t.Aggregate} {t.Per}"
            : source.Type
                + " "
                + string.Join(' ', source.Spec.OrderBy(static p => p.Key, StringComparer.Ordinal).Select(static p => $"{p.Key}={p.Value}"))
        );

    private static string Words(Comparison op) =>
        op switch
        {
            Comparison.Lte => "at most",
            Comparison.Gte => "at least",
            Comparison.Lt => "below",
            _ => "above",
        };

    private static string Text(decimal number) => number.ToString("0.############", CultureInfo.InvariantCulture);
}
