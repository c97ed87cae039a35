using System.Text.RegularExpressions;
using OtelPipeline.Data.TraceQL;
using OtelPipeline.Testing;

namespace OtelPipeline.Data.Tests.TraceQL;

/// <summary>Keeps <c>docs/traceql.md</c> true: each production that it calls supported runs, each other is refused with an error that says so.</summary>
internal sealed class GrammarDocumentTests
{
    private static readonly string Document = Path.Combine(RepositoryPaths.Root, "src", "OtelPipeline.Data", "docs", "traceql.md");

    private static IEnumerable<(string Rule, string Production, bool Supported, string Example)> Rows() =>
        from line in File.ReadAllLines(Document)
        let match = Regex.Match(line, @"^\| (\w+) \| `(.*)` \| (yes|no) \| `(.*)` \|$")
        where match.Success
        select (
            match.Groups[1].Value,
            match.Groups[2].Value.Replace("\\|", "|", StringComparison.Ordinal),
            match.Groups[3].Value == "yes",
            match.Groups[4].Value.Replace("\\|", "|", StringComparison.Ordinal)
        );

    private static IEnumerable<TestCaseData> Supported() => Cases(true);

    private static IEnumerable<TestCaseData> Unsupported() => Cases(false);

    private static IEnumerable<TestCaseData> Cases(bool supported) =>
        Rows()
            .Where(row => row.Supported == supported)
            .Select(row => new TestCaseData(row.Example).SetArgDisplayNames($"{row.Rule}: {row.Production}"));

    [TestCaseSource(nameof(Supported))]
    public void Runs(string example)
    {
        var query = TraceQLQuery.Parse(example);
        if (query.IsMetrics)
            Assert.That(
                () => query.MeasureAsync(QueryData.Spans().ToAsyncEnumerable()).GetAwaiter().GetResult().Step,
                Is.Not.EqualTo(TimeSpan.Zero)
            );
        else
            Assert.That(() => QueryTableTests.Find(query), Is.Not.Empty);
    }

    [TestCaseSource(nameof(Unsupported))]
    public void IsRefused(string example) =>
        Assert.That(() => TraceQLQuery.Parse(example), Throws.TypeOf<TraceQLException>().With.Message.Contains("not supported"));

    [Test]
    public void EveryProductionIsThereOnce()
    {
        var rows = Rows().ToList();
        Assert.That(rows, Has.Count.EqualTo(261));
        Assert.That(rows.Select(row => (row.Rule, row.Production)), Is.Unique);
        // compare() 3, topk and bottomk 4, nested sets 3, hints 5; and what Tempo refuses as well: parent 4, pipelines as numbers 13
        Assert.That(rows.Count(row => !row.Supported), Is.EqualTo(32));
    }

    [Test]
    public void TheSampleErrorIsTheRealOne()
    {
        var error = Assert.Throws<TraceQLException>(() => TraceQLQuery.Parse("{ duration = \"foo\" }"))!;
        var sample = string.Join(
            '\n',
            File.ReadAllLines(Document)
                .SkipWhile(line => !line.StartsWith("    1:", StringComparison.Ordinal))
                .Take(3)
                .Select(line => line[4..])
        );
        Assert.That(sample, Is.EqualTo(error.Message));
    }
}
