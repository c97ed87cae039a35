using System.Diagnostics;
using OtelPipeline.Data.TraceQL;

namespace OtelPipeline.Data.Tests.TraceQL;

internal sealed class SpanFilterTests
{
    private static SpanRow Span() =>
        new()
        {
            TraceId = new TraceId(0, 0xabc),
            SpanId = new SpanId(0x0123456789abcdef),
            Name = "node clean",
            Kind = SpanKind.Server,
            StatusCode = SpanStatusCode.Error,
            StatusMessage = "disk full",
            StartTimeUnixNano = 1_000_000_000,
            DurationNano = 1_500_000_000,
            Resource = new ResourceInfo { Attributes = { { "service.name", "shop" }, { "pool", 4L } } },
            Scope = new ScopeInfo { Name = "lib", Version = "1.2" },
            Attributes =
            {
                { "pipeline.node.name", "clean" },
                { "rows", 42L },
                { "ratio", 0.5 },
                { "cached", true },
                { "tags", new AttributeValue[] { "a", "b" } },
            },
            Events =
            {
                new SpanEvent
                {
                    Name = "exception",
                    TimeUnixNano = 1_200_000_000,
                    Attributes = { { "exception.type", "IOException" } },
                },
            },
            Links =
            {
                new SpanLink
                {
                    TraceId = new TraceId(0, 1),
                    SpanId = new SpanId(2),
                    Attributes = { { "why", "retry" } },
                },
            },
        };

    [TestCase("{ }", true)]
    [TestCase("{ true }", true)]
    [TestCase("{ false }", false)]
    [TestCase("{ name = \"node clean\" }", true)]
    [TestCase("{ name != \"node clean\" }", false)]
    [TestCase("{ name =~ \"node .*\" }", true)]
    [TestCase("{ name =~ \"node\" }", false)]
    [TestCase("{ name !~ \"node\" }", true)]
    [TestCase("{ kind = server && status = error }", true)]
    [TestCase("{ duration > 1s }", true)]
    [TestCase("{ duration >= 1500ms && duration < 2s }", true)]
    [TestCase("{ .pipeline.node.name = \"clean\" && duration > 2s }", false)]
    [TestCase("{ span.rows = 42 }", true)]
    [TestCase("{ span.rows + 1 = 43 }", true)]
    [TestCase("{ .ratio < 0.75 }", true)]
    [TestCase("{ .cached }", true)]
    [TestCase("{ .missing != \"x\" }", false)]
    [TestCase("{ .missing = nil }", true)]
    [TestCase("{ .rows != nil }", true)]
    [TestCase("{ resource.service.name = \"shop\" }", true)]
    [TestCase("{ .service.name = \"shop\" }", true)]
    [TestCase("{ span.service.name = \"shop\" }", false)]
    [TestCase("{ event:name = \"exception\" }", true)]
    [TestCase("{ event.exception.type =~ \"IO.*\" }", true)]
    [TestCase("{ event:timeSinceStart = 200ms }", true)]
    [TestCase("{ link:spanID = \"0000000000000002\" }", true)]
    [TestCase("{ link.why = \"retry\" }", true)]
    [TestCase("{ instrumentation:name = \"lib\" && instrumentation:version = \"1.2\" }", true)]
    [TestCase("{ trace:id = \"abc\" }", true)]
    [TestCase("{ trace:id = \"00000000000000000000000000000abc\" }", true)]
    [TestCase("{ span:id = \"0123456789abcdef\" }", true)]
    [TestCase("{ statusMessage = \"disk full\" }", true)]
    [TestCase("{ .tags = \"b\" }", true)]
    [TestCase("{ .a = 1 || kind = client && status = error }", false)]
    [TestCase("{ status = error || kind = client && false }", false)]
    public void MatchesASpan(string text, bool expected) => Assert.That(SpanFilter.Parse(text).Matches(Span()), Is.EqualTo(expected));

    [Test]
    public void MatchesALiveSpan()
    {
        using var source = new System.Diagnostics.ActivitySource("lib", "1.2");
        using var listener = new ActivityListener
        {
            ShouldListenTo = candidate => candidate == source,
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllData,
        };
        ActivitySource.AddActivityListener(listener);
        using var activity = source.StartActivity("node clean", ActivityKind.Client)!;
        activity.SetTag("pipeline.node.name", "clean").SetTag("rows", 42).SetStatus(ActivityStatusCode.Error);
        activity.AddEvent(new ActivityEvent("retry"));
        activity.Stop();
        var resource = new ResourceInfo { Attributes = { { "service.name", "shop" } } };
        var filter = SpanFilter.Parse(
            "{ .pipeline.node.name = \"clean\" && .rows > 41 && kind = client && status = error && resource.service.name = \"shop\" && event:name = \"retry\" }"
        );
        Assert.That(filter.Matches(activity, resource), Is.True);
        Assert.That(filter.Matches(activity), Is.False);
    }

    [Test]
    public void MatchesAnEventAndAMetricPoint()
    {
        var record = new EventRow { EventName = "pipeline.run.start", Attributes = { { "pipeline.name", "daily" } } };
        Assert.That(SpanFilter.Parse("{ event:name = \"pipeline.run.start\" && .pipeline.name = \"daily\" }").Matches(record), Is.True);
        Assert.That(SpanFilter.Parse("{ kind != server }").Matches(record), Is.False);
        var point = new MetricPointRow { MetricName = "rows", Attributes = { { "node", "clean" } } };
        Assert.That(SpanFilter.Parse("{ name = \"rows\" && .node = \"clean\" }").Matches(point), Is.True);
        Assert.That(SpanFilter.Parse("{ event:name = \"rows\" }").Matches(point), Is.False);
    }

    [TestCase("{ traceDuration > 1s }")]
    [TestCase("{ } >> { }")]
    [TestCase("{ } | count() > 1")]
    [TestCase("{ } | rate()")]
    public void AFilterIsOfOneRecord(string text) => Assert.That(() => SpanFilter.Parse(text), Throws.TypeOf<TraceQLException>());

    [Test]
    public void AnErrorShowsItsPlace()
    {
        var error = Assert.Throws<TraceQLException>(() => SpanFilter.Parse("{ name = \"a\" &&\n  status = 3 }"))!;
        Assert.That((error.Line, error.Column, error.Position), Is.EqualTo((2, 10, 25)));
        Assert.That(error.Message, Does.StartWith("2:10: ").And.EndsWith("\n  status = 3 }\n         ^"));
    }
}
