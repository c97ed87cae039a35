using System.Diagnostics;
using OtelPipeline.Signals;
using OtelPipeline.Testing;

namespace OtelPipeline.Tests;

/// <summary>Wrong use: at construction it throws and says what to do, in a run it is told as a warning or ignored.</summary>
internal sealed class BadInputTests
{
    private static readonly Pipeline s_pipeline = new("p");

    private static IEnumerable<TestCaseData> Names()
    {
        var run = s_pipeline.StartRun();
        run.Dispose();
        foreach (
            var (name, call) in new (string, Action<string>)[]
            {
                ("new Pipeline", n => _ = new Pipeline(n)),
                ("NodeAsync", n => run.NodeAsync(n, NodeType.Source, _ => { })),
                ("NodeAsync of a task", n => run.NodeAsync(n, NodeType.Source, _ => Task.CompletedTask)),
                ("StartNode", n => run.StartNode(n, NodeType.Source)),
                ("Check", n => run.Check(n, passed: true)),
                ("Check against a threshold", n => run.Check(n, 1, CheckThreshold.AtMost(1))),
                ("CheckAsync", n => run.CheckAsync(n, _ => Task.FromResult(true)).GetAwaiter().GetResult()),
                ("Dataset", n => run.Dataset(n)),
                ("Checkpoint", n => run.Checkpoint(n, 0, default)),
                ("CheckpointAsync", n => run.CheckpointAsync(n, _ => Task.FromResult(0L)).GetAwaiter().GetResult()),
                ("RestoreAsync", n => run.RestoreAsync(n, _ => Task.FromResult(0)).GetAwaiter().GetResult()),
                ("PartitionAsync", n => run.PartitionAsync(n, _ => Task.CompletedTask)),
                ("ItemAsync", n => run.ItemAsync(n, _ => Task.CompletedTask)),
                ("StartItem", n => run.StartItem(n)),
                ("new CacheTelemetry", n => _ = new CacheTelemetry(n)),
                ("new CircuitBreakerTelemetry", n => _ = new CircuitBreakerTelemetry(n)),
                ("new RateLimiterTelemetry", n => _ = new RateLimiterTelemetry(n)),
                ("new ProducerTelemetry, system", n => _ = new ProducerTelemetry(n, "d")),
                ("new ProducerTelemetry, destination", n => _ = new ProducerTelemetry("s", n)),
                ("new ConsumerTelemetry, system", n => _ = new ConsumerTelemetry(n, "d")),
                ("new ConsumerTelemetry, destination", n => _ = new ConsumerTelemetry("s", n)),
                ("new ObjectStoreTelemetry", n => _ = new ObjectStoreTelemetry(n)),
                ("new BrokerTelemetry", n => _ = new BrokerTelemetry(n)),
                ("ObservePartitions, topic", n => BrokerTelemetry.ObservePartitions(n, "a", () => 1)),
                ("ObservePartitions, agent", n => BrokerTelemetry.ObservePartitions("t", n, () => 1)),
                ("new SegmentTelemetry", n => _ = new SegmentTelemetry(n)),
                ("new FallbackTelemetry", n => _ = new FallbackTelemetry(n)),
                ("AttemptAsync", n => new FallbackTelemetry("f").AttemptAsync(1, n, _ => Task.FromResult(1))),
                ("Attempted", n => new FallbackTelemetry("f").Attempted(1, n, FallbackResult.Success)),
            }
        )
        {
            foreach (var bad in new[] { null, "" })
                yield return new TestCaseData(call, bad).SetName($"{{m}}: {name}({(bad is null ? "null" : "empty")})");
        }
    }

    [TestCaseSource(nameof(Names))]
    public void A_null_or_empty_name_is_an_argument_error(Action<string> call, string? name) =>
        Assert.That(() => call(name!), Throws.InstanceOf<ArgumentException>());

    private static IEnumerable<TestCaseData> Options()
    {
        yield return Case(new() { HeartbeatInterval = TimeSpan.FromMilliseconds(99) }, "HeartbeatInterval", "Timeout.InfiniteTimeSpan");
        yield return Case(new() { HeartbeatInterval = TimeSpan.Zero }, "HeartbeatInterval", "100 ms");
        yield return Case(new() { HeartbeatInterval = TimeSpan.MaxValue }, "HeartbeatInterval", "1 day");
        yield return Case(new() { NameLimit = 0 }, "NameLimit", "1");
        yield return Case(new() { TimeProvider = null! }, "TimeProvider", "null");

        static TestCaseData Case(PipelineOptions options, string option, string says) =>
            new TestCaseData(options, option, says).SetName($"{{m}}: {option} ({says})");
    }

    [TestCaseSource(nameof(Options))]
    public void An_option_out_of_range_is_an_argument_error_that_names_it(PipelineOptions options, string option, string says) =>
        Assert.That(
            () => new Pipeline("p", options),
            Throws.InstanceOf<ArgumentException>().With.Message.Contains(option).And.Message.Contains(says)
        );

    [Test]
    public async Task Arguments_of_a_retry_are_checked()
    {
        await s_pipeline.RunAsync(run =>
            run.NodeAsync(
                "n",
                NodeType.Source,
                node =>
                {
                    Assert.That(() => node.RetryAsync(null!), Throws.ArgumentNullException);
                    foreach (var seconds in new double[] { -1, 90_000 })
                        Assert.That(
                            () => node.RetryAsync(_ => Task.CompletedTask, delay: TimeSpan.FromSeconds(seconds)),
                            Throws.InstanceOf<ArgumentOutOfRangeException>().With.Property("ParamName").EqualTo("delay")
                        );
                    Assert.That(
                        () => node.RetryAsync(_ => Task.CompletedTask, maxAttempts: 0),
                        Throws.InstanceOf<ArgumentOutOfRangeException>().With.Property("ParamName").EqualTo("maxAttempts")
                    );
                    Assert.That(() => node.Fail(null!), Throws.ArgumentNullException);
                    Assert.That(() => node.Environment(null!), Throws.ArgumentNullException);
                    return Task.CompletedTask;
                }
            )
        );
        Assert.That(() => s_pipeline.RunAsync(null!), Throws.ArgumentNullException);
        Assert.That(() => CheckThreshold.AtMost(1, warn: 2), Throws.InstanceOf<ArgumentOutOfRangeException>());
        Assert.That(() => CheckThreshold.AtLeast(1, warn: 0), Throws.InstanceOf<ArgumentOutOfRangeException>());
        Assert.That(() => CheckThreshold.AtLeast(double.NaN), Throws.InstanceOf<ArgumentOutOfRangeException>());
    }

    [Test]
    public async Task An_unknown_dependency_is_a_warning_that_says_what_to_do()
    {
        using var recorder = new Recorder();
        string run = "";
        await new Pipeline("p", null, recorder).RunAsync(r =>
        {
            run = r.Id;
            return r.NodeAsync("clean", NodeType.Transform, _ => { }, dependsOn: ["laod", null!]);
        });
        var warnings = recorder.Named(PipelineEvents.RunWarning).ToList();
        using (Assert.EnterMultipleScope())
        {
            Assert.That(
                warnings[0].Message,
                Is.EqualTo(
                    $"Node 'clean' depends on 'laod', but no node of that name has started in run {run}: check the spelling, or start 'laod' first."
                )
            );
            Assert.That(warnings, Has.Count.EqualTo(2));
            Assert.That(warnings[0].Attributes[PipelineAttributes.ErrorType], Is.EqualTo("unknown_dependency"));
            Assert.That(recorder.Span("node clean").Links, Is.Empty);
            Assert.That(recorder.Span("run p").GetTagItem(PipelineAttributes.RunResult), Is.EqualTo("success"));
        }
    }

    [Test]
    public async Task A_name_used_twice_is_two_executions_of_one_node()
    {
        using var recorder = new Recorder();
        await new Pipeline("p", null, recorder).RunAsync(async run =>
        {
            await run.NodeAsync("load", NodeType.Source, node => node.Records(read: 1));
            await run.NodeAsync("load", NodeType.Source, node => node.Records(read: 2));
            await run.NodeAsync("join", NodeType.Transform, _ => { }, dependsOn: ["load"]);
        });
        var executions = recorder.Spans.Where(static s => s.DisplayName == "node load").Select(static s => s.SpanId);
        Assert.That(recorder.Span("node join").Links.Select(static l => l.Context.SpanId), Is.EqualTo(executions));
        Assert.That(recorder.Span("run p").GetTagItem(PipelineAttributes.RunRecordsRead), Is.EqualTo(3));
    }

    [Test]
    public async Task A_dependency_on_a_node_around_this_one_is_found()
    {
        using var recorder = new Recorder();
        await new Pipeline("p", null, recorder).RunAsync(async run =>
        {
            await run.NodeAsync("load", NodeType.Source, _ => { });
            await run.NodeAsync("outer", NodeType.Control, o => o.NodeAsync("inner", NodeType.Sink, _ => { }, dependsOn: ["load"]));
        });
        Assert.That(recorder.Span("node inner").Links.Single().Context.SpanId, Is.EqualTo(recorder.Span("node load").SpanId));
        Assert.That(recorder.Named(PipelineEvents.RunWarning), Is.Empty);
    }

    [Test]
    public async Task Runs_in_parallel_do_not_mix()
    {
        using var recorder = new Recorder();
        var pipeline = new Pipeline("p", null, recorder);
        await Task.WhenAll(
            Enumerable
                .Range(0, 50)
                .Select(i =>
                    pipeline.RunAsync(async run =>
                    {
                        await Task.Yield();
                        await run.NodeAsync(
                            "n",
                            NodeType.Source,
                            async node =>
                            {
                                await Task.Yield();
                                Assert.That(PipelineRun.Current, Is.SameAs(run));
                                node.Records(read: i);
                            }
                        );
                    })
                )
        );
        var runs = recorder.Spans.Where(static s => s.DisplayName == "run p").ToDictionary(static s => s.SpanId);
        foreach (var node in recorder.Spans.Where(static s => s.DisplayName == "node n"))
        {
            Assert.That(
                runs[node.ParentSpanId].GetTagItem(PipelineAttributes.RunId),
                Is.EqualTo(node.GetTagItem(PipelineAttributes.RunId))
            );
            Assert.That(
                runs[node.ParentSpanId].GetTagItem(PipelineAttributes.RunRecordsRead),
                Is.EqualTo(node.GetTagItem(PipelineAttributes.NodeRecordsRead) ?? 0L)
            );
        }

        Assert.That(recorder.Of(PipelineMetrics.RunActive).Sum(static m => m.Value), Is.Zero);
    }

    [Test]
    public async Task Negative_amounts_are_ignored()
    {
        using var recorder = new Recorder();
        await new Pipeline("p", null, recorder).RunAsync(run =>
            run.NodeAsync(
                "n",
                NodeType.Source,
                node =>
                {
                    node.Records(read: -1, written: -1, filtered: -1, rejected: -1, deduplicated: -1, bytes: -1);
                    node.Bytes(-1, -1);
                    node.Dataset("d").Wrote(-5);
                }
            )
        );
        Assert.That(recorder.Of(PipelineMetrics.NodeRecords).Concat(recorder.Of(PipelineMetrics.NodeIo)), Is.Empty);
        Assert.That(recorder.Of(PipelineMetrics.DatasetRecords).Single().Value, Is.Zero);
    }

    [Test]
    public async Task A_listener_that_leaves_in_the_middle_does_not_unbalance_what_is_active()
    {
        using var recorder = new Recorder();
        await new Pipeline("p").RunAsync(async run =>
        {
            using var late = new Recorder();
            await run.NodeAsync("n", NodeType.Source, _ => { });
            Assert.That(late.Of(PipelineMetrics.NodeActive).Sum(static m => m.Value), Is.Zero);
        });
        Assert.That(recorder.Of(PipelineMetrics.RunActive).Sum(static m => m.Value), Is.Zero);
    }

    [Test]
    public async Task A_clock_before_1970_is_no_error()
    {
        var clock = new FakeTimeProvider(new DateTimeOffset(1905, 1, 1, 0, 0, 0, TimeSpan.Zero));
        using var recorder = new Recorder();
        await new Pipeline("p", new PipelineOptions { TimeProvider = clock }, recorder).RunAsync(_ => Task.CompletedTask);
        Assert.That(recorder.Span("run p").StartTimeUtc.Year, Is.EqualTo(1905));
    }

    [Test]
    public async Task Unobserved_everything_still_runs()
    {
        Assert.That(Activity.Current, Is.Null);
        var order = new List<string>();
        var result = await s_pipeline.RunAsync(async run =>
        {
            Assert.That(PipelineRun.Current, Is.SameAs(run));
            await run.NodeAsync("a", NodeType.Source, _ => order.Add("a"), dependsOn: ["unknown"]);
            using (var node = run.StartNode("b", NodeType.Source))
            {
                Assert.That((node.Name, node.Activity, PipelineNode.Current), Is.EqualTo(("", (Activity?)null, (PipelineNode?)null)));
                await node.NodeAsync("c", NodeType.Source, _ => Task.Run(() => order.Add("c")));
                node.Complete();
            }

            Assert.That(
                await OutcomeTests.Caught(run.NodeAsync("d", NodeType.Source, (Action<PipelineNode>)(_ => throw new IOException()))),
                Is.InstanceOf<IOException>()
            );
            await run.ItemAsync("1", _ => Task.FromResult(0));
            return await run.NodeAsync("e", NodeType.Source, _ => 42);
        });
        Assert.That((result, order), Is.EqualTo((42, (List<string>)["a", "c"])));
    }
}
