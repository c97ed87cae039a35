using OtelPipeline.Data.TraceQL;

namespace OtelPipeline.Data.Tests.TraceQL;

/// <summary>Queries over <see cref="QueryData"/> with the spans that they find, by the last digits of their ids.</summary>
internal sealed class QueryTableTests
{
    private static IEnumerable<TestCaseData> Cases() =>
        from line in string.Join('\n', QueryTable.Fields, QueryTable.Types, QueryTable.Traces)
            .Split('\n', StringSplitOptions.RemoveEmptyEntries)
        where !line.StartsWith('#')
        let parts = line.Split(" => ")
        select new TestCaseData(parts[0].Trim(), parts[1].Trim()).SetArgDisplayNames(parts[0].Trim());

    [Test]
    public void ThereAreTwoHundred() => Assert.That(Cases().Count(), Is.GreaterThanOrEqualTo(200));

    [TestCaseSource(nameof(Cases))]
    public void FindsTheSpans(string query, string expected) => Assert.That(Find(TraceQLQuery.Parse(query)), Is.EqualTo(expected));

    [TestCaseSource(nameof(Cases))]
    public void AFilterAgreesWithTheSearch(string text, string expected)
    {
        if (TraceQLQuery.Parse(text).Filter is not { } filter)
            return;
        var found = QueryData.Spans().Where(filter.Matches).Select(span => span.SpanId.ToString()[^2..]).ToList();
        Assert.That(found.Count == 0 ? "none" : string.Join(' ', found), Is.EqualTo(expected));
    }

    /// <summary>The spans found; those of one set together, sets in brackets where a trace has several.</summary>
    internal static string Find(TraceQLQuery query)
    {
        var sets = query.SearchAsync(QueryData.Spans().ToAsyncEnumerable()).ToBlockingEnumerable().ToList();
        if (sets.Count == 0)
            return "none";
        return string.Join(
            ' ',
            sets.GroupBy(set => set.TraceId)
                .Select(trace =>
                    !query.NeedsWholeTraces || trace.Count() == 1
                        ? string.Join(' ', trace.SelectMany(set => set.Spans).Select(Id))
                        : string.Join(' ', trace.Select(set => $"({string.Join(' ', set.Spans.Select(Id))})"))
                )
        );
    }

    private static string Id(SpansetSpan span) => span.Span.SpanId.ToString()[^2..];
}
