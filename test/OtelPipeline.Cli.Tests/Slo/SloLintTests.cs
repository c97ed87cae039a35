namespace OtelPipeline.Cli.Tests.Slo;

/// <summary>One bad and one good document for each finding.</summary>
internal sealed class SloLintTests
{
    private const string Duration = "signal: spans, where: '{ name = \"node work\" }', value: duration";
    private const string Count = "signal: spans, where: '{ name = \"node work\" }', aggregate: count, over: window";

    private static IEnumerable<TestCaseData> Cases()
    {
        var alert = "unreachable-alert";
        yield return Case("a burn rate above the largest", alert, Burns("gt", "10"), Burns("gt", "9.9"));
        yield return Case("a burn rate of at least the largest", alert, Burns("gte", "10.1"), Burns("gte", "10"));
        yield return Case("a burn rate below 0", alert, Burns("lt", "0"), Burns("lt", "0.1"));
        yield return Case("a lookback longer than the window", alert, Burns("gt", "2", "40d"), Burns("gt", "2", "30d"));
        yield return Case("a burn rate of a run", alert, Objectives.Ratio(policies: Objectives.Policy("gt", "2")), Burns("gt", "2"));
        yield return Case(
            "a policy that is never told of",
            alert,
            Objectives.Ratio(window: "30d", policies: Objectives.Policy("gt", "2", when: "alertWhenResolved: true")),
            Burns("gt", "2")
        );

        var target = "impossible-target";
        yield return Case("always met", target, Objectives.Ratio("0"), Objectives.Ratio("0.1"));
        yield return Case(
            "a negative duration",
            target,
            Objectives.Threshold("lt", "0", Duration),
            Objectives.Threshold("lt", "0.1", Duration)
        );
        yield return Case(
            "a negative count",
            target,
            Objectives.Threshold("lte", "-1", Count + ", liveness: '{ name = \"node work\" }'"),
            Objectives.Threshold("lte", "1", Count)
        );
        yield return Case("any duration", target, Objectives.Threshold("gte", "0", Duration), Objectives.Threshold("gte", "0.1", Duration));
        yield return Case("any count", target, Objectives.Threshold("gt", "-1", Count), Objectives.Threshold("gt", "1", Count));
        yield return Case("less than one slice", target, Slices("1h", "0.999"), Slices("1h", "0.99"));

        var overlap = "overlap";
        yield return Case(
            "the same twice",
            overlap,
            Objectives.Ratio("0.9") + "---\n" + Objectives.Ratio("0.95", name: "again"),
            Objectives.Ratio("0.9") + "---\n" + Objectives.Ratio("0.95", name: "again", window: "30d")
        );
        yield return Case(
            "the same threshold twice",
            overlap,
            Objectives.Threshold("lte", "3", Duration) + "---\n" + Objectives.Threshold("lte", "3", Duration, name: "again"),
            Objectives.Threshold("lte", "3", Duration) + "---\n" + Objectives.Threshold("lte", "4", Duration, name: "again")
        );

        static TestCaseData Case(string name, string rule, string bad, string good) =>
            new TestCaseData(rule, bad, good).SetName($"{{m}}({rule}: {name})");
    }

    [TestCaseSource(nameof(Cases))]
    public async Task Finds_what_cannot_be_meant(string rule, string bad, string good)
    {
        using var workspace = new Workspace();
        workspace.Write("bad.yaml", bad);
        workspace.Write("good.yaml", good);

        var found = await workspace.RunAsync("slo", "lint", "-f", "bad.yaml");
        var clean = await workspace.RunAsync("slo", "lint", "-f", "good.yaml");

        Assert.Multiple(() =>
        {
            Assert.That(found.ExitCode, Is.EqualTo(1), found.Error);
            Assert.That(found.Lines, Has.Length.EqualTo(1));
            Assert.That(found.Output, Does.Match($@"^bad\.yaml:\d+: {rule}: "));
            Assert.That(clean.ExitCode, Is.Zero, clean.Output + clean.Error);
        });
    }

    [Test]
    public async Task Filters_are_tried_on_telemetry()
    {
        using var workspace = new Workspace();
        workspace.Write("bad.yaml", Objectives.Ratio(where: "name = \"node wrok\""));
        workspace.Write("good.yaml", Objectives.Ratio());
        workspace.Write("spans.jsonl", Objectives.Nodes(3, 0));

        var found = await workspace.RunAsync("slo", "lint", "-f", "bad.yaml", "spans.jsonl", "--output", "json");
        var clean = await workspace.RunAsync("slo", "lint", "-f", "good.yaml", "spans.jsonl");

        Assert.Multiple(() =>
        {
            Assert.That(found.ExitCode, Is.EqualTo(1), found.Output + found.Error);
            Assert.That(found.Json[0].GetProperty("rule").GetString(), Is.EqualTo("no-match"));
            Assert.That(found.Json[0].GetProperty("message").GetString(), Does.Contain("node wrok"));
            Assert.That(clean.ExitCode, Is.Zero, clean.Output + clean.Error);
        });
    }

    [Test]
    public async Task A_definition_with_errors_ends_with_2()
    {
        using var workspace = new Workspace();
        workspace.Write("slo.yaml", Objectives.Ratio().Replace("service:", "servcie:", StringComparison.Ordinal));

        var result = await workspace.RunAsync("slo", "lint", "-f", "slo.yaml");

        Assert.Multiple(() =>
        {
            Assert.That(result.ExitCode, Is.EqualTo(2));
            Assert.That(result.Error, Does.Contain("slo.yaml:5").And.Contain("servcie"));
        });
    }

    private static string Burns(string op, string threshold, string lookback = "1h") =>
        Objectives.Ratio(window: "30d", policies: Objectives.Policy(op, threshold, lookback));

    private static string Slices(string slice, string target) =>
        Objectives.Ratio(target, window: "30d", method: "Timeslices", objective: $", timeSliceTarget: 0.9, timeSliceWindow: {slice}");
}
