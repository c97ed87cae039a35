using OtelPipeline.Data;
using OtelPipeline.Examples.Tests;

namespace OtelPipeline.StreamBroker.Tests;

/// <summary>What one short run writes: every operation that there is a span for, and how they hang together.</summary>
public sealed class SpanTests
{
    private static readonly string[] s_topics = ["orders", "payments", "returns", "shipments"];
    private readonly Workspace _workspace = new();
    private string _output = null!;
    private List<SpanRow> _spans = null!;
    private List<MetricPointRow> _points = null!;
    private Dictionary<SpanId, SpanRow> _byId = null!;

    [OneTimeSetUp]
    public async Task Run_the_example()
    {
        (var exitCode, _output) = await ExampleProcess.RunAsync(
            "StreamBroker",
            Path.GetDirectoryName(_workspace.Output)!,
            ["--output", _workspace.Output, "--urls", "http://127.0.0.1:0", "--duration", "3", "--trace-every", "1"]
        );
        Assert.That(exitCode, Is.Zero, _output);
        var rows = TelemetryReader
            .ReadAsync(_workspace.Output)
            .ToBlockingEnumerable()
            .Where(static r => r.Scope.Name == "OtelPipeline")
            .ToList();
        _spans = [.. rows.OfType<SpanRow>()];
        _points = [.. rows.OfType<MetricPointRow>()];
        _byId = _spans.ToDictionary(static s => s.SpanId);
    }

    [Test]
    public async Task One_batch_in_many_has_a_trace_and_metrics_count_all()
    {
        using var workspace = new Workspace();
        var (exitCode, output) = await ExampleProcess.RunAsync(
            "StreamBroker",
            Path.GetDirectoryName(workspace.Output)!,
            ["--output", workspace.Output, "--urls", "http://127.0.0.1:0", "--duration", "2", "--trace-every", "4"]
        );
        Assert.That(exitCode, Is.Zero, output);
        var spans = TelemetryReader.ReadSpansAsync(workspace.Output).ToBlockingEnumerable().ToList();
        var points = TelemetryReader.ReadMetricPointsAsync(workspace.Output).ToBlockingEnumerable().ToList();
        var items = points.Where(static p => p.MetricName == "pipeline.items").Max(static p => p.ValueInt)!.Value;
        var traced = spans.Count(static s => s.Name == "item stream_broker" && s.Attributes.GetString("pipeline.item.type") == "batch");
        Assert.That(traced, Is.GreaterThan(0).And.LessThan(items / 2));
        var byId = spans.ToDictionary(static s => s.SpanId, static s => s.Name);
        var parents = spans.Where(static s => s.Name.StartsWith("send ", StringComparison.Ordinal)).Select(s => byId[s.ParentSpanId]);
        Assert.That(parents, Is.Not.Empty.And.All.EqualTo("item stream_broker"), "what is left out does not end up elsewhere");
    }

    [OneTimeTearDown]
    public void Clean_up() => _workspace.Dispose();

    [Test]
    public void Every_operation_has_its_span()
    {
        var operations = _spans.Select(s => $"{WithoutTopic(s.Name)} | {s.Kind}").Distinct();
        Assert.That(
            operations,
            Is.EquivalentTo(
                new[]
                {
                    "run stream_broker | Internal",
                    "node recover | Internal",
                    "node produce | Internal",
                    "node billing | Internal",
                    "node analytics | Internal",
                    "node tier | Internal",
                    "item stream_broker | Internal",
                    "send {topic} | Producer",
                    "flush {topic} | Internal",
                    "poll {topic} | Client",
                    "commit {topic} | Client",
                    "seek {topic} | Client",
                    "process {topic} | Consumer",
                    "create {topic} | Server",
                    "list | Server",
                    "produce {topic} | Server",
                    "produce_batch {topic} | Server",
                    "consume {topic} | Server",
                    "append | Internal",
                    "flush | Internal",
                    "object_store put | Client",
                    "object_store head | Client",
                    "object_store copy | Client",
                    "object_store delete | Client",
                    "object_store list | Client",
                    "object_store get | Client",
                }
            )
        );
    }

    [Test]
    public void A_record_can_be_followed_from_the_producer_to_the_disk()
    {
        var appends = _spans
            .Where(static s => s.Name == "append")
            .Select(s => string.Join(" < ", Ancestors(s).Select(a => WithoutTopic(a.Name))));
        Assert.That(
            appends.Distinct(),
            Is.EquivalentTo(
                new[] { "produce {topic} < send {topic} < item stream_broker", "produce_batch {topic} < send {topic} < item stream_broker" }
            )
        );
    }

    [Test]
    public void Who_consumes_links_to_who_sent_and_stays_in_a_trace_of_its_own()
    {
        var processes = _spans.Where(static s => s.Name.StartsWith("process ", StringComparison.Ordinal)).ToList();
        Assert.That(processes, Is.Not.Empty);
        using (Assert.EnterMultipleScope())
        {
            foreach (var process in processes)
            {
                var senders = process.Links.Select(l => _byId[l.SpanId]).ToList();
                Assert.That(senders, Is.Not.Empty);
                Assert.That(
                    senders.Select(static s => s.Name),
                    Is.All.EqualTo(process.Name.Replace("process ", "send ", StringComparison.Ordinal))
                );
                Assert.That(senders.Select(static s => s.TraceId), Has.None.EqualTo(process.TraceId));
                Assert.That(Ancestors(process).Select(static a => a.Name), Is.EqualTo(new[] { "item stream_broker" }));
            }
        }
    }

    [Test]
    public void Every_batch_is_linked_by_both_groups()
    {
        var sent = _spans.Where(static s => s.Name.StartsWith("send ", StringComparison.Ordinal)).Select(static s => s.SpanId).ToList();
        var linked = _spans.Where(static s => s.Name.StartsWith("process ", StringComparison.Ordinal)).SelectMany(static s => s.Links);
        var counts = linked.GroupBy(static l => l.SpanId).ToDictionary(static g => g.Key, static g => g.Count());
        Assert.That(sent.Select(id => counts.GetValueOrDefault(id)), Is.All.EqualTo(2));
    }

    [Test]
    public void Four_topics_of_eight_partitions_and_two_groups_take_as_much_as_they_should()
    {
        // ten thousand a second, so 300,000 in the 30 s that it takes unless told otherwise
        Assert.That(Sum("messaging.client.sent.messages"), Is.EqualTo(30_000));
        Assert.That(Sum("messaging.client.consumed.messages"), Is.EqualTo(60_000));
        Assert.That(_output, Does.Contain("30,000 records; 0 were there before"));
        Assert.That(
            Last("pipeline.partitions")
                .Select(static p => $"{Text(p, "messaging.destination.name")} {Text(p, "pipeline.agent.id")} {p.ValueInt}"),
            Is.EquivalentTo(s_topics.SelectMany(static t => new[] { $"{t} agent-0 4", $"{t} agent-1 4" }))
        );
        Assert.That(
            Last("pipeline.consumer.lag").Select(static p => Text(p, "messaging.consumer.group.name")).Distinct(),
            Is.EquivalentTo(new[] { "billing", "analytics" })
        );
        Assert.That(Sum("pipeline.topics"), Is.EqualTo(4));
        Assert.That(_output, Does.Contain("✔ billing_counted_each_record").And.Contains("✔ every_segment_is_in_the_store"));
    }

    [TestCase("messaging.client.sent.messages", "{message}", "messaging.destination.name messaging.operation.name messaging.system")]
    [TestCase(
        "messaging.client.consumed.messages",
        "{message}",
        "messaging.consumer.group.name messaging.destination.name messaging.operation.name messaging.system"
    )]
    [TestCase("pipeline.producer.batch.size", "{record}", "messaging.destination.name")]
    [TestCase("pipeline.producer.io", "By", "messaging.destination.name")]
    [TestCase("pipeline.consumer.lag", "{message}", "messaging.consumer.group.name messaging.destination.name messaging.system")]
    [TestCase("pipeline.consumer.lag.time", "s", "messaging.consumer.group.name messaging.destination.name messaging.system")]
    [TestCase("pipeline.consumer.rebalances", "{rebalance}", "messaging.consumer.group.name messaging.destination.name messaging.system")]
    [TestCase("pipeline.segment.writes", "{write}", "messaging.destination.name")]
    [TestCase("pipeline.segment.flushes", "{flush}", "messaging.destination.name")]
    [TestCase("pipeline.object_store.operation.duration", "s", "pipeline.object_store.name pipeline.object_store.operation")]
    [TestCase("pipeline.object_store.io", "By", "pipeline.object_store.name pipeline.object_store.operation")]
    [TestCase("pipeline.cache.requests", "{request}", "pipeline.cache.name pipeline.cache.result")]
    [TestCase("pipeline.connections.active", "{connection}", "")]
    [TestCase("pipeline.topics", "{topic}", "")]
    [TestCase("pipeline.partitions", "{partition}", "messaging.destination.name pipeline.agent.id")]
    [TestCase("pipeline.agents.active", "{agent}", "")]
    [TestCase("pipeline.uptime", "s", "")]
    public void A_metric_has_its_unit_and_attributes(string name, string unit, string attributes)
    {
        var points = Last(name);
        Assert.That(points, Is.Not.Empty);
        Assert.That(points.Select(static p => p.Unit), Is.All.EqualTo(unit));
        Assert.That(
            points.Select(static p => string.Join(' ', p.Attributes.Select(static a => a.Key).Order(StringComparer.Ordinal))),
            Is.All.EqualTo(attributes)
        );
    }

    private static string Text(MetricPointRow point, string key) => point.Attributes.GetString(key)!;

    // each collection has every point; the last one has the final values
    private List<MetricPointRow> Last(string metric)
    {
        var points = _points.Where(p => p.MetricName == metric).ToList();
        var last = points.Count == 0 ? 0 : points.Max(static p => p.TimeUnixNano);
        return [.. points.Where(p => p.TimeUnixNano == last)];
    }

    private long Sum(string metric) => Last(metric).Sum(static p => p.ValueInt ?? 0);

    private IEnumerable<SpanRow> Ancestors(SpanRow span)
    {
        while (_byId.TryGetValue(span.ParentSpanId, out var parent))
        {
            yield return parent;
            span = parent;
        }
    }

    private static string WithoutTopic(string name) =>
        s_topics.FirstOrDefault(t => name.EndsWith(" " + t, StringComparison.Ordinal)) is { } topic
            ? name[..^topic.Length] + "{topic}"
            : name;
}
