using OtelPipeline.Data.TraceQL;

namespace OtelPipeline.Data.Tests.TraceQL;

internal sealed class MetricsTests
{
    private const long Second = 1_000_000_000;

    private static TimeSeriesResult Measure(string query, IEnumerable<SpanRow>? spans = null, TraceQLSearchOptions? options = null) =>
        TraceQLQuery
            .Parse(query)
            .MeasureAsync((spans ?? QueryData.Spans()).ToAsyncEnumerable(), options ?? TenSeconds)
            .GetAwaiter()
            .GetResult();

    private static readonly TraceQLSearchOptions TenSeconds = new() { Step = TimeSpan.FromSeconds(10) };

    private static string Show(TimeSeriesResult result) =>
        string.Join(
            " | ",
            result.Series.Select(series => $"{series} {string.Join(' ', series.Values.Select(value => Math.Round(value, 6)))}")
        );

    // the data starts on a multiple of ten seconds: a1 belongs to the step that ends there
    [TestCase("{ } | count_over_time()", "{__name__=\"count_over_time\"} 1 5 1 3 1")]
    [TestCase("{ } | rate()", "{__name__=\"rate\"} 0.1 0.5 0.1 0.3 0.1")]
    [TestCase("{ status = error } | count_over_time()", "{__name__=\"count_over_time\"} 3")]
    [TestCase("{ status = error } | rate() by (kind)", "{kind=\"client\"} 0.1 | {kind=\"internal\"} 0.1 | {kind=\"server\"} 0.1")]
    [TestCase(
        "{ } | count_over_time() by (.pipeline.node.name)",
        "{.pipeline.node.name=\"clean\"} 0 1 0 1 0 | {.pipeline.node.name=\"<nil>\"} 1 3 1 1 1 | {.pipeline.node.name=\"read\"} 0 1 0 1 0"
    )]
    [TestCase("{ name =~ \"node.*\" } | min_over_time(duration)", "{__name__=\"min_over_time\"} 2 NaN 0.4")]
    [TestCase("{ name =~ \"node.*\" } | max_over_time(duration)", "{__name__=\"max_over_time\"} 5 NaN 0.4")]
    [TestCase("{ name =~ \"node.*\" } | avg_over_time(duration)", "{__name__=\"avg_over_time\"} 3.5 NaN 0.4")]
    [TestCase("{ name =~ \"node.*\" } | sum_over_time(.rows)", "{__name__=\"sum_over_time\"} 190 NaN 5")]
    [TestCase(
        "{ name =~ \"node.*\" } | sum_over_time(.rows) by (name)",
        "{name=\"node clean\"} 90 NaN 5 | {name=\"node read\"} 100 NaN NaN"
    )]
    [TestCase("{ .http.status > 0 } | quantile_over_time(.http.status, 0, 1)", "{p=\"0\"} 256 | {p=\"1\"} 512")]
    [TestCase("{ .http.status > 0 } | histogram_over_time(.http.status)", "{__bucket=\"256\"} 1 | {__bucket=\"512\"} 2")]
    [TestCase("{ } | count_over_time() > 2", "{__name__=\"count_over_time\"} NaN 5 NaN 3 NaN")]
    [TestCase("{ } | count_over_time() > 9", "")]
    [TestCase(
        "({ status = error } | count_over_time()) / ({ kind = client } | count_over_time())",
        "{__name__=\"(count_over_time / count_over_time)\"} 1.5 NaN NaN 0"
    )]
    [TestCase(
        "({ status = error } | count_over_time() by (kind)) + ({ status = error } | count_over_time() by (kind))",
        "{kind=\"client\"} 2 | {kind=\"internal\"} 2 | {kind=\"server\"} 2"
    )]
    [TestCase(
        "({ status = error } | count_over_time() by (kind)) / ({ status = error } | count_over_time())",
        "{kind=\"client\"} 0.333333 | {kind=\"internal\"} 0.333333 | {kind=\"server\"} 0.333333"
    )]
    [TestCase("10 - ({ status = error } | count_over_time()) * 2", "{__name__=\"count_over_time\"} 4")]
    [TestCase("{ name = \"node clean\" } >> { } | count_over_time()", "{__name__=\"count_over_time\"} 3")]
    [TestCase(
        "{ kind = client } | select(name) | count_over_time() by (resource.service.name)",
        "{resource.service.name=\"\"} 0 0 0 1 | {resource.service.name=\"ingest\"} 2 0 0 0"
    )]
    public void GivesTheSeries(string query, string expected) => Assert.That(Show(Measure(query)), Is.EqualTo(expected));

    [Test]
    public void StepsAreNamedByTheirEnds()
    {
        var result = Measure("{ kind = server || kind = consumer } | rate()");
        Assert.That(result.Step, Is.EqualTo(TimeSpan.FromSeconds(10)));
        Assert.That(
            result.TimesUnixNano,
            Is.EqualTo((long[])[QueryData.Start + 10 * Second, QueryData.Start + 20 * Second, QueryData.Start + 30 * Second])
        );
    }

    // as Tempo chooses: 240 steps, in multiples of what its blocks are rounded to
    [TestCase(1, 50)]
    [TestCase(59, 200)]
    [TestCase(60, 1_000)]
    [TestCase(600, 2_000)]
    [TestCase(3_600, 15_000)]
    [TestCase(4_000, 15_000)]
    [TestCase(86_400, 300_000)]
    [TestCase(30 * 86_400, 10_800_000)]
    public void ChoosesTheStep(int seconds, int milliseconds)
    {
        var random = new Random(seconds);
        var spans = Enumerable.Range(0, 2000).Select(_ => Span(QueryData.Start + (long)(random.NextDouble() * seconds * Second))).ToList();
        spans.AddRange([Span(QueryData.Start), Span(QueryData.Start + seconds * Second)]);
        var result = Measure("{ } | count_over_time()", spans.OrderBy(_ => random.Next()), new TraceQLSearchOptions());
        Assert.That(result.Step, Is.EqualTo(TimeSpan.FromMilliseconds(milliseconds)));
        for (var i = 0; i < result.TimesUnixNano.Count; i++)
        {
            var (start, end) = (result.TimesUnixNano[i] - milliseconds * 1_000_000L, result.TimesUnixNano[i]);
            Assert.That(
                result.Series[0].Values[i],
                Is.EqualTo(spans.Count(span => span.StartTimeUnixNano > start && span.StartTimeUnixNano <= end))
            );
        }
    }

    [Test]
    public void TheTimeAskedForBoundsTheSteps()
    {
        var options = new TraceQLSearchOptions
        {
            Since = DateTimeOffset.UnixEpoch.AddTicks(QueryData.Start / 100).AddSeconds(15),
            Until = DateTimeOffset.UnixEpoch.AddTicks(QueryData.Start / 100).AddSeconds(45),
            Step = TimeSpan.FromSeconds(10),
        };
        Assert.That(Show(Measure("{ } | count_over_time()", null, options)), Is.EqualTo("{__name__=\"count_over_time\"} 1 3 1 0"));
    }

    [Test]
    public void NothingReadIsNothingGiven() => Assert.That(Measure("{ } | rate()", []).Series, Is.Empty);

    [Test]
    public void TooManyStepsAreRefused() =>
        Assert.That(
            () =>
                Measure(
                    "{ } | rate()",
                    [Span(0), Span(1_000_000 * Second)],
                    new TraceQLSearchOptions { Step = TimeSpan.FromMilliseconds(1) }
                ),
            Throws.TypeOf<TraceQLLimitException>()
        );

    [Test]
    public void AQueryIsRunAsWhatItIs()
    {
        Assert.That(() => Measure("{ }"), Throws.ArgumentException);
        Assert.That(() => TraceQLQuery.Parse("{ } | rate()").Search([], _ => { }), Throws.ArgumentException);
    }

    private static SpanRow Span(long start) => new() { SpanId = new SpanId(1), StartTimeUnixNano = start };
}
