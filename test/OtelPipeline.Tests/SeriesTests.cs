using OtelPipeline.Signals;

namespace OtelPipeline.Tests;

/// <summary>How many series the SDK's meter provider holds.</summary>
internal sealed class SeriesTests
{
    [Test]
    public async Task Ten_thousand_runs_leave_the_series_where_ten_left_them()
    {
        using var counter = new SeriesCounter();
        var pipeline = new Pipeline("series");
        await Runs(pipeline, 10);
        var (after10, tags) = counter.Count();
        await Runs(pipeline, 9_990);
        var (after10000, _) = counter.Count();
        Assert.That(after10, Is.EqualTo(after10000).And.GreaterThan(15));
        Assert.That(tags, Has.No.Member(PipelineAttributes.RunId));

        static async Task Runs(Pipeline pipeline, int count)
        {
            for (var i = 0; i < count; i++)
            {
                var id = i;
                await OutcomeTests.Caught(
                    pipeline.RunAsync(async run =>
                    {
                        await run.NodeAsync("load", NodeType.Source, node => node.Records(read: id, bytes: id));
                        await run.PartitionAsync("partition " + id, _ => Task.CompletedTask);
                        await run.ItemAsync("item " + id, _ => Task.CompletedTask);
                        run.Check("c", passed: id % 2 == 0);
                        run.Checkpoint("checkpoint " + id, id, TimeSpan.FromSeconds(id));
                        run.Warn("warning " + id);
                        run.Dataset("orders").Wrote(id);
                        if (id % 2 == 0)
                            throw new IOException("error " + id);
                    })
                );
            }
        }
    }

    [Test]
    public async Task Names_made_of_data_are_folded()
    {
        using var counter = new SeriesCounter();
        using var recorder = new Recorder(isMetering: false);
        var pipeline = new Pipeline("folded", new PipelineOptions { NameLimit = 10 }, recorder);
        await pipeline.RunAsync(async run =>
        {
            for (var i = 0; i < 5_000; i++)
            {
                await run.NodeAsync("node " + i, NodeType.Source, _ => { });
                run.Check("check " + i, passed: true);
                run.Dataset("dataset " + i).Wrote(1);
                run.Warn("w", "warning " + i);
            }
        });
        var (_, tags) = counter.Count();
        foreach (
            var key in new[]
            {
                PipelineAttributes.NodeName,
                PipelineAttributes.CheckName,
                PipelineAttributes.DatasetName,
                PipelineAttributes.ErrorType,
            }
        )
        {
            var values = tags[key];
            Assert.That(values, Has.Count.EqualTo(11).And.Member("_other"), key);
        }

        Assert.That(recorder.Spans.Select(static s => s.DisplayName), Has.Member("node node 4999"), "spans have the real name");
    }

    [Test]
    public void Ten_thousand_names_of_dependencies_leave_the_series_bounded()
    {
        using var counter = new SeriesCounter();
        var resolvers = new FallbackTelemetry("resolvers");
        var observations = new List<IDisposable>();
        for (var i = 0; i < 10_000; i++)
        {
            var name = "name " + i;
            new CacheTelemetry(name).Hit();
            new CircuitBreakerTelemetry(name).Transition(CircuitState.Open); // its status has the name of its transitions
            new RateLimiterTelemetry(name, name).Acquired();
            new ProducerTelemetry(name, name).Sent(1, TimeSpan.Zero);
            new ConsumerTelemetry(name, name, name).LagTime(TimeSpan.Zero, name);
            new ObjectStoreTelemetry(name).Transferred(ObjectStoreOperation.Get, 1);
            new SegmentTelemetry(name).Written();
            observations.Add(BrokerTelemetry.ObservePartitions(name, name, static () => 1));
            new FallbackTelemetry(name).Attempted(1, "source", FallbackResult.Success);
            resolvers.Attempted(1, name, FallbackResult.Success);
        }

        var (_, tags) = counter.Count();
        observations.ForEach(static o => o.Dispose());
        using (Assert.EnterMultipleScope())
        {
            foreach (
                var key in new[]
                {
                    PipelineAttributes.AgentId,
                    PipelineAttributes.CacheName,
                    PipelineAttributes.CircuitBreakerName,
                    PipelineAttributes.RateLimiterName,
                    PipelineAttributes.RateLimiterRole,
                    PipelineAttributes.FallbackName,
                    PipelineAttributes.ObjectStoreName,
                    PipelineAttributes.MessagingSystem,
                    PipelineAttributes.MessagingDestinationName,
                    PipelineAttributes.MessagingConsumerGroupName,
                    PipelineAttributes.MessagingPartitionId,
                    PipelineAttributes.FallbackSource,
                }
            )
                Assert.That(tags[key], Has.Count.LessThanOrEqualTo(1_001).And.Member("_other"), key);
        }
    }
}
