namespace OtelPipeline.Slo.Prometheus;

/// <summary>What <see cref="PrometheusRules"/> wrote for a definition.</summary>
/// <param name="Files">Rules, their tests, a dashboard and, where there are alert policies, routes of Alertmanager.</param>
/// <param name="Notes">What somebody who uses the files should know: reduced burn rates, and objectives that became no rules. May be empty.</param>
public sealed record PrometheusRuleSet(IReadOnlyList<GeneratedFile> Files, IReadOnlyList<string> Notes);

/// <summary>A file that was made.</summary>
/// <param name="Name">The name, without a folder.</param>
/// <param name="Text">The content; the same definition always gives the same.</param>
public sealed record GeneratedFile(string Name, string Text);
