using OtelPipeline.Slo.OpenSlo;

namespace OtelPipeline.Slo.Prometheus;

/// <summary>The alerts of what has no burn rate: limits, and objectives of one run. The processes judge, and say so in <c>slo.result</c>.</summary>
internal static class ResultRules
{
    public const string Failed = "SloFailed";
    public const string Invalid = "SloInvalid";

    /// <summary>How long a verdict may be missing or impossible: a run that starts has no data yet.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromMinutes(10);

    public static RuleGroup Group(SloDefinition slo, string objectiveName, SloObjective? objective)
    {
        // a limit is one state of the whole fleet, a run is one of many
        var severity = objective?.Kind == SloObjectiveKind.Limit && slo.TimeWindow is not null ? "page" : "ticket";
        List<Rule> rules =
        [
            Rule.Alert(Failed, severity, slo.Service, State("fail")) with
            {
                Summary = BurnRateRules.Summary(Failed),
                Description = Describe(objective),
            },
            Rule.Alert(Invalid, "ticket", slo.Service, State("invalid")) with
            {
                For = Patience,
                Summary = BurnRateRules.Summary(Invalid),
            },
        ];
        if (NoDataFails(slo, objective))
            rules.Add(
                Rule.Alert(BurnRateRules.NoData, "ticket", slo.Service, State("no_data")) with
                {
                    For = Patience,
                    Summary = BurnRateRules.Summary(BurnRateRules.NoData),
                }
            );
        return RuleGroup.Of(slo.Name, objectiveName, "", null, rules);

        string State(string state) =>
            $"max by (slo_name, slo_objective_name) ({PromQl.Result}{{slo_name={PromQl.Text(slo.Name)},slo_objective_name={PromQl.Text(objectiveName)},slo_result_state=\"{state}\"}}) == 1";
    }

    public static bool NoDataFails(SloDefinition slo, SloObjective? objective) =>
        (objective?.Indicator.Total ?? objective?.Indicator.Threshold)?.Telemetry?.NoData == SloNoData.Fail
        || slo.AlertPolicies.Any(static p => p.AlertWhenNoData);

    public static string Describe(SloObjective? objective) =>
        objective switch
        {
            null => "The composite objective is not met.",
            { Kind: SloObjectiveKind.Limit } =>
                $"The value is not {PromQl.Operator(objective.Op!.Value)} {PromQl.Number(objective.Value!.Value)}.",
            { Kind: SloObjectiveKind.Quantile } =>
                $"Fewer than {PromQl.Number(objective.Target * 100)} % of the values are {PromQl.Operator(objective.Op!.Value)} {PromQl.Number(objective.Value!.Value)}.",
            _ => $"Fewer than {PromQl.Number(objective.Target * 100)} % of the events are good.",
        };
}
