using System.Text;

namespace OtelPipeline.Slo.Prometheus;

/// <summary>Writes groups of rules as YAML.</summary>
internal static class RuleFile
{
    public const string Header = "# Written by 'otelpipe slo rules'. Change the definition of the objectives, not this file.\n";

    public static string Write(IReadOnlyList<RuleGroup> groups)
    {
        var text = new StringBuilder(Header).Append("groups:\n");
        foreach (var group in groups)
        {
            text.Append($"- name: {Yaml(group.Name)}\n");
            if (group.Interval is not null)
                text.Append($"  interval: {group.Interval}\n");
            text.Append("  rules:\n");
            foreach (var rule in group.Rules)
                Write(text, rule);
        }

        return text.ToString();
    }

    /// <summary>
    /// A double-quoted scalar. YAML takes the escapes that Prometheus' literals need (https://yaml.org/spec/1.2.2/#57-escaped-characters).
    /// </summary>
    public static string Yaml(string text) => PromQl.Text(text);

    /// <summary>Text of an annotation or a label, where braces would start a template.</summary>
    public static string Plain(string text) =>
        text.Contains("{{", StringComparison.Ordinal) ? text.Replace("{{", "{{ \"{{\" }}", StringComparison.Ordinal) : text;

    private static void Write(StringBuilder text, Rule rule)
    {
        text.Append($"  - {rule.Kind}: {rule.Name}\n    expr: |\n");
        foreach (var line in rule.Expression.Split('\n'))
            text.Append("      ").Append(line).Append('\n');
        if (rule.For > TimeSpan.Zero)
            text.Append($"    for: {PromQl.Duration(rule.For)}\n");
        if (rule.Labels.Count > 0)
            text.Append("    labels:\n");
        foreach (var (key, value) in rule.Labels)
            text.Append($"      {key}: {Yaml(rule.IsAlert ? Plain(value) : value)}\n");
        if (rule.Summary is null)
            return;
        text.Append($"    annotations:\n      summary: {Yaml(rule.Summary)}\n");
        if (rule.Description is not null)
            text.Append($"      description: {Yaml(rule.Description)}\n");
    }
}
