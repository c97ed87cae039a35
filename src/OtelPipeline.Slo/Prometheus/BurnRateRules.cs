using OtelPipeline.Slo.Budgets;
using OtelPipeline.Slo.OpenSlo;

namespace OtelPipeline.Slo.Prometheus;

/// <summary>The rules of an objective that has an error budget and a time window.</summary>
/// <seealso href="https://sre.google/workbook/alerting-on-slos/"/>
internal static class BurnRateRules
{
    public const string FastBurn = "SloFastBurn";
    public const string SlowBurn = "SloSlowBurn";
    public const string Policy = "SloAlertPolicy";
    public const string NoData = "SloNoData";
    public const string BudgetRemaining = "otelpipeline:slo_error_budget_remaining:ratio";
    public static readonly TimeSpan NoDataFor = TimeSpan.FromMinutes(10);

    public static string AlertName(string severity) => severity == "page" ? FastBurn : SlowBurn;

    public static IEnumerable<RuleGroup> Groups(BurnPlan plan, ErrorRatio ratio)
    {
        var objective = plan.Objective;
        var lookbacks = Policies(objective).Select(static p => p.Condition.LookbackWindow.ToTimeSpan());
        var windows = plan.Windows.Concat(lookbacks).Distinct().Order().ToList();
        List<Rule> rules = [.. ratio.Base, .. windows.SelectMany(ratio.Rules)];
        rules.AddRange(plan.Severities.Select(severity => Burn(plan, ratio, severity)));
        rules.AddRange(Policies(objective).Select(p => PolicyAlert(plan, ratio, p)));
        rules.Add(Absent(plan, ratio));
        yield return RuleGroup.Of(objective.Slo.Name, objective.Name, "", null, rules);

        // the whole period is long to read and slow to change
        yield return RuleGroup.Of(
            objective.Slo.Name,
            objective.Name,
            "/budget",
            "2m",
            [
                .. windows.Contains(plan.Period) ? [] : ratio.Rules(plan.Period),
                Rule.Record(BudgetRemaining, $"1 - {ratio.Series(plan.Period)} / {PromQl.Number(plan.Budget)}"),
                Rule.Record("otelpipeline:slo_objective:ratio", $"vector({PromQl.Number(objective.Target)})"),
            ]
        );
    }

    public static string Summary(string alert) =>
        "{{ $labels.slo_name }}/{{ $labels.slo_objective_name }} "
        + alert switch
        {
            FastBurn => "burns its error budget fast",
            SlowBurn => "burns its error budget slowly but surely",
            Policy => "meets the condition of an alert policy",
            NoData => "sends no data",
            ResultRules.Failed => "is not met",
            _ => "cannot be judged",
        };

    public static string BurnDescription(BurnPlan plan, string severity) =>
        "The part of bad events is above "
        + string.Join(
            ", or above ",
            plan.Pairs.Where(p => p.Severity == severity)
                .Select(p =>
                    $"{PromQl.Number(plan.Threshold(p))} over {PromQl.Duration(p.LongWindow)} and {PromQl.Duration(p.ShortWindow)} ({PromQl.Number(p.Factor)} times the rate that uses up the budget of {PromQl.Number(plan.Budget)} in {PromQl.Duration(plan.Period)})"
                )
        )
        + ".";

    private static IEnumerable<AlertPolicyObject> Policies(SloObjective objective) =>
        objective.Slo.AlertPolicies.Where(static p => p.AlertWhenBreaching);

    private static Rule Burn(BurnPlan plan, ErrorRatio ratio, string severity)
    {
        var pairs = plan.Pairs.Where(p => p.Severity == severity).ToList();
        var expression = string.Join("\nor\n", pairs.Select(p => Pair(plan, ratio, p)));
        return Rule.Alert(AlertName(severity), severity, plan.Objective.Slo.Service, expression) with
        {
            Summary = Summary(AlertName(severity)),
            Description = BurnDescription(plan, severity),
        };
    }

    private static string Pair(BurnPlan plan, ErrorRatio ratio, BurnRateWindow pair)
    {
        var threshold = PromQl.Number(plan.Threshold(pair));
        return $"""
            # {PromQl.Number(pair.Factor)} * {PromQl.Number(plan.Budget)} over {PromQl.Duration(pair.LongWindow)} and still over {PromQl.Duration(
                pair.ShortWindow
            )}
            (
              {ratio.Series(pair.ShortWindow)} > {threshold}
              and
              {ratio.Series(pair.LongWindow)} > {threshold}
            {Guards(plan, ratio, pair.LongWindow)}
            )
            """;
    }

    // enough events; and the window must not reach back to before anything was known: then it would be a shorter one
    private static string Guards(BurnPlan plan, ErrorRatio ratio, TimeSpan window)
    {
        var enough = ratio.CountsEvents ? $"  and\n  {ratio.Total(window)} >= {plan.MinEvents}\n" : "";
        return $"{enough}  and\n  count_over_time({ratio.Known}[{PromQl.Duration(plan.Period)}] offset {PromQl.Duration(window)})";
    }

    private static Rule PolicyAlert(BurnPlan plan, ErrorRatio ratio, AlertPolicyObject policy)
    {
        var (condition, window) = (policy.Condition, policy.Condition.LookbackWindow.ToTimeSpan());
        var threshold = PromQl.Number(condition.Threshold * plan.Budget);
        var alert = Rule.Alert(
            Policy,
            condition.Severity,
            plan.Objective.Slo.Service,
            $"""
            # {PromQl.Number(condition.Threshold)} * {PromQl.Number(plan.Budget)}
            {ratio.Series(window)} {PromQl.Operator(condition.Op)} {threshold}
            {Guards(plan, ratio, window)}
            """
        );
        return alert with
        {
            For = condition.AlertAfter,
            Labels = [.. alert.Labels, new("alert_policy", policy.Name)],
            Summary = Summary(Policy),
            Description =
                $"{RuleFile.Plain(policy.DisplayName ?? policy.Name)}: the burn rate over {PromQl.Duration(window)} is {PromQl.Operator(condition.Op)} {PromQl.Number(condition.Threshold)}.",
        };
    }

    // a definition may say that no events are no harm; no series are always worth a look
    private static Rule Absent(BurnPlan plan, ErrorRatio ratio)
    {
        var objective = plan.Objective;
        var source = objective.Indicator.Total ?? objective.Indicator.Threshold;
        var expression = $"absent({ratio.Known})";
        if (
            ratio.CountsEvents
            && (source?.Telemetry?.NoData == SloNoData.Fail || objective.Slo.AlertPolicies.Any(static p => p.AlertWhenNoData))
        )
            expression += $"\nor\n{ratio.Total(plan.Pairs[0].LongWindow)} == 0";
        return Rule.Alert(NoData, "ticket", objective.Slo.Service, expression) with { For = NoDataFor, Summary = Summary(NoData) };
    }
}
