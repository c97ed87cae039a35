namespace OtelPipeline.Slo.Prometheus;

/// <summary>A recording rule or an alert.</summary>
/// <seealso href="https://prometheus.io/docs/prometheus/latest/configuration/recording_rules/"/>
internal sealed record Rule(string Kind, string Name, string Expression)
{
    public IReadOnlyList<KeyValuePair<string, string>> Labels { get; init; } = [];

    public TimeSpan For { get; init; }

    public string? Summary { get; init; }

    public string? Description { get; init; }

    public bool IsAlert => Kind == "alert";

    public static Rule Record(string name, string expression) => new("record", name, expression);

    public static Rule Alert(string name, string severity, string service, string expression) =>
        new("alert", name, expression) { Labels = [new("severity", severity), new("service", service)] };
}

/// <summary>Rules that are evaluated together, one after the other.</summary>
/// <param name="Name">The name, unique in a file.</param>
/// <param name="Interval">How often; null for what the server does by default.</param>
/// <param name="Rules">The rules.</param>
internal sealed record RuleGroup(string Name, string? Interval, IReadOnlyList<Rule> Rules)
{
    /// <summary>A group of one objective, whose name every rule carries: a query need not have given it, and no two rules are then the same.</summary>
    public static RuleGroup Of(string slo, string objective, string suffix, string? interval, IEnumerable<Rule> rules) =>
        new(
            $"{slo}/{objective}{suffix}",
            interval,
            [.. rules.Select(r => r with { Labels = [new("slo_name", slo), new("slo_objective_name", objective), .. r.Labels] })]
        );
}
