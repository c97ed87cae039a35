using System.Diagnostics;
using OtelPipeline.Data.TraceQL;

namespace OtelPipeline.Data.Tests.TraceQL;

/// <summary>A filter of one record allocates nothing, whether it matches or not.</summary>
internal sealed class AllocationTests
{
    private static readonly string[] Filters =
    [
        "{ name = \"node clean\" && status = error }",
        "{ .pipeline.node.name = \"clean\" && duration > 1ms }",
        "{ name =~ \"node .*\" && .rows > 10 && kind = internal && .missing = nil }",
        "{ .rows + 1 > 10 || resource.service.name != \"x\" }",
        "{ event:name = \"retry\" || event.n = 1 }",
        "{ !(span.rows = 3) && name != \"a\" }",
        "{ .tags = \"b\" }",
        "{ .tags =~ \"b|c\" }",
        "{ trace:id != \"ab\" && span:id != \"0000000000000001\" }",
        "{ instrumentation:name = \"lib\" }",
    ];

    [TestCaseSource(nameof(Filters))]
    public void OfARow(string text)
    {
        var filter = SpanFilter.Parse(text);
        var row = new SpanRow
        {
            Name = "node clean",
            Kind = SpanKind.Internal,
            DurationNano = 2_000_000,
            Attributes =
            {
                { "pipeline.node.name", "clean" },
                { "rows", 42L },
                { "tags", new AttributeValue[] { "a", "b" } },
            },
            Events =
            {
                new SpanEvent { Name = "retry", Attributes = { { "n", 1L } } },
            },
        };
        Assert.That(Allocated(() => filter.Matches(row)), Is.Zero);
    }

    [TestCaseSource(nameof(Filters))]
    public void OfALiveSpan(string text)
    {
        var filter = SpanFilter.Parse(text);
        using var activity = new Activity("node clean");
        activity.SetTag("pipeline.node.name", "clean").SetTag("rows", 42).SetTag("tags", (string[])["a", "b"]);
        activity.AddEvent(new ActivityEvent("retry", tags: new ActivityTagsCollection { { "n", 1 } }));
        activity.Start().Stop();
        var resource = new ResourceInfo { Attributes = { { "service.name", "shop" } } };
        Assert.That(Allocated(() => filter.Matches(activity, resource)), Is.Zero);
    }

    private static long Allocated(Func<bool> match)
    {
        for (var i = 0; i < 100; i++)
            match();
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 100; i++)
            match();
        return GC.GetAllocatedBytesForCurrentThread() - before;
    }
}
