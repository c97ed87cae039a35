using OtelPipeline.Data.TraceQL;

namespace OtelPipeline.Data.Tests.TraceQL;

/// <summary>What is a query and what is not, after the table that Tempo's own parser is tested with.</summary>
internal sealed class ParserTests
{
    private static string[] Lines(string text) => text.Split('\n', StringSplitOptions.RemoveEmptyEntries);

    [TestCaseSource(nameof(Valid))]
    public void IsAQuery(string query) => Assert.That(() => TraceQLQuery.Parse(query), Throws.Nothing);

    [TestCaseSource(nameof(Invalid))]
    public void IsNoQuery(string query) => Assert.That(() => TraceQLQuery.Parse(query), Throws.TypeOf<TraceQLException>());

    [TestCaseSource(nameof(Unsupported))]
    public void SaysWhatIsNotSupported(string query, string what) =>
        Assert.That(
            () => TraceQLQuery.Parse(query),
            Throws.TypeOf<TraceQLException>().With.Message.Contains("not supported").And.Message.Contains(what)
        );

    [TestCase("{ name = }", 1, 10, "'}' stands where a field or a value is expected")]
    [TestCase("{ name = \"a\"", 1, 13, "'}' or an operator is expected, not the end of the query")]
    [TestCase("{ attribute = 4 }", 1, 3, "an attribute is written .attribute")]
    [TestCase("{ .a == 4 }", 1, 7, "'='")]
    [TestCase("{\n  .a = 'x'\n}", 2, 8, "text stands in")]
    [TestCase("{ . }", 1, 4, "name of an attribute")]
    [TestCase("{ trace:status = error }", 1, 9, "duration, rootName, rootService and id")]
    [TestCase("{ duration > 5x }", 1, 14, "durations are written")]
    [TestCase("{ 1 = \"foo\" }", 1, 5, "an integer and text")]
    [TestCase("{ status }", 1, 3, "a status is no condition")]
    [TestCase("{ span.foo =~ \"[\" }", 1, 15, "regular expression is not valid")]
    [TestCase("{ name = \"\\z\" }", 1, 11, "no such escape")]
    [TestCase("{ } | count()", 1, 7, "compare it")]
    [TestCase("{ } > 10", 1, 5, "a set of spans and a number")]
    [TestCase("{ span:status = nil }", 1, 3, "status cannot be nil")]
    [TestCase("{ .a = 99999999999999999999 }", 1, 8, "64 bits")]
    [TestCase("{ } | rate() + 5", 1, 14, "parentheses")]
    [TestCase("{ .a } && ({ .b } | count() > 1)", 1, 8, "all in parentheses")]
    [TestCase("({ .a }) && ({ .b } | count() > 1)", 1, 2, "all in parentheses")]
    [TestCase("{ .a } | ({ .b } | count() > 1)", 1, 10, "no stage of another")]
    [TestCase("{ .a\0 }", 1, 5, "NUL")]
    [TestCase("\ufeff{ . }", 1, 5, "name of an attribute")]
    [TestCase("", 1, 1, "empty")]
    [TestCase("{ } { }", 1, 5, "should end")]
    public void ShowsWhereAndWhy(string query, int line, int column, string reason)
    {
        var error = Assert.Throws<TraceQLException>(() => TraceQLQuery.Parse(query))!;
        Assert.That((error.Line, error.Column), Is.EqualTo((line, column)), error.Message);
        Assert.That(error.Message, Does.Contain(reason));
        Assert.That(TraceQLQuery.TryParse(query, out _, out var same), Is.False);
        Assert.That(same!.Message, Is.EqualTo(error.Message));
    }

    [TestCase("{ .a = 1 }", false, false)]
    [TestCase("{ .a = 1 } | { .b = 2 } | select(name)", false, false)]
    [TestCase("{ traceDuration > 1s }", false, true)]
    [TestCase("{ span:childCount > 1 }", false, true)]
    [TestCase("{ } >> { }", false, true)]
    [TestCase("{ } | count() > 1", false, true)]
    [TestCase("{ } | by(name)", false, true)]
    [TestCase("{ } | select(rootName)", false, true)]
    [TestCase("{ } | rate()", true, false)]
    [TestCase("{ } >> { } | rate()", true, true)]
    [TestCase("({ } | rate()) / ({ rootName = \"a\" } | rate())", true, true)]
    public void SaysWhatItNeeds(string query, bool isMetrics, bool needsWholeTraces)
    {
        var parsed = TraceQLQuery.Parse(query);
        Assert.That((parsed.IsMetrics, parsed.NeedsWholeTraces), Is.EqualTo((isMetrics, needsWholeTraces)));
    }

    private static string[] Valid() => Lines(ParserTable.Valid);

    private static string[] Invalid() => Lines(ParserTable.Invalid);

    private static IEnumerable<TestCaseData> Unsupported() =>
        Lines(ParserTable.Unsupported).Select(line => line.Split(" => ")).Select(parts => new TestCaseData(parts[0], parts[1]));
}
