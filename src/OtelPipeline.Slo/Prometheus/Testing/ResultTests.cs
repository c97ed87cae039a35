namespace OtelPipeline.Slo.Prometheus.Testing;

/// <summary>The unit tests of the alerts that follow <c>slo.result</c>.</summary>
internal sealed class ResultTests(string ruleFile, IEnumerable<RuleGroup> groups)
{
    private static readonly TimeSpan Step = TimeSpan.FromMinutes(1);

    private readonly UnitTests _tests = new(ruleFile, Step, groups);

    public override string ToString() => _tests.ToString();

    public void Add(string slo, string objective, IReadOnlyList<Rule> rules)
    {
        _tests.Test($"{slo}/{objective}: one process fails, then both, then none");
        Series(slo, objective, 'a', "fail", "0x4 1x9 0x9");
        Series(slo, objective, 'b', "fail", "0x9 1x4 0x9");
        foreach (var state in new[] { "pass", "no_data", "invalid" })
            Series(slo, objective, 'b', state, "0x23");
        Others(slo, objective);
        var failed = rules.Single(static r => r.Name == ResultRules.Failed);
        _tests.Alerts();
        foreach (var (minute, fires) in new[] { (4, false), (5, true), (9, true), (12, true), (16, false) })
            _tests.Alert(minute * Step, failed, fires);

        foreach (var rule in rules.Where(static r => r.Name != ResultRules.Failed))
        {
            var state = rule.Name == ResultRules.Invalid ? "invalid" : "no_data";
            var patience = (int)(ResultRules.Patience / Step);
            _tests.Test($"{slo}/{objective}: {state} for a while, and then for long");
            var values = $"1x{patience - 3} 0x2 1x{patience + 2}";
            Series(slo, objective, 'a', state, values);
            Series(slo, objective, 'b', state, values);
            Series(slo, objective, 'b', "pass", $"1x{2 * patience + 4}");
            Others(slo, objective);
            _tests.Alerts();
            _tests.Alert((patience + 2) * Step, rule, false);
            _tests.Alert((2 * patience - 1) * Step, rule, false);
            _tests.Alert((2 * patience + 3) * Step, rule, true);
            _tests.Alert((2 * patience + 3) * Step, failed, false);
        }
    }

    private void Others(string slo, string objective)
    {
        foreach (var state in new[] { "fail", "no_data", "invalid" })
        {
            Series(slo + "-other", objective, 'a', state, "1x40");
            Series(slo, objective + " other", 'a', state, "1x40");
        }
    }

    private void Series(string slo, string objective, char instance, string state, string values) =>
        _tests.Series(
            $"{PromQl.Result}{{instance=\"{instance}\",job=\"loader\",slo_name={PromQl.Text(slo)},slo_objective_name={PromQl.Text(objective)},slo_result_state=\"{state}\"}}",
            values
        );
}
