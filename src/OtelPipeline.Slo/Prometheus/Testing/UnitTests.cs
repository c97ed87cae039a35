using System.Text;

namespace OtelPipeline.Slo.Prometheus.Testing;

/// <summary>Writes a file of unit tests for promtool.</summary>
/// <seealso href="https://prometheus.io/docs/prometheus/latest/configuration/unit_testing_rules/"/>
internal sealed class UnitTests(string ruleFile, TimeSpan interval, IEnumerable<RuleGroup> groups)
{
    private readonly StringBuilder _text = new StringBuilder(RuleFile.Header)
        .Append($"rule_files: [{RuleFile.Yaml(ruleFile)}]\n")
        .Append($"evaluation_interval: {PromQl.Duration(interval)}\n")
        .Append($"group_eval_order: [{string.Join(", ", groups.Select(static g => RuleFile.Yaml(g.Name)))}]\n")
        .Append("tests:\n");

    public override string ToString() => _text.ToString();

    /// <summary>A series of <c>slo.events</c>, with what else tells it from others.</summary>
    public static string Events(string slo, string objective, string target, bool isBad) =>
        $"{PromQl.Events}{{{target},slo_name={PromQl.Text(slo)},slo_objective_name={PromQl.Text(objective)},slo_outcome=\"{(isBad ? "bad" : "good")}\"}}";

    /// <summary>Starts a test; then come its series, then what is expected of alerts, then what is expected of queries.</summary>
    public void Test(string name) =>
        _text.Append($"- name: {RuleFile.Yaml(name)}\n  interval: {PromQl.Duration(interval)}\n  input_series:\n");

    /// <summary>Writes one series.</summary>
    public void Series(string series, string values) =>
        _text.Append($"  - series: {Quoted(series)}\n    values: {RuleFile.Yaml(values)}\n");

    public void Alerts() => _text.Append("  alert_rule_test:\n");

    /// <summary>Writes that at a time an alert fires, or does not.</summary>
    public void Alert(TimeSpan at, Rule rule, bool fires)
    {
        _text.Append($"  - eval_time: {PromQl.Duration(at)}\n    alertname: {rule.Name}\n");
        if (!fires)
        {
            _text.Append("    exp_alerts: []\n");
            return;
        }

        _text.Append("    exp_alerts:\n    - exp_labels:\n");
        foreach (var (key, value) in rule.Labels)
            _text.Append($"        {key}: {RuleFile.Yaml(value)}\n");
        _text.Append($"      exp_annotations:\n        summary: {RuleFile.Yaml(Expand(rule.Summary!, rule))}\n");
        if (rule.Description is not null)
            _text.Append($"        description: {RuleFile.Yaml(Expand(rule.Description, rule))}\n");
    }

    public void Queries() => _text.Append("  promql_expr_test:\n");

    /// <summary>Writes that a query gives nothing, or one sample.</summary>
    public void Query(TimeSpan at, string query, string? labels, double value = 0)
    {
        _text.Append($"  - expr: {Quoted(query)}\n    eval_time: {PromQl.Duration(at)}\n");
        _text.Append(
            labels is null
                ? "    exp_samples: []\n"
                : $"    exp_samples: [{{labels: {Quoted(labels)}, value: {value.ToString("R", System.Globalization.CultureInfo.InvariantCulture)}}}]\n"
        );
    }

    // single quotes, in which only they themselves are special: expressions are full of double quotes and backslashes
    private static string Quoted(string text) => $"'{text.Replace("'", "''", StringComparison.Ordinal)}'";

    private static string Expand(string template, Rule rule)
    {
        foreach (var (key, value) in rule.Labels)
            template = template.Replace($"{{{{ $labels.{key} }}}}", value, StringComparison.Ordinal);
        return template.Replace("{{ \"{{\" }}", "{{", StringComparison.Ordinal);
    }
}
