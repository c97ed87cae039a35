using System.Diagnostics;
using System.Globalization;
using System.Net;
using OtelPipeline.Signals;
using OtelPipeline.Testing;

namespace OtelPipeline.Tests;

/// <summary>One program that uses everything that can be described, and a table of all that it emits: nothing less, nothing more.</summary>
internal sealed class CapabilityTests
{
    // what a cache holds is observed for as long as the cache is there
    internal static CacheTelemetry? ObservedCache { get; private set; }

    private static readonly FakeTimeProvider s_clock = new();
    private static readonly CircuitBreakerTelemetry s_breaker = new("origin");
    private static readonly RateLimiterTelemetry s_limiter = new("api.datacite", role: "metadata");
    private static readonly BrokerTelemetry s_broker = new("kafka", s_clock);
    private static readonly ConsumerTelemetry s_consumer = new("kafka", "orders", group: "billing");
    private SortedSet<string> _emitted = null!;

    [OneTimeSetUp]
    public async Task Run_the_program()
    {
        using var recorder = new Recorder();
        await EmitAsync(recorder);
        _emitted = new SortedSet<string>(
            Lines(recorder).Select(static l => l.Replace("pipeline.", "~", StringComparison.Ordinal)),
            StringComparer.Ordinal
        );
    }

    /// <summary>Runs the program and lets the recorder ask what is observed.</summary>
    internal static async Task EmitAsync(Recorder recorder)
    {
        using var observation = s_limiter.Observe(static () => 3, static () => 4);
        using var broker = s_broker.Observe(static () => 3, static () => 4, static () => 2);
        using var partitions = BrokerTelemetry.ObservePartitions("orders", "agent-1", static () => 8);
        using var lag = s_consumer.ObserveLag(static () => 5, partition: "3");
        await Program(recorder);
        recorder.Observe();
    }

    public static IEnumerable<TestCaseData> Table() =>
        CapabilityTable.Rows.Select(static r => new TestCaseData(r.Capability, r.Lines).SetName("{m}(" + r.Capability + ")"));

    [TestCaseSource(nameof(Table))]
    public void A_capability_emits_what_the_table_says(string capability, string[] lines) =>
        Assert.That(lines.Where(l => !_emitted.Contains(l)), Is.Empty, $"{capability}; emitted was:\n{string.Join('\n', _emitted)}");

    [Test]
    public void Nothing_is_emitted_that_the_table_does_not_list()
    {
        var unlisted = _emitted.Except(CapabilityTable.Rows.SelectMany(static r => r.Lines)).ToList();
        Assert.That(unlisted, Is.Empty, string.Join('\n', unlisted));
    }

    [Test]
    public void The_run_id_is_on_every_span_and_event_and_on_no_metric()
    {
        using (Assert.EnterMultipleScope())
        {
            foreach (var line in _emitted.Where(static l => !l.StartsWith("link", StringComparison.Ordinal)))
            {
                var isMetric = line.StartsWith("metric", StringComparison.Ordinal);
                Assert.That(line.Split(' ').Contains("~run.id"), Is.Not.EqualTo(isMetric), line);
            }
        }
    }

    private static async Task Program(Recorder recorder)
    {
        var pipeline = new Pipeline(
            "etl",
            new PipelineOptions
            {
                Version = "1.4.0",
                TimeProvider = s_clock,
                HeartbeatInterval = TimeSpan.FromSeconds(10),
                MeasureCpuTime = true,
            },
            recorder
        );
        var failed = "";
        await Swallow<InvalidDataException>(() =>
            pipeline.RunAsync(async run =>
            {
                failed = run.Reference.ToString();
                await run.NodeAsync("parse", NodeType.Transform, _ => Fail(new InvalidDataException("row 7 has no key")));
            })
        );
        await pipeline.RunAsync(
            Everything,
            options: new RunOptions
            {
                Trigger = RunTrigger.Schedule,
                DataIntervalStart = s_clock.GetUtcNow().AddDays(-1),
                DataIntervalEnd = s_clock.GetUtcNow(),
                ResumeFrom = RunReference.Parse(failed),
            }
        );
        using var stop = new CancellationTokenSource();
        await Swallow<OperationCanceledException>(() =>
            pipeline.RunAsync(
                async run =>
                {
                    await stop.CancelAsync();
                    run.CancellationToken.ThrowIfCancellationRequested();
                },
                stop.Token
            )
        );
        await Swallow<TimeoutException>(() => pipeline.RunAsync(_ => Fail(new TimeoutException("the source is slow"))));
        pipeline.StartRun().Dispose();
    }

    private static async Task Everything(PipelineRun run)
    {
        run.Configuration(new { BatchSize = 500, ApiToken = "secret" });
        await run.NodeAsync(
            "extract",
            NodeType.Source,
            node =>
            {
                node.Layer = "bronze";
                node.Engine = "duckdb";
                node.Queued(TimeSpan.FromSeconds(2));
                node.Records(read: 100, filtered: 1, rejected: 2, deduplicated: 3, bytes: 5_000);
                node.Batch(100);
                node.Dataset("orders.raw").Read(100, 5_000);
                node.Environment(new ProcessStartInfo());
                s_clock.Advance(TimeSpan.FromSeconds(10));
            }
        );
        await Task.WhenAll(
            run.NodeAsync("left", NodeType.Transform, node => node.Set("app.side", "left"), dependsOn: ["extract"]),
            run.NodeAsync(
                "right",
                NodeType.Transform,
                async node => await node.NodeAsync("inner", NodeType.Control, _ => { }),
                dependsOn: ["extract"]
            )
        );
        await run.NodeAsync("load", NodeType.Sink, Load, dependsOn: ["left", "right"]);
        await run.NodeAsync("publish", NodeType.Sink, node => node.Skip("nothing new"));
        run.StartNode("forgotten", NodeType.Control).Dispose();
        run.Check("no_nulls", passed: true, actual: 0, limit: 0);
        run.Check("null_ratio", 0.02, CheckThreshold.AtMost(fail: 0.05, warn: 0.01), failedRecords: 2);
        run.Check("row_count", passed: false, failedRecords: 5);
        await run.CheckAsync("unique", _ => Task.FromResult(true));
        await Swallow<IOException>(() => run.CheckAsync("reachable", _ => Task.FromException<bool>(new IOException("no route"))));
        run.Checkpoint("external", 1_000, TimeSpan.FromSeconds(1));
        await run.CheckpointAsync("year-2030", _ => Task.FromResult(2_000L));
        await run.RestoreAsync("year-2029", _ => Task.FromResult("state"));
        await run.NodeAsync("lookup", NodeType.Transform, Dependencies);
        run.Warn("disk is nearly full", "disk");
        await run.PartitionAsync("2031", partition => partition.NodeAsync("step", NodeType.Transform, _ => { }));
        await run.ItemAsync("doi:10.1/x", async item => await Download(item), type: "pdf");
        await run.ItemAsync("doi:10.1/y", item => Task.FromResult(item.Outcome = ItemResult.Duplicate));
    }

    private static async Task Load(PipelineNode node)
    {
        var retry = node.RetryAsync(attempt => attempt < 3 ? Fail(new IOException("connection reset")) : Task.CompletedTask);
        var secondDelay = s_clock.NextTimer();
        s_clock.Advance(TimeSpan.FromSeconds(1));
        await secondDelay;
        s_clock.Advance(TimeSpan.FromSeconds(2));
        await retry;
        node.Records(written: 94, bytes: 4_700);
        node.Dataset("orders").Wrote(94, 4_700);
    }

    private static async Task Dependencies(PipelineNode node)
    {
        var cache = ObservedCache = new CacheTelemetry("metadata", accessEventEvery: 1);
        cache.Hit();
        cache.Miss();
        cache.Stale();
        cache.Revalidated();
        cache.Bypass();
        cache.Failed(new IOException("no connection"));
        cache.Evicted(3);
        cache.Contents(entries: 10, size: 1_000, capacity: 5_000);
        s_breaker.Transition(CircuitState.Open, CircuitScope.Host, TimeSpan.FromSeconds(30), 0.5);
        s_breaker.Transition(CircuitState.HalfOpen);
        var limiter = new RateLimiterTelemetry("api.crossref");
        limiter.Acquired();
        limiter.Rejected();
        s_limiter.Skipped();
        s_limiter.Queued(TimeSpan.FromSeconds(1));
        s_limiter.Rejected(TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(1));
        var resolvers = new FallbackTelemetry("resolvers");
        await Swallow<HttpRequestException>(() =>
            resolvers.AttemptAsync(
                1,
                "unpaywall",
                static _ => Task.FromException<string>(new HttpRequestException("gone", null, HttpStatusCode.Gone)),
                serverAddress: "api.unpaywall.org"
            )
        );
        await resolvers.AttemptAsync(2, "crossref", static _ => Task.FromResult("found"));
        await Messages();
        await Stores();
        await Calls();
    }

    private static async Task Messages()
    {
        var producer = new ProducerTelemetry("kafka", "orders");
        var headers = new Dictionary<string, string>();
        await producer.SendAsync(
            _ =>
            {
                ProducerTelemetry.Inject(headers, static (h, key, value) => h[key] = value);
                return Task.CompletedTask;
            },
            messages: 2,
            bytes: 100
        );
        await Swallow<IOException>(() => producer.SendAsync(static _ => Fail(new IOException("no broker"))));
        await producer.FlushAsync(static _ => Task.CompletedTask);
        await s_consumer.PollAsync(static _ => Task.FromResult(2), static n => n);
        var sender = ConsumerTelemetry.Extract(headers, static (h, key) => h.GetValueOrDefault(key));
        await s_consumer.ProcessAsync(static _ => Task.CompletedTask, [sender, sender]);
        await s_consumer.CommitAsync(static _ => Task.CompletedTask);
        await s_consumer.SeekAsync(static _ => Task.CompletedTask);
        s_consumer.Rebalanced();
        s_consumer.LagTime(TimeSpan.FromSeconds(1));
        s_consumer.LagTime(TimeSpan.FromSeconds(1), partition: "3");
    }

    private static async Task Stores()
    {
        var store = new ObjectStoreTelemetry("archive");
        var error = new IOException("slow down");
        await store.RequestAsync(ObjectStoreOperation.Get, static _ => Task.FromResult(1), key: "orders/3/0.log");
        var s3 = new ObjectStoreTelemetry("archive", s3Bucket: "otel-archive");
        await s3.RequestAsync(ObjectStoreOperation.Put, static _ => Task.CompletedTask, key: "orders/3/0.log");
        await s3.RequestAsync(ObjectStoreOperation.List, static _ => Task.CompletedTask);
        await Swallow<IOException>(() => store.RequestAsync(ObjectStoreOperation.Put, _ => Fail(error)));
        store.Transferred(ObjectStoreOperation.Get, 100);
        store.Retried(ObjectStoreOperation.Put, error);
        store.GaveUp(ObjectStoreOperation.Put, error);
        var segments = new SegmentTelemetry("orders", partition: "3");
        await segments.AppendAsync(static _ => Task.CompletedTask);
        await segments.FlushAsync(static _ => Task.CompletedTask);
        segments.Written();
        segments.Flushed();
        new SegmentTelemetry("orders").Written();
    }

    private static async Task Calls()
    {
        await s_broker.HandleAsync(BrokerOperation.Create, "orders", static _ => Task.CompletedTask);
        await s_broker.HandleAsync(BrokerOperation.List, null, static _ => Task.FromResult(1));
        await s_broker.HandleAsync(BrokerOperation.Produce, "orders", static _ => Task.CompletedTask, messages: 1);
        await s_broker.HandleAsync(BrokerOperation.ProduceBatch, "orders", static _ => Task.CompletedTask, messages: 500);
        await Swallow<IOException>(() =>
            s_broker.HandleAsync(BrokerOperation.Consume, "orders", static _ => Fail(new IOException("no segment")))
        );
    }

    private static Task Download(PipelineItem item)
    {
        s_clock.Advance(TimeSpan.FromSeconds(1));
        item.FirstResult();
        item.DedupeAction = DedupeAction.Stored;
        return Task.CompletedTask;
    }

    private static Task Fail(Exception exception) => Task.FromException(exception);

    private static async Task Swallow<T>(Func<Task> body)
        where T : Exception
    {
        try
        {
            await body();
        }
        catch (T)
        {
            // what the program does after it is its own business; the table has what was recorded of it
        }
    }

    // one line for each kind of span, link, measurement and event: its name, what else is fixed, and the keys of its attributes
    private static IEnumerable<string> Lines(Recorder recorder)
    {
        // the process' memory changes or not as it likes
        static string Keys(IEnumerable<string> keys) =>
            string.Join(' ', keys.Where(static k => k != PipelineAttributes.NodeMemoryDelta).Order(StringComparer.Ordinal));
        string NameOf(ActivityContext context) => recorder.Spans.SingleOrDefault(s => s.SpanId == context.SpanId)?.DisplayName ?? "?";
        foreach (var span in recorder.Spans)
        {
            var parent = span.ParentSpanId == default ? "root" : "in " + NameOf(new(span.TraceId, span.ParentSpanId, default));
            yield return $"span   {span.DisplayName} | {span.Kind} | {parent} | {span.Status} | {Keys(span.TagObjects.Select(static t => t.Key))}";
            foreach (var link in span.Links)
            {
                var tags = string.Join(' ', (link.Tags ?? []).Select(static t => $"{t.Key}={t.Value}"));
                yield return $"link   {span.DisplayName} -> {NameOf(link.Context)} | {tags}";
            }
        }

        foreach (var m in recorder.Measurements.Where(static m => m[PipelineAttributes.PipelineName] is null or "etl"))
        {
            var kind = m.Instrument.GetType().Name.Split('`')[0];
            yield return $"metric {m.Name} | {kind} | {m.Instrument.Unit} | {Keys(m.Tags.Select(static t => t.Key))}";
        }

        foreach (var e in recorder.Events)
            yield return string.Create(CultureInfo.InvariantCulture, $"event  {e.Id.Name} | {e.Level} | {Keys(e.Attributes.Keys)}");
    }
}
