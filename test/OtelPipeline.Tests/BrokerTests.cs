using System.Diagnostics;
using OtelPipeline.Signals;
using OtelPipeline.Testing;

namespace OtelPipeline.Tests;

/// <summary>What a broker has and is asked.</summary>
internal sealed class BrokerTests
{
    private static readonly BrokerTelemetry s_broker = new("kafka");

    [Test]
    public async Task A_call_from_another_process_continues_its_trace()
    {
        using var recorder = new Recorder();
        var caller = ActivityContext.Parse("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01", null);
        await s_broker.HandleAsync(BrokerOperation.Produce, "orders", static _ => Task.CompletedTask, caller: caller);
        var span = recorder.Span("produce orders");
        Assert.That((span.TraceId, span.ParentSpanId, span.Kind), Is.EqualTo((caller.TraceId, caller.SpanId, ActivityKind.Server)));
    }

    [Test]
    public async Task What_the_body_throws_is_rethrown_whoever_listens()
    {
        Assert.That(Call, Throws.TypeOf<InvalidDataException>());
        using var recorder = new Recorder();
        Assert.That(Call, Throws.TypeOf<InvalidDataException>());
        await Task.CompletedTask;
        Assert.That(recorder.Span("list").Status, Is.EqualTo(ActivityStatusCode.Error));

        static Task Call() => s_broker.HandleAsync(BrokerOperation.List, null, static _ => throw new InvalidDataException());
    }

    [Test]
    public void Values_add_up_and_end_with_their_observation()
    {
        var clock = new FakeTimeProvider();
        using var recorder = new Recorder();
        var first = new BrokerTelemetry("one", clock).Observe(static () => 3, agents: static () => 1);
        clock.Advance(TimeSpan.FromSeconds(5));
        using (new BrokerTelemetry("two", clock).Observe(static () => 4))
        {
            clock.Advance(TimeSpan.FromSeconds(2));
            recorder.Observe();
            Assert.That(recorder.Of(PipelineMetrics.ConnectionsActive).Single().Value, Is.EqualTo(7));
            Assert.That(recorder.Of(PipelineMetrics.AgentsActive).Single().Value, Is.EqualTo(1));
            Assert.That(recorder.Of(PipelineMetrics.Uptime).Single().Value, Is.EqualTo(7), "the longest");
        }

        first.Dispose();
        recorder.Observe();
        Assert.That(recorder.Of(PipelineMetrics.ConnectionsActive).Count(), Is.EqualTo(1), "nothing new");
        Assert.That(recorder.Of(PipelineMetrics.Uptime).Count(), Is.EqualTo(1));
    }

    [Test]
    public void A_function_that_throws_costs_its_value_alone()
    {
        using var recorder = new Recorder();
        using var observation = s_broker.Observe(static () => throw new NotSupportedException("connections"), static () => 2);
        Assert.That(recorder.Observe, Throws.Nothing);
        Assert.That(recorder.Of(PipelineMetrics.ConnectionsActive), Is.Empty);
        Assert.That(recorder.Of(PipelineMetrics.Topics).Single().Value, Is.EqualTo(2));
        Assert.That(recorder.Of(PipelineMetrics.TelemetryErrors).ToList(), Is.Not.Empty);
    }
}
