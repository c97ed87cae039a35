namespace OtelPipeline.Cli.Tests.Slo;

internal sealed class SloRulesTests
{
    [Test]
    public async Task Writes_rules_tests_and_a_dashboard_and_says_what_is_unusual()
    {
        using var workspace = new Workspace();
        workspace.Write(
            "slo.yaml",
            Objectives.Ratio("0.6", window: "30d", policies: Objectives.Policy("gt", "2")) + "---\n" + Objectives.Ratio(name: "run")
        );

        var result = await workspace.RunAsync("slo", "rules", "-f", "slo.yaml", "--out", "rules");

        Assert.Multiple(() =>
        {
            Assert.That(result.ExitCode, Is.Zero, result.Error);
            Assert.That(
                Directory.GetFiles(workspace.Of("rules")).Select(Path.GetFileName),
                Is.EquivalentTo(
                    new[]
                    {
                        "alertmanager.yaml",
                        "nodes.budget.tests.yaml",
                        "nodes.burn-1.tests.yaml",
                        "nodes.burn-2.tests.yaml",
                        "nodes.burn-3.tests.yaml",
                        "nodes.burn-4.tests.yaml",
                        "nodes.rules.yaml",
                        "run.rules.yaml",
                        "run.tests.yaml",
                        "slo-dashboard.json",
                    }
                )
            );
            Assert.That(result.Lines, Has.Length.EqualTo(10));
            Assert.That(
                result.Error,
                Does.Contain("nodes/success").And.Contain("cannot exceed 2.5").And.Contain("2.25 over 6h24m and 32m")
            );
        });
    }

    [Test]
    public async Task Writes_the_same_twice()
    {
        using var workspace = new Workspace();
        workspace.Write("slo.yaml", Objectives.Ratio(window: "7d"));

        await workspace.RunAsync("slo", "rules", "-f", "slo.yaml", "--out", "a", "--metric-style", "otlp");
        await workspace.RunAsync("slo", "rules", "-f", "slo.yaml", "--out", "b", "--metric-style", "otlp");

        foreach (var file in Directory.GetFiles(workspace.Of("a")))
            Assert.That(File.ReadAllText(file), Is.EqualTo(File.ReadAllText(file.Replace("/a/", "/b/", StringComparison.Ordinal))), file);
    }

    [Test]
    public async Task An_unknown_style_is_refused()
    {
        using var workspace = new Workspace();
        workspace.Write("slo.yaml", Objectives.Ratio());

        var result = await workspace.RunAsync("slo", "rules", "-f", "slo.yaml", "--out", "a", "--metric-style", "graphite");

        Assert.That(result.ExitCode, Is.EqualTo(2));
    }
}
