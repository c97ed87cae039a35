namespace OtelPipeline.Slo.Prometheus.Testing;

/// <summary>Traffic, and the steps at which the state of the alerts is looked at.</summary>
internal sealed record Scenario(string Name, Traffic Traffic, IReadOnlyList<int> Checks);
