using System.Diagnostics;
using OtelPipeline.Internal;
using OtelPipeline.Signals;
using OtelPipeline.Testing;

namespace OtelPipeline.Tests;

/// <summary>All time comes from the pipeline's clock.</summary>
internal sealed class ClockTests
{
    private readonly FakeTimeProvider _clock = new();
    private Recorder _recorder = null!;

    [SetUp]
    public void Record() => _recorder = new Recorder();

    [TearDown]
    public void Stop() => _recorder.Dispose();

    private Pipeline NewPipeline(string name = "p") =>
        new(name, new PipelineOptions { TimeProvider = _clock, HeartbeatInterval = TimeSpan.FromSeconds(10) }, _recorder);

    [Test]
    public async Task Spans_and_durations_are_exact()
    {
        var start = _clock.GetUtcNow().UtcDateTime;
        await NewPipeline()
            .RunAsync(async run =>
            {
                _clock.Advance(TimeSpan.FromSeconds(1));
                await run.NodeAsync("n", NodeType.Source, _ => _clock.Advance(TimeSpan.FromSeconds(2)));
                await run.CheckAsync(
                    "c",
                    _ =>
                    {
                        _clock.Advance(TimeSpan.FromSeconds(4));
                        return Task.FromResult(true);
                    }
                );
                await run.CheckpointAsync(
                    "k",
                    _ =>
                    {
                        _clock.Advance(TimeSpan.FromSeconds(8));
                        return Task.FromResult(1L);
                    }
                );
                await run.ItemAsync(
                    "i",
                    item =>
                    {
                        _clock.Advance(TimeSpan.FromSeconds(16));
                        item.FirstResult();
                        _clock.Advance(TimeSpan.FromSeconds(32));
                        item.FirstResult();
                        return Task.CompletedTask;
                    }
                );
            });
        using (Assert.EnterMultipleScope())
        {
            Spans("run p", 0, 63);
            Spans("node n", 1, 2);
            Spans("check c", 3, 4);
            Spans("checkpoint k", 7, 8);
            Spans("item p", 15, 48);
            Assert.That(_recorder.Of(PipelineMetrics.RunDuration).Single().Value, Is.EqualTo(63));
            Assert.That(_recorder.Of(PipelineMetrics.NodeDuration).Single().Value, Is.EqualTo(2));
            Assert.That(_recorder.Of(PipelineMetrics.CheckpointDuration).Single().Value, Is.EqualTo(8));
            Assert.That(_recorder.Of(PipelineMetrics.ItemDuration).Single().Value, Is.EqualTo(48));
            Assert.That(_recorder.Of(PipelineMetrics.ItemTimeToFirstResult).Single().Value, Is.EqualTo(16));
        }

        void Spans(string name, int from, int seconds)
        {
            var span = _recorder.Span(name);
            Assert.That(span.StartTimeUtc, Is.EqualTo(start.AddSeconds(from)), name);
            Assert.That(span.Duration, Is.EqualTo(TimeSpan.FromSeconds(seconds)), name);
        }
    }

    [Test]
    public async Task A_wall_clock_that_is_set_back_does_not_change_durations()
    {
        await NewPipeline()
            .RunAsync(run =>
                run.NodeAsync(
                    "n",
                    NodeType.Source,
                    _ =>
                    {
                        _clock.Advance(TimeSpan.FromSeconds(2));
                        _clock.SetUtcNow(_clock.GetUtcNow().AddHours(-1));
                    }
                )
            );
        Assert.That(_recorder.Span("node n").Duration, Is.EqualTo(TimeSpan.FromSeconds(2)));
        Assert.That(_recorder.Span("run p").Duration, Is.EqualTo(TimeSpan.FromSeconds(2)));
    }

    [Test]
    public async Task A_heartbeat_says_how_long_and_where()
    {
        await NewPipeline()
            .RunAsync(async run =>
            {
                _clock.Advance(TimeSpan.FromSeconds(9));
                Assert.That(_recorder.Named(PipelineEvents.RunHeartbeat), Is.Empty);
                await run.NodeAsync(
                    "load",
                    NodeType.Source,
                    async node =>
                    {
                        await node.NodeAsync("parse", NodeType.Transform, n => n.Records(read: 7));
                        _clock.Advance(TimeSpan.FromSeconds(1));
                    }
                );
                _clock.Advance(TimeSpan.FromSeconds(10));
            });
        _clock.Advance(TimeSpan.FromSeconds(60));
        var beats = _recorder.Named(PipelineEvents.RunHeartbeat).ToList();
        using (Assert.EnterMultipleScope())
        {
            Assert.That(
                beats.Select(static b => b.Message),
                Is.EqualTo((string[])["run p is alive after 10.00 s, in load", "run p is alive after 20.00 s, between nodes"]),
                "and none after the run has ended"
            );
            Assert.That(beats[0].Attributes[PipelineAttributes.RunActiveNodes], Is.EqualTo((string[])["load"]));
            Assert.That(beats[0].Attributes[PipelineAttributes.RunRecordsRead], Is.EqualTo(7));
        }
    }

    [Test]
    public async Task No_heartbeat_where_none_is_wanted()
    {
        var options = new PipelineOptions { TimeProvider = _clock, HeartbeatInterval = Timeout.InfiniteTimeSpan };
        await new Pipeline("p", options, _recorder).RunAsync(_ =>
        {
            _clock.Advance(TimeSpan.FromDays(2));
            return Task.CompletedTask;
        });
        Assert.That(_recorder.Named(PipelineEvents.RunHeartbeat), Is.Empty);
    }

    [Test]
    public async Task The_largest_memory_between_start_and_end_is_the_peak()
    {
        byte[][]? load = null;
        await NewPipeline()
            .RunAsync(run =>
                run.NodeAsync(
                    "n",
                    NodeType.Source,
                    _ =>
                    {
                        var before = Environment.WorkingSet;
                        load = [.. Enumerable.Range(0, 64).Select(static _ => Enumerable.Repeat((byte)1, 1 << 20).ToArray())];
                        _clock.Advance(TimeSpan.FromSeconds(1));
                        Assert.That(Environment.WorkingSet, Is.GreaterThan(before));
                    }
                )
            );
        GC.KeepAlive(load);
        var node = _recorder.Span("node n");
        Assert.That((long)node.GetTagItem(PipelineAttributes.NodeMemoryDelta)!, Is.GreaterThan(16L << 20));
        Assert.That(
            _recorder.Of(PipelineMetrics.NodeMemoryPeak).Single().Value,
            Is.EqualTo(node.GetTagItem(PipelineAttributes.NodeMemoryPeak))
        );
    }

    [Test]
    public async Task The_last_start_success_and_checkpoint_are_times_of_the_clock()
    {
        var start = _clock.GetUtcNow().ToUnixTimeSeconds();
        var pipeline = NewPipeline("timed");
        await pipeline.RunAsync(run =>
        {
            _clock.Advance(TimeSpan.FromSeconds(5));
            run.Checkpoint("c", 1, default);
            _clock.Advance(TimeSpan.FromSeconds(5));
            return Task.CompletedTask;
        });
        _clock.Advance(TimeSpan.FromSeconds(5));
        await OutcomeTests.Caught(pipeline.RunAsync(_ => throw new IOException()));
        _recorder.Observe();
        using (Assert.EnterMultipleScope())
        {
            Assert.That(Seconds(PipelineMetrics.RunLastStart), Is.EqualTo(15));
            Assert.That(Seconds(PipelineMetrics.RunLastSuccess), Is.EqualTo(10), "a failed run is no success");
            Assert.That(Seconds(PipelineMetrics.CheckpointLast), Is.EqualTo(5));
        }

        double Seconds(string metric) =>
            _recorder.Of(metric).Single(static m => m[PipelineAttributes.PipelineName] is "timed").Value - start;
    }

    [Test]
    public async Task A_retry_waits_by_the_clock_and_doubles()
    {
        var attempts = new List<(int, double)>();
        var start = _clock.GetUtcNow();
        PipelineNode? node = null;
        var task = NewPipeline()
            .RunAsync(run =>
                run.NodeAsync(
                    "n",
                    NodeType.Source,
                    n =>
                        (node = n).RetryAsync(
                            attempt =>
                            {
                                attempts.Add((attempt, (_clock.GetUtcNow() - start).TotalSeconds));
                                return attempt < 4 ? throw new IOException("no " + attempt) : Task.FromResult("yes");
                            },
                            maxAttempts: 4,
                            delay: TimeSpan.FromSeconds(3)
                        )
                )
            );
        foreach (var wait in new[] { 3, 6, 12 })
        {
            _clock.Advance(TimeSpan.FromSeconds(wait - 1));
            var next = _clock.NextTimer();
            _clock.Advance(TimeSpan.FromSeconds(1));
            await Task.WhenAny(next, task);
        }

        await task;
        using (Assert.EnterMultipleScope())
        {
            Assert.That(attempts, Is.EqualTo(((int, double)[])[(1, 0), (2, 3), (3, 9), (4, 21)]));
            Assert.That(node!.Result, Is.EqualTo(PipelineResult.Success));
            Assert.That(_recorder.Of(PipelineMetrics.RunErrors), Is.Empty, "handled retries are no errors");
            Assert.That(_recorder.Of(PipelineMetrics.NodeRetries).Count(), Is.EqualTo(3));
            Assert.That(_recorder.Span("node n").Status, Is.EqualTo(ActivityStatusCode.Unset));
            Assert.That(_recorder.Span("node n").GetTagItem(PipelineAttributes.NodeAttempt), Is.EqualTo(4));
            Assert.That(
                _recorder
                    .Spans.Where(static s => s.DisplayName == "attempt n")
                    .Select(static s => (s.GetTagItem(PipelineAttributes.NodeAttempt), s.Status, s.Parent!.DisplayName)),
                Is.EqualTo(
                    ((object?, ActivityStatusCode, string)[])
                        [
                            (2, ActivityStatusCode.Error, "node n"),
                            (3, ActivityStatusCode.Error, "node n"),
                            (4, ActivityStatusCode.Unset, "node n"),
                        ]
                )
            );
            Assert.That(
                _recorder.Named(PipelineEvents.NodeRetry).First().Message,
                Is.EqualTo("node n tries again (attempt 2) in 3.00 s after IOException: no 1")
            );
        }
    }

    [Test]
    public async Task A_retry_gives_up_on_the_last_attempt_a_cancellation_or_what_it_is_told()
    {
        using var stop = new CancellationTokenSource();
        var calls = 0;
        var run = NewPipeline()
            .RunAsync(
                async run =>
                {
                    await run.NodeAsync(
                        "n",
                        NodeType.Source,
                        async node =>
                        {
                            Assert.That(await OutcomeTests.Caught(Try(node, 1)), Is.InstanceOf<IOException>());
                            Assert.That(
                                await OutcomeTests.Caught(Try(node, 9, static e => e is TimeoutException)),
                                Is.InstanceOf<IOException>()
                            );
                            Assert.That(calls, Is.EqualTo(2));
                            var waiting = Try(node, 9);
                            await stop.CancelAsync();
                            await waiting;
                        }
                    );
                },
                stop.Token
            );
        Assert.That(await OutcomeTests.Caught(run), Is.InstanceOf<OperationCanceledException>());
        Assert.That(calls, Is.EqualTo(3));
        Assert.That(_recorder.Span("run p").GetTagItem(PipelineAttributes.RunResult), Is.EqualTo("cancellation"));

        Task Try(PipelineNode node, int most, Func<Exception, bool>? when = null) =>
            node.RetryAsync(
                _ =>
                {
                    calls++;
                    throw new IOException();
                },
                most,
                retryWhen: when
            );
    }

    [TestCase(0, "0 us")]
    [TestCase(0.000_42, "420 us")]
    [TestCase(0.012_34, "12.3 ms")]
    [TestCase(0.9994, "999.4 ms")]
    [TestCase(0.99996, "1.00 s")]
    [TestCase(59.99, "59.99 s")]
    [TestCase(59.999, "1 min 0 s")]
    [TestCase(754, "12 min 34 s")]
    [TestCase(3599.4, "59 min 59 s")]
    [TestCase(3599.9, "1 h 0 min")]
    [TestCase(90_061, "25 h 1 min")]
    public void Durations_are_written_for_people(double seconds, string expected) =>
        Assert.That(Durations.Text(TimeSpan.FromSeconds(seconds)), Is.EqualTo(expected));
}
