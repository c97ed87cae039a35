using System.Diagnostics;
using OtelPipeline.Signals;

namespace OtelPipeline.Tests;

/// <summary>Producers and consumers of messages.</summary>
internal sealed class MessagingTests
{
    private static readonly ProducerTelemetry s_producer = new("kafka", "orders");
    private static readonly ConsumerTelemetry s_consumer = new("kafka", "orders", group: "billing");

    [Test]
    public async Task Context_travels_in_headers_and_who_consumes_links_to_it_in_a_trace_of_its_own()
    {
        using var recorder = new Recorder();
        var batch = new List<Dictionary<string, string>>();
        string? runId = null;
        await new Pipeline("producing").RunAsync(async run =>
        {
            runId = run.Id;
            Activity.Current!.AddBaggage("secret", "s3cr3t");
            for (var i = 0; i < 2; i++)
            {
                await s_producer.SendAsync(_ =>
                {
                    var headers = new Dictionary<string, string>();
                    Activity.Current!.TraceStateString = "vendor=1";
                    ProducerTelemetry.Inject(headers, static (h, key, value) => h.Add(key, value));
                    batch.Add(headers);
                    return Task.CompletedTask;
                });
            }
        });
        await new Pipeline("consuming").RunAsync(_ =>
            s_consumer.ProcessAsync(static _ => Task.CompletedTask, [.. batch.Select(Sender), Sender(batch[0]), default])
        );
        var sent = recorder.Spans.Where(static s => s.DisplayName == "send orders").ToList();
        var process = recorder.Span("process orders");
        var consuming = recorder.Span("run consuming");
        using (Assert.EnterMultipleScope())
        {
            Assert.That(process.Links.Select(static l => l.Context.SpanId), Is.EqualTo(sent.Select(static s => s.SpanId)));
            Assert.That(process.Links.Select(static l => (l.Context.IsRemote, l.Context.TraceState)), Is.All.EqualTo((true, "vendor=1")));
            Assert.That(process.ParentSpanId, Is.EqualTo(consuming.SpanId), "linked, not parented");
            Assert.That(process.TraceId, Is.Not.EqualTo(sent[0].TraceId));
            Assert.That(batch[0].Keys, Is.EquivalentTo(new[] { "traceparent", "tracestate", "baggage" }));
            Assert.That(batch[0]["baggage"], Is.EqualTo("pipeline.run.id=" + runId), "no baggage of others leaves the process");
        }

        static ActivityContext Sender(Dictionary<string, string> headers) =>
            ConsumerTelemetry.Extract(headers, static (h, key) => h.GetValueOrDefault(key));
    }

    [Test]
    public void An_undefined_operation_of_a_store_is_an_argument_error_that_says_which_there_are() =>
        Assert.That(
            () => new ObjectStoreTelemetry("s").Transferred((ObjectStoreOperation)77, 1),
            Throws.InstanceOf<ArgumentOutOfRangeException>().With.Message.Contains("Head")
        );

    [TestCase(null)]
    [TestCase("")]
    [TestCase("00-nonsense-01")]
    [TestCase("00-00000000000000000000000000000000-0000000000000000-01")]
    public void Headers_that_cannot_be_read_are_no_sender(string? traceparent) =>
        Assert.That(ConsumerTelemetry.Extract(traceparent, static (h, key) => key == "traceparent" ? h : null), Is.Default);

    [Test]
    public async Task Functions_of_the_application_that_throw_do_not_reach_it_and_are_counted()
    {
        using var recorder = new Recorder();
        await s_producer.SendAsync(static _ =>
        {
            ProducerTelemetry.Inject(0, static (_, _, _) => throw new NotSupportedException("set"));
            return Task.CompletedTask;
        });
        Assert.That(ConsumerTelemetry.Extract<int>(0, static (_, _) => throw new NotSupportedException("get")), Is.Default);
        var polled = await s_consumer.PollAsync(static _ => Task.FromResult(3), static _ => throw new NotSupportedException("count"));
        Assert.That(polled, Is.EqualTo(3));
        Assert.That(recorder.Of(PipelineMetrics.TelemetryErrors).ToList(), Has.Count.EqualTo(3));
    }

    [Test]
    public async Task Messages_are_counted_and_errors_carry_their_type()
    {
        using var recorder = new Recorder();
        await s_producer.SendAsync(static _ => Task.CompletedTask, messages: 500, bytes: 10_000);
        await OutcomeTests.Caught(s_producer.SendAsync(static _ => throw new IOException(), messages: 7));
        await OutcomeTests.Caught(s_producer.SendAsync(Task.FromCanceled, cancellationToken: new CancellationToken(canceled: true)));
        s_producer.Sent(0, TimeSpan.FromSeconds(-1));
        s_consumer.Polled(4, TimeSpan.FromSeconds(1));
        var sent = recorder.Of(PipelineMetrics.MessagingSentMessages).ToList();
        var durations = recorder.Of(PipelineMetrics.MessagingOperationDuration).ToList();
        using (Assert.EnterMultipleScope())
        {
            Assert.That(
                sent.Select(static m => (m.Value, m[PipelineAttributes.ErrorType])),
                Is.EqualTo(new (double, object?)[] { (500, null), (7, "System.IO.IOException") })
            );
            Assert.That(
                sent[0].Tags,
                Is.EqualTo(
                    new KeyValuePair<string, object?>[]
                    {
                        new("messaging.system", "kafka"),
                        new("messaging.destination.name", "orders"),
                        new("messaging.operation.name", "send"),
                    }
                )
            );
            Assert.That(recorder.Of(PipelineMetrics.ProducerBatchSize).Single().Value, Is.EqualTo(500));
            Assert.That(recorder.Of(PipelineMetrics.ProducerIo).Single().Value, Is.EqualTo(10_000));
            Assert.That(recorder.Of(PipelineMetrics.MessagingConsumedMessages).Single().Value, Is.EqualTo(4));
            Assert.That(durations, Has.Count.EqualTo(5));
            Assert.That(durations.Count(static m => m[PipelineAttributes.ErrorType] is not null), Is.EqualTo(1));
            Assert.That(durations[3].Value, Is.Zero, "not negative");
        }
    }
}
