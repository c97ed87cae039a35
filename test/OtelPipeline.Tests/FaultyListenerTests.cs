using System.Diagnostics;
using System.Diagnostics.Metrics;
using Microsoft.Extensions.Logging;
using OtelPipeline.Signals;
using OtelPipeline.Testing;

namespace OtelPipeline.Tests;

/// <summary>Loggers and listeners that throw wherever they are called: the application does not see it, and outcomes stay right.</summary>
internal sealed class FaultyListenerTests
{
    [Flags]
    public enum Fault
    {
        None = 0,
        Sample = 1,
        Started = 2,
        Stopped = 4,
        Measurement = 8,
        LoggerIsEnabled = 16,
        Log = 32,
        Message = 64,
        All = 127,
    }

    [TestCase(Fault.Sample)]
    [TestCase(Fault.Started)]
    [TestCase(Fault.Stopped)]
    [TestCase(Fault.Measurement)]
    [TestCase(Fault.LoggerIsEnabled)]
    [TestCase(Fault.Log)]
    [TestCase(Fault.Message)]
    [TestCase(Fault.All)]
    public async Task Nothing_of_it_reaches_the_application(Fault fault)
    {
        using var listeners = new FaultyListeners(fault);
        var clock = new FakeTimeProvider();
        var pipeline = new Pipeline(
            "faulty",
            new PipelineOptions
            {
                TimeProvider = clock,
                HeartbeatInterval = TimeSpan.FromSeconds(1),
                MeasureCpuTime = true,
            },
            listeners
        );
        Exception expected = fault.HasFlag(Fault.Message) ? new SilentException() : new IOException("the only exception there may be");
        PipelineRun? run = null;
        PipelineNode? node = null;
        var thrown = await OutcomeTests.Caught(
            pipeline.RunAsync(async r =>
            {
                run = r;
                await Everything(r, clock);
                Assert.That(PipelineRun.Current, Is.SameAs(r));
                await r.NodeAsync(
                    "last",
                    NodeType.Sink,
                    n =>
                    {
                        node = n;
                        Assert.That(PipelineNode.Current, Is.SameAs(n));
                        throw expected;
                    }
                );
            })
        );
        using (Assert.EnterMultipleScope())
        {
            Assert.That(thrown, Is.SameAs(expected));
            Assert.That(
                (run!.Result, node!.Result),
                Is.EqualTo(((PipelineResult?)PipelineResult.Failure, (PipelineResult?)PipelineResult.Failure))
            );
            Assert.That((Activity.Current, PipelineRun.Current), Is.EqualTo(((Activity?)null, (PipelineRun?)null)));
            Assert.That(listeners.Thrown, Is.Positive, "the listeners did throw");
        }
    }

    [Test]
    public void A_handle_gives_back_what_was_current_although_listeners_throw([Values(Fault.Started, Fault.Stopped, Fault.All)] Fault fault)
    {
        using var listeners = new FaultyListeners(fault);
        using var before = new Activity("mine").Start();
        using (var run = new Pipeline("faulty", null, listeners).StartRun())
        {
            run.StartNode("n", NodeType.Source).Dispose();
            run.StartItem("1").Dispose();
            run.Complete();
        }

        Assert.That(Activity.Current, Is.SameAs(before));
    }

    [Test]
    public async Task What_was_swallowed_is_counted()
    {
        using var recorder = new Recorder();
        using var listeners = new FaultyListeners(Fault.Log);
        await new Pipeline("faulty", null, listeners).RunAsync(_ => Task.CompletedTask);
        var counted = recorder.Of(PipelineMetrics.TelemetryErrors).ToList();
        Assert.That(counted, Has.Count.EqualTo(2), "one for each event of the run");
        Assert.That(counted[0][PipelineAttributes.ErrorType], Is.EqualTo(typeof(NotSupportedException).FullName));
    }

    private static async Task Everything(PipelineRun run, FakeTimeProvider clock)
    {
        run.Configuration(new Hostile());
        run.Configuration(new Dictionary<string, object?> { ["a"] = new Hostile() });
        run.Warn("w");
        var cache = new CacheTelemetry("c", accessEventEvery: 1);
        cache.Hit();
        cache.Evicted();
        cache.Contents(1, 2, 3);
        new CircuitBreakerTelemetry("b").Transition(CircuitState.Open);
        new RateLimiterTelemetry("l").Rejected();
        await new ProducerTelemetry("s", "d").SendAsync(static _ => Task.CompletedTask);
        await new ConsumerTelemetry("s", "d").PollAsync(static _ => Task.FromResult(1), static n => n);
        var broker = new BrokerTelemetry("s");
        using var observation = broker.Observe(static () => throw new NotSupportedException("connections"));
        await broker.HandleAsync(BrokerOperation.Consume, "d", static _ => Task.FromResult(1));
        await new FallbackTelemetry("f").AttemptAsync(1, "s", static _ => Task.FromResult(1));
        run.Set("key", new Hostile());
        run.Check("c", passed: false);
        run.Check("c", 1, CheckThreshold.AtMost(0), failedRecords: 1);
        await run.CheckAsync("c", _ => Task.FromResult(false));
        run.Checkpoint("c", 1, TimeSpan.FromSeconds(1));
        await run.CheckpointAsync("c", _ => Task.FromResult(1L));
        await run.RestoreAsync("c", _ => Task.FromResult(1));
        await run.ItemAsync(
            "1",
            item =>
            {
                item.FirstResult();
                return Task.CompletedTask;
            }
        );
        await run.PartitionAsync("1", _ => Task.CompletedTask);
        await run.NodeAsync("a", NodeType.Source, node => node.Skip("r"));
        await Task.WhenAll(
            Enumerable
                .Range(0, 4)
                .Select(i =>
                    run.NodeAsync(
                        "b" + i,
                        NodeType.Transform,
                        async node =>
                        {
                            node.Records(1, 1, 1, 1, 1, 1);
                            node.Bytes(1, 1);
                            node.Batch(1);
                            node.Queued(TimeSpan.FromSeconds(1));
                            node.Dataset("d").Wrote(1);
                            node.Environment(new ProcessStartInfo());
                            node.Retrying(2, new SilentException());
                            await node.RetryAsync(a => a < 3 ? throw new IOException() : Task.CompletedTask, delay: TimeSpan.Zero);
                            clock.Advance(TimeSpan.FromSeconds(1));
                        },
                        dependsOn: ["a", "unknown"]
                    )
                )
        );
        run.StartNode("abandoned", NodeType.Source).Dispose();
    }

    private sealed class SilentException : Exception
    {
        public override string Message => throw new NotSupportedException("Message");
    }

    private sealed class Hostile
    {
        public string Throws => throw new NotSupportedException("getter");

        public override string ToString() => throw new NotSupportedException("ToString");
    }

    private sealed class FaultyListeners : ILoggerFactory, ILogger
    {
        private readonly Fault _fault;
        private readonly ActivityListener _activities;
        private readonly MeterListener _meters = new();

        public FaultyListeners(Fault fault)
        {
            _fault = fault;
            _activities = new ActivityListener
            {
                ShouldListenTo = static s => s.Name == PipelineSources.ActivitySource,
                Sample = (ref ActivityCreationOptions<ActivityContext> _) =>
                {
                    // now and then, so that the other callbacks are reached too
                    Throw(Fault.Sample, fault == Fault.Sample || Thrown % 3 == 0);
                    return ActivitySamplingResult.AllDataAndRecorded;
                },
                ActivityStarted = _ => Throw(Fault.Started),
                ActivityStopped = _ => Throw(Fault.Stopped),
            };
            ActivitySource.AddActivityListener(_activities);
            _meters.InstrumentPublished = static (i, l) =>
            {
                if (i.Meter.Name == PipelineSources.Meter)
                    l.EnableMeasurementEvents(i);
            };
            _meters.SetMeasurementEventCallback<long>((_, _, _, _) => Throw(Fault.Measurement));
            _meters.SetMeasurementEventCallback<double>((_, _, _, _) => Throw(Fault.Measurement));
            _meters.Start();
        }

        public int Thrown { get; private set; }

        public ILogger CreateLogger(string categoryName) => this;

        public bool IsEnabled(LogLevel logLevel)
        {
            Throw(Fault.LoggerIsEnabled, _fault == Fault.LoggerIsEnabled || Thrown % 3 == 0);
            return true;
        }

        public void Log<TState>(
            LogLevel logLevel,
            EventId eventId,
            TState state,
            Exception? exception,
            Func<TState, Exception?, string> formatter
        )
        {
            if (_fault == Fault.Message)
                Thrown++;
            Throw(Fault.Log);
        }

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public void AddProvider(ILoggerProvider provider) { }

        public void Dispose()
        {
            _activities.Dispose();
            _meters.Dispose();
        }

        private void Throw(Fault fault, bool now = true)
        {
            if (!_fault.HasFlag(fault) || !now)
                return;
            Thrown++;
            throw new NotSupportedException(fault.ToString());
        }
    }
}
