using System.Diagnostics;
using OpenTelemetry;
using OpenTelemetry.Trace;
using OtelPipeline.Signals;

namespace OtelPipeline.Tests;

/// <summary>Under the real SDK: items and partitions are roots of traces of their own, and are sampled like their run.</summary>
internal sealed class SamplingTests
{
    private const int Runs = 200;

    private static IEnumerable<TestCaseData> Samplers()
    {
        yield return new TestCaseData(new AlwaysOnSampler(), 1.0).SetName("{m}: always on");
        yield return new TestCaseData(new AlwaysOffSampler(), 0.0).SetName("{m}: always off");
        yield return new TestCaseData(new ParentBasedSampler(new AlwaysOnSampler()), 1.0).SetName("{m}: parent based, always on");
        yield return new TestCaseData(new ParentBasedSampler(new AlwaysOffSampler()), 0.0).SetName("{m}: parent based, always off");
        yield return new TestCaseData(new TraceIdRatioBasedSampler(0.5), 0.5).SetName("{m}: ratio");
        yield return new TestCaseData(new ParentBasedSampler(new TraceIdRatioBasedSampler(0.5)), 0.5).SetName("{m}: parent based, ratio");
    }

    [TestCaseSource(nameof(Samplers))]
    public async Task Items_and_partitions_are_roots_and_sampled_like_their_run(Sampler sampler, double share)
    {
        var exported = new Exported();
        using var tracing = Sdk.CreateTracerProviderBuilder()
            .AddSource(PipelineSources.ActivitySource)
            .SetSampler(sampler)
            .AddProcessor(new SimpleActivityExportProcessor(exported))
            .Build();
        var pipeline = new Pipeline("p");
        for (var i = 0; i < Runs; i++)
        {
            var before = exported.Spans.Count;
            PipelineItem? item = null;
            var run = await pipeline.RunAsync(async run =>
            {
                await run.NodeAsync(
                    "n",
                    NodeType.Source,
                    node => node.ItemAsync("1", async i => await (item = i).NodeAsync("in", NodeType.Sink, _ => { }))
                );
                await run.PartitionAsync("2031", p => p.NodeAsync("step", NodeType.Source, _ => { }));
                return run;
            });
            Assert.That(
                (run.Result, item!.Result),
                Is.EqualTo(((PipelineResult?)PipelineResult.Success, (PipelineResult?)PipelineResult.Success))
            );
            Assert.That(exported.Spans.Count - before, Is.Zero.Or.EqualTo(6), "all of a run or nothing of it");
        }

        var spans = exported.Spans;
        foreach (var root in spans.Where(static s => s.DisplayName is "item p" or "partition p"))
        {
            var link = root.Links.Single();
            var run = spans.Single(s => s.SpanId == link.Context.SpanId);
            Assert.That((root.ParentSpanId, root.Parent, run.DisplayName), Is.EqualTo((default(ActivitySpanId), (Activity?)null, "run p")));
            Assert.That(root.TraceId, Is.Not.EqualTo(run.TraceId));
            Assert.That(link.Tags!.Single(), Is.EqualTo(new KeyValuePair<string, object?>(PipelineAttributes.LinkType, "part_of")));
            Assert.That(spans.Where(s => s.ParentSpanId == root.SpanId).Select(static s => s.TraceId), Is.All.EqualTo(root.TraceId));
        }

        Assert.That(spans.Count / 6.0 / Runs, Is.EqualTo(share).Within(share == 0.5 ? 0.25 : 0));
        Assert.That(spans.Select(static s => s.TraceId).Distinct().Count(), Is.EqualTo(spans.Count / 2), "three traces for each run");
    }

    [TestCase(true)]
    [TestCase(false)]
    public async Task What_is_done_within_an_item_that_is_sampled_out_is_left_out_with_it(bool isHandle)
    {
        var exported = new Exported();
        using var tracing = Sdk.CreateTracerProviderBuilder()
            .AddSource(PipelineSources.ActivitySource)
            .SetSampler(new ParentBasedSampler(new AlwaysOnSampler(), localParentSampled: new NoItems()))
            .AddProcessor(new SimpleActivityExportProcessor(exported))
            .Build();
        var broker = new BrokerTelemetry("kafka");
        Activity? within = null;
        async Task Work(PipelineItem item)
        {
            within = Activity.Current;
            await item.NodeAsync("in", NodeType.Sink, static _ => { });
            await broker.HandleAsync(BrokerOperation.List, null, static _ => Task.CompletedTask);
        }

        await new Pipeline("p").RunAsync(async run =>
        {
            await run.NodeAsync(
                "n",
                NodeType.Source,
                async node =>
                {
                    var around = Activity.Current;
                    if (isHandle)
                    {
                        using var item = node.StartItem("1");
                        await Work(item);
                        item.Complete();
                    }
                    else
                    {
                        await node.ItemAsync("1", Work);
                    }

                    Assert.That(Activity.Current, Is.SameAs(around));
                    await node.NodeAsync("after", NodeType.Sink, static _ => { });
                }
            );
        });
        using (Assert.EnterMultipleScope())
        {
            Assert.That(exported.Spans.Select(static s => s.DisplayName), Is.EquivalentTo(new[] { "node after", "node n", "run p" }));
            Assert.That(within!.Recorded, Is.False);
            Assert.That(
                within.TraceId,
                Is.Not.EqualTo(exported.Spans[0].TraceId),
                "logs and messages are not taken for part of the run's trace"
            );
        }
    }

    [Test]
    public async Task A_run_that_the_sdk_samples_out_keeps_its_outcome_duration_and_ambient_node()
    {
        using var tracing = Sdk.CreateTracerProviderBuilder()
            .AddSource(PipelineSources.ActivitySource)
            .SetSampler(new AlwaysOffSampler())
            .Build();
        using var recorder = new Recorder(isTracing: false);
        var run = await new Pipeline("p", null, recorder).RunAsync(async run =>
        {
            await run.NodeAsync(
                "n",
                NodeType.Source,
                async node =>
                {
                    await Task.Yield();
                    Assert.That(PipelineNode.Current, Is.SameAs(node));
                    node.Records(read: 5);
                }
            );
            return run;
        });
        using (Assert.EnterMultipleScope())
        {
            Assert.That(run.Result, Is.EqualTo(PipelineResult.Success));
            Assert.That(recorder.Of(PipelineMetrics.NodeDuration).Single().Value, Is.Positive);
            Assert.That(recorder.Named(PipelineEvents.RunEnd).Single().Attributes[PipelineAttributes.RunRecordsRead], Is.EqualTo(5));
        }
    }

    private sealed class NoItems : Sampler
    {
        public override SamplingResult ShouldSample(in SamplingParameters samplingParameters) =>
            new(samplingParameters.Name == "item p" ? SamplingDecision.Drop : SamplingDecision.RecordAndSample);
    }

    private sealed class Exported : BaseExporter<Activity>
    {
        public List<Activity> Spans { get; } = [];

        public override ExportResult Export(in Batch<Activity> batch)
        {
            foreach (var span in batch)
                Spans.Add(span);
            return ExportResult.Success;
        }
    }
}
