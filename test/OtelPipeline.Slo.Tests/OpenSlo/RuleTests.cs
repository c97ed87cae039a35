namespace OtelPipeline.Slo.Tests.OpenSlo;

/// <summary>One case for each rule of https://github.com/OpenSLO/OpenSLO and of the extensions: what breaks it, and what is said then.</summary>
public class RuleTests
{
    private static readonly string LongText = new('x', 1051);
    private static readonly string LongName = new('x', 64);

    public static IEnumerable<TestCaseData> General()
    {
        yield return Case("version missing", Yaml.Ratio, "apiVersion: openslo/v1\n", "", "the required field 'apiVersion' is missing");
        yield return Case(
            "version unknown",
            Yaml.Ratio,
            "openslo/v1",
            "openslo/v2",
            "'openslo/v2' is not supported: openslo/v1 is expected",
            line: 1
        );
        yield return Case("kind missing", Yaml.Ratio, "kind: SLO\n", "", "the required field 'kind' is missing");
        yield return Case("kind unknown", Yaml.Ratio, "kind: SLO", "kind: Slo", "'Slo' is none of DataSource, SLO, SLI", line: 2);
        yield return Case("metadata missing", Yaml.Ratio, "metadata:\n  name: yield\n", "", "the required field 'metadata' is missing");
        yield return Case(
            "name missing",
            Yaml.Ratio,
            "  name: yield",
            "  displayName: x",
            "the required field 'name' is missing",
            "SLO: metadata.name"
        );
        yield return Case(
            "name with underscore",
            Yaml.Ratio,
            "  name: yield",
            "  name: yi_eld",
            "'yi_eld' is no name: up to 63 letters",
            line: 4
        );
        yield return Case("name too long", Yaml.Ratio, "  name: yield", $"  name: {LongName}", "is no name: up to 63 letters");
        yield return Case("name ends with -", Yaml.Ratio, "  name: yield", "  name: yield-", "'yield-' is no name");
        yield return Case("name a number", Yaml.Ratio, "  name: yield", "  name: [a]", "text is expected here, not a list");
        yield return Case(
            "spec missing",
            Yaml.Policy,
            "spec: {target: slack}",
            "",
            "the required field 'spec' is missing",
            "AlertNotificationTarget/chat: spec"
        );
        yield return Case(
            "label key",
            Yaml.Ratio,
            "  name: yield",
            "  name: yield\n  labels: {a b: c}",
            "'a b' is no name of a label",
            "SLO/yield: metadata.labels.a b"
        );
        yield return Case(
            "label value",
            Yaml.Ratio,
            "  name: yield",
            "  name: yield\n  labels: {a: {b: c}}",
            "a label is text or a list of text, not an object"
        );
        yield return Case(
            "annotation name",
            Yaml.Ratio,
            "  name: yield",
            "  name: yield\n  annotations: {example.com/-a: c}",
            "'-a' is no name of an annotation"
        );
        yield return Case(
            "annotation prefix",
            Yaml.Ratio,
            "  name: yield",
            "  name: yield\n  annotations: {Exa_mple/a: c}",
            "'Exa_mple' is no prefix of an annotation: a DNS subdomain"
        );
        yield return Case(
            "annotation value",
            Yaml.Ratio,
            "  name: yield",
            "  name: yield\n  annotations: {a: [c]}",
            "an annotation is text, not a list"
        );
        yield return Case(
            "annotation of ours",
            Yaml.Ratio,
            "  name: yield",
            "  name: yield\n  annotations: {otelpipeline/no: c}",
            "the annotation 'otelpipeline/no' is unknown here. Known ones: otelpipeline/exclude"
        );
        yield return Case(
            "exclusion",
            Yaml.Ratio,
            "  name: yield",
            "  name: yield\n  annotations: {otelpipeline/exclude: sometimes}",
            "'sometimes' in otelpipeline/exclude is no time"
        );
        yield return Case(
            "description too long",
            Yaml.Ratio,
            "  service: downloader",
            $"  service: downloader\n  description: {LongText}",
            "a description has at most 1050 characters; this one has 1051",
            "SLO/yield: spec.description",
            7
        );
        yield return Case(
            "unknown field of the object",
            Yaml.Ratio,
            "kind: SLO",
            "kind: SLO\nstatus: ok",
            "the field 'status' is unknown. Known fields here: apiVersion, kind, metadata, spec",
            "SLO/yield: status",
            3
        );
        yield return Case(
            "unknown field of metadata",
            Yaml.Ratio,
            "  name: yield",
            "  name: yield\n  title: x",
            "the field 'title' is unknown",
            "SLO/yield: metadata.title",
            5
        );
        yield return Case(
            "unknown field of spec",
            Yaml.Ratio,
            "  service: downloader",
            "  servce: downloader",
            "the field 'servce' is unknown. Known fields here: alertPolicies",
            "SLO/yield: spec.servce",
            6
        );
        yield return Case(
            "same name twice",
            Yaml.Ratio + "\n---\n" + Yaml.Ratio,
            "",
            "",
            "a second SLO with the name 'yield'; the first stands at slo.yaml:1",
            "SLO/yield: metadata.name",
            20
        );
    }

    public static IEnumerable<TestCaseData> Slos()
    {
        yield return Case(
            "service missing",
            Yaml.Ratio,
            "  service: downloader\n",
            "",
            "the required field 'service' is missing",
            "SLO/yield: spec.service"
        );
        yield return Case(
            "method missing",
            Yaml.Ratio,
            "  budgetingMethod: Occurrences\n",
            "",
            "the required field 'budgetingMethod' is missing"
        );
        yield return Case(
            "method unknown",
            Yaml.Ratio,
            ": Occurrences",
            ": occurrences",
            "'occurrences' is none of Occurrences, Timeslices, RatioTimeslices",
            "SLO/yield: spec.budgetingMethod",
            7
        );
        yield return Case(
            "objectives missing",
            Yaml.Ratio,
            "  objectives:\n    - target: 0.85",
            "",
            "the required field 'objectives' is missing"
        );
        yield return Case(
            "objectives empty",
            Yaml.Ratio,
            "objectives:\n    - target: 0.85",
            "objectives: []",
            "at least one is required here",
            "SLO/yield: spec.objectives"
        );
        yield return Case(
            "indicator missing",
            Yaml.Threshold,
            "indicator:",
            "x-indicator:",
            "the required field 'indicator' or 'indicatorRef' is missing, here or",
            "SLO/latency: spec.indicator"
        );
        yield return Case(
            "indicator twice",
            Yaml.Ratio,
            "  service: downloader",
            "  service: downloader\n  indicatorRef: a",
            "'indicator' and 'indicatorRef' cannot stand together"
        );
        yield return Case(
            "indicator not defined",
            Composite("indicatorRef: a", "indicatorRef: Yield"),
            "",
            "",
            "no SLI with the name 'a' is defined",
            "SLO/both: spec.objectives[0].indicatorRef"
        );
        yield return Case(
            "indicator in other case",
            Composite("indicatorRef: a", "indicatorRef: Yield"),
            "",
            "",
            "no SLI with the name 'Yield' is defined; there is 'yield'"
        );
        yield return Case(
            "indicator here and there",
            Yaml.Ratio,
            "- target: 0.85",
            "- {target: 0.85, indicatorRef: x}",
            "this objective has an indicator of its own, and so has the SLO"
        );
        yield return Case(
            "composite incomplete",
            Composite("indicatorRef: yield", "displayName: none"),
            "",
            "",
            "every objective of a composite SLO needs one",
            "SLO/both: spec.objectives[1]"
        );
        yield return Case(
            "thresholds",
            Yaml.Threshold,
            "  objectives:",
            "  objectives:\n    - {op: lte, value: 9, target: 0.99}",
            "an indicator with 'thresholdMetric' has exactly one objective; these are 2"
        );
        yield return Case(
            "inline kind",
            Yaml.Ratio,
            "    metadata: {name: yield}",
            "    kind: SLO\n    metadata: {name: yield}",
            "'SLO' is not expected here, but SLI"
        );
        yield return Case(
            "windows",
            Yaml.Ratio,
            "  indicator:",
            "  timeWindow: [{duration: 1d, isRolling: true}, {duration: 2d, isRolling: true}]\n  indicator:",
            "a time window is a list of exactly one item; these are 2",
            "SLO/yield: spec.timeWindow",
            8
        );
        yield return Window("no duration", "isRolling: true", "the required field 'duration' is missing");
        yield return Window(
            "seconds",
            "duration: 30s, isRolling: true",
            "a duration such as 5m, 1h, 30d, 4w, 1M, 1Q or 1Y is expected here, not 30s"
        );
        yield return Window("zero", "duration: 0d, isRolling: true", "is expected here, not 0d");
        yield return Window("spaces", "duration: 1 d, isRolling: true", "is expected here, not 1 d");
        yield return Window("neither", "duration: 1d", "a time window has either 'isRolling: true' or 'calendar'");
        yield return Window(
            "both",
            "duration: 1d, isRolling: true, calendar: {startTime: '2026-01-01 00:00:00', timeZone: UTC}",
            "a time window with 'calendar' is not rolling"
        );
        yield return Window("no start", "duration: 1M, calendar: {timeZone: UTC}", "the required field 'startTime' is missing");
        yield return Window(
            "no zone",
            "duration: 1M, calendar: {startTime: '2026-01-01 00:00:00'}",
            "the required field 'timeZone' is missing"
        );
        yield return Window(
            "unknown zone",
            "duration: 1M, calendar: {startTime: '2026-01-01 00:00:00', timeZone: Mars/Base}",
            "'Mars/Base' is no time zone of the IANA database"
        );
        yield return Window(
            "zone in start",
            "duration: 1M, calendar: {startTime: '2026-01-01T00:00:00Z', timeZone: UTC}",
            "a time such as 2026-01-01 00:00:00, without a time zone, is expected here"
        );
        yield return Window(
            "rolling month",
            "duration: 1M, isRolling: true",
            "a rolling window of 1M has no fixed length: give days, such as 30d"
        );
        yield return Window("too long", "duration: 90d, isRolling: true", "is 5m to 31d, not 90d");
        yield return Window("too short", "duration: 4m, isRolling: true", "is 5m to 31d, not 4m");
    }

    public static IEnumerable<TestCaseData> Objectives()
    {
        yield return Case(
            "no target",
            Yaml.Ratio,
            "- target: 0.85",
            "- displayName: x",
            "the required field 'target' or 'targetPercent' is missing",
            "SLO/yield: spec.objectives[0].target"
        );
        yield return Case(
            "target 1",
            Yaml.Ratio,
            "target: 0.85",
            "target: 1.0",
            "a target is at least 0 and below 1, not 1.0",
            "SLO/yield: spec.objectives[0].target",
            15
        );
        yield return Case("target negative", Yaml.Ratio, "target: 0.85", "target: -0.1", "a target is at least 0 and below 1, not -0.1");
        yield return Case("target text", Yaml.Ratio, "target: 0.85", "target: '0.85'", "a number is expected here, not \"0.85\"");
        yield return Case(
            "percent 100",
            Yaml.Ratio,
            "target: 0.85",
            "targetPercent: 100",
            "a target in percent is at least 0 and below 100, not 100"
        );
        yield return Case(
            "both targets",
            Yaml.Ratio,
            "target: 0.85",
            "{target: 0.85, targetPercent: 85}",
            "'target' and 'targetPercent' cannot stand together"
        );
        yield return Case(
            "op on ratio",
            Yaml.Ratio,
            "target: 0.85",
            "{op: gt, target: 0.85}",
            "'op' is only for a thresholdMetric, and the indicator is a ratioMetric"
        );
        yield return Case(
            "value on ratio",
            Yaml.Ratio,
            "target: 0.85",
            "{value: 1, target: 0.85}",
            "'value' is only for a thresholdMetric"
        );
        yield return Case(
            "op missing",
            Yaml.Threshold,
            "op: lte, ",
            "",
            "the required field 'op' is missing: the indicator is a thresholdMetric"
        );
        yield return Case("op unknown", Yaml.Threshold, "op: lte", "op: '<='", "'<=' is none of lte, gte, lt, gt");
        yield return Case(
            "value missing",
            Yaml.Threshold,
            "value: 3, ",
            "",
            "the required field 'value' is missing: the indicator is a thresholdMetric"
        );
        yield return Case(
            "slice target missing",
            Slices("Timeslices", "timeSliceWindow: 1m"),
            "",
            "",
            "the required field 'timeSliceTarget' is missing: the budgeting method is Timeslices"
        );
        yield return Case(
            "slice window missing",
            Slices("RatioTimeslices", "displayName: x"),
            "",
            "",
            "the required field 'timeSliceWindow' is missing: the budgeting method is RatioTimeslices"
        );
        yield return Case(
            "slice target zero",
            Slices("Timeslices", "timeSliceWindow: 1m, timeSliceTarget: 0"),
            "",
            "",
            "a target of a time slice is above 0 and at most 1, not 0"
        );
        yield return Case(
            "slice target for ratio",
            Slices("RatioTimeslices", "timeSliceWindow: 1m, timeSliceTarget: 0.5"),
            "",
            "",
            "'timeSliceTarget' is only for the budgeting method Timeslices"
        );
        yield return Case(
            "slices for occurrences",
            Slices("Occurrences", "timeSliceWindow: 1m"),
            "",
            "",
            "'timeSliceWindow' is only for the budgeting methods Timeslices and RatioTimeslices"
        );
        yield return Case(
            "slice no minutes",
            Slices("RatioTimeslices", "timeSliceWindow: -1"),
            "",
            "",
            "a time slice has a positive number of minutes, not -1"
        );
        yield return Case(
            "slice too long",
            Slices("RatioTimeslices", "timeSliceWindow: 2d", "1d"),
            "",
            "",
            "is longer than the time window of 1d"
        );
        yield return Case(
            "weight zero",
            Composite("indicatorRef: yield, compositeWeight: 0", "indicatorRef: yield"),
            "",
            "",
            "a weight is above 0, not 0"
        );
        yield return Case(
            "weight alone",
            Yaml.Ratio,
            "target: 0.85",
            "{target: 0.85, compositeWeight: 2}",
            "a weight is of use only where there are several objectives"
        );
        yield return Case(
            "zero without liveness",
            Yaml.Threshold,
            "value: duration}}\n  objectives:\n    - {op: lte, value: 3",
            "aggregate: count}}\n  objectives:\n    - {op: lte, value: 0",
            "a limit of zero needs 'liveness'"
        );
    }

    [TestCaseSource(nameof(General))]
    [TestCaseSource(nameof(Slos))]
    [TestCaseSource(nameof(Objectives))]
    [TestCaseSource(typeof(RuleCases), nameof(RuleCases.Indicators))]
    [TestCaseSource(typeof(RuleCases), nameof(RuleCases.Alerts))]
    public void Breaking_a_rule_names_it(string text, string message, string? path, int line)
    {
        var errors = Yaml.ErrorsOf(text);

        var error = errors.FirstOrDefault(e => e.Message.Contains(message, StringComparison.Ordinal));
        Assert.That(error, Is.Not.Null, $"got: {string.Join(" | ", errors)}");
        Assert.That(error!.File, Is.EqualTo("slo.yaml"));
        Assert.That(error.Line, line > 0 ? Is.EqualTo(line) : Is.GreaterThan(0), error.ToString());
        if (path is not null)
            Assert.That(error.Path, Is.EqualTo(path));
    }

    [Test]
    public void The_documents_that_are_changed_are_right()
    {
        Assert.That(Yaml.ErrorsOf(Yaml.Ratio), Is.Empty);
        Assert.That(Yaml.ErrorsOf(Yaml.Threshold), Is.Empty);
        Assert.That(Yaml.ErrorsOf(Yaml.Policy), Is.Empty);
        Assert.That(Yaml.ErrorsOf(Composite("indicatorRef: yield", "indicatorRef: yield, compositeWeight: 2")), Is.Empty);
        Assert.That(Yaml.ErrorsOf(Slices("Timeslices", "timeSliceWindow: 5, timeSliceTarget: 1")), Is.Empty);
    }

    internal static TestCaseData Case(
        string name,
        string document,
        string old,
        string replacement,
        string message,
        string? path = null,
        int line = 0
    ) => new TestCaseData(old.Length == 0 ? document : Yaml.With(document, old, replacement), message, path, line).SetArgDisplayNames(name);

    private static TestCaseData Window(string name, string window, string message) =>
        Case("window: " + name, Yaml.Ratio, "  indicator:", "  timeWindow: [{" + window + "}]\n  indicator:", message);

    private static string Composite(string first, string second) =>
        $$$$"""
            apiVersion: openslo/v1
            kind: SLI
            metadata: {name: yield}
            spec:
              ratioMetric:
                good: {metricSource: {type: OtelPipeline, spec: {signal: spans, where: '{ name = "ok" }'}}}
                total: {metricSource: {type: OtelPipeline, spec: {signal: spans}}}
            ---
            apiVersion: openslo/v1
            kind: SLO
            metadata: {name: both}
            spec:
              service: downloader
              budgetingMethod: Occurrences
              objectives:
                - {target: 0.9, {{{{first}}}}}
                - {target: 0.8, {{{{second}}}}}
            """;

    private static string Slices(string method, string objective, string window = "7d") =>
        Yaml.With(
            Yaml.With(
                Yaml.Ratio,
                "budgetingMethod: Occurrences",
                $"budgetingMethod: {method}\n  timeWindow: [{{duration: {window}, isRolling: true}}]"
            ),
            "- target: 0.85",
            $"- {{target: 0.85, {objective}}}"
        );
}
