using OtelPipeline.Slo.OpenSlo;

namespace OtelPipeline.Slo.Prometheus.Testing;

/// <summary>The unit tests of the alerts that follow <c>slo.result</c>.</summary>
internal sealed class ResultTests(string ruleFile, IEnumerable<RuleGroup> groups)
{
    private static readonly TimeSpan Step = TimeSpan.FromMinutes(1);

    private readonly UnitTests _tests = new(ruleFile, Step, groups);

    public override string ToString() => _tests.ToString();

    public void Add(SloDefinition definition, string objective, IReadOnlyList<Rule> rules)
    {
        var slo = definition.Name;
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

            // one process is enough, and two are not too many
            Series(slo, objective, 'a', state, $"1x{patience - 3} 0x2 1x{patience + 3}");
            Series(slo, objective, 'b', state, $"0x{2 * patience + 1} 1x2");
            Series(slo, objective, 'b', "pass", $"1x{2 * patience + 4}");
            Others(slo, objective);

            // what is judged by burn rate has data meanwhile
            foreach (var other in definition.Objectives.Where(o => o.Name != objective && o.Kind != SloObjectiveKind.Limit))
                _tests.Series(UnitTests.Events(slo, other.Name, "instance=\"a\",job=\"loader\"", isBad: false), $"0+9x{2 * patience + 4}");
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
