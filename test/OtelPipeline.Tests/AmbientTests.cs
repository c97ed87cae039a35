using System.Diagnostics;
using OtelPipeline.Signals;

namespace OtelPipeline.Tests;

/// <summary>What is current, in every order in which things can start and end.</summary>
internal sealed class AmbientTests
{
    private static readonly ActivitySource s_user = new("User");
    private readonly Pipeline _pipeline = new("p");

    [TearDown]
    public void Nothing_stays_current()
    {
        Assert.That(Activity.Current, Is.Null);
        Assert.That(PipelineRun.Current, Is.Null);
    }

    [Test]
    public async Task The_delegate_form_makes_current_and_undoes_it([Values] bool isTraced)
    {
        using var recorder = new Recorder(isTraced);
        await _pipeline.RunAsync(async run =>
        {
            var before = Activity.Current;
            await run.NodeAsync(
                "outer",
                NodeType.Control,
                async outer =>
                {
                    await outer.NodeAsync(
                        "inner",
                        NodeType.Source,
                        async inner =>
                        {
                            await Task.Yield();
                            Assert.That((PipelineRun.Current, PipelineNode.Current), Is.EqualTo((run, inner)));
                            Assert.That(Activity.Current, Is.SameAs(isTraced ? inner.Activity : null));
                        }
                    );
                    Assert.That(PipelineNode.Current, Is.SameAs(outer));
                    Assert.That(Activity.Current, Is.SameAs(outer.Activity));
                }
            );
            Assert.That((PipelineRun.Current, PipelineNode.Current), Is.EqualTo((run, (PipelineNode?)null)));
            Assert.That(Activity.Current, Is.SameAs(before));
        });
    }

    [Test]
    public void An_abandoned_handle_is_an_error_and_leaves_nothing_behind()
    {
        using var recorder = new Recorder();
        var run = _pipeline.StartRun();
        var node = run.StartNode("n", NodeType.Source);
        node.Dispose();
        Assert.That(Activity.Current, Is.SameAs(run.Activity));
        run.Dispose();
        using (Assert.EnterMultipleScope())
        {
            Assert.That(
                (run.Result, node.Result),
                Is.EqualTo(((PipelineResult?)PipelineResult.Error, (PipelineResult?)PipelineResult.Error))
            );
            Assert.That(recorder.Span("node n").GetTagItem(PipelineAttributes.ErrorType), Is.EqualTo("abandoned"));
            Assert.That(recorder.Span("run p").Status, Is.EqualTo(ActivityStatusCode.Error));
        }
    }

    [Test]
    public void A_completed_handle_is_a_success_and_makes_the_span_before_current()
    {
        using var recorder = new Recorder();
        using var mine = s_user.StartActivity("mine");
        using var run = _pipeline.StartRun();
        using (var node = run.StartNode("n", NodeType.Source))
        {
            using (s_user.StartActivity("below"))
            using (var inner = node.StartNode("inner", NodeType.Source))
            {
                Assert.That(Activity.Current, Is.SameAs(inner.Activity));
                inner.Complete();
                Assert.That(Activity.Current!.DisplayName, Is.EqualTo("below"));
            }

            node.Complete();
            Assert.That(PipelineNode.Current, Is.Null);
        }

        run.Complete();
        using (Assert.EnterMultipleScope())
        {
            Assert.That(Activity.Current, Is.SameAs(mine));
            Assert.That(recorder.Span("run p").Parent, Is.SameAs(mine));
            Assert.That(recorder.Span("node inner").Parent?.DisplayName, Is.EqualTo("below"), "a user's own span within the node");
        }
    }

    [Test]
    public void Handles_that_overlap_are_siblings_and_end_in_any_order()
    {
        using var recorder = new Recorder();
        using var run = _pipeline.StartRun();
        var first = run.StartNode("first", NodeType.Source);
        var second = run.StartNode("second", NodeType.Source);
        Assert.That(second.Activity!.Parent, Is.SameAs(run.Activity), "started of the run, so below the run");
        first.Complete();
        Assert.That((PipelineNode.Current, Activity.Current), Is.EqualTo((second, second.Activity)));
        second.Complete();
        Assert.That((PipelineNode.Current, Activity.Current), Is.EqualTo(((PipelineNode?)null, run.Activity)));
        run.Complete();
    }

    [Test]
    public async Task A_handle_that_is_ended_in_another_flow_is_stepped_over([Values] bool isTraced)
    {
        using var recorder = new Recorder(isTraced);
        using var run = _pipeline.StartRun();
        var node = run.StartNode("elsewhere", NodeType.Source);
        await Task.Run(() =>
        {
            Activity.Current = null;
            using var other = s_user.StartActivity("other");
            node.Complete();
            Assert.That(Activity.Current, Is.SameAs(other), "what is current there has nothing to do with the node");
        });
        Assert.That(PipelineNode.Current, Is.Null);
        using (var next = run.StartNode("next", NodeType.Source))
        {
            Assert.That(next.Activity?.Parent, Is.SameAs(run.Activity));
            next.Complete();
        }

        Assert.That(Activity.Current, Is.SameAs(run.Activity));
        node.Dispose();
        Assert.That(node.Result, Is.EqualTo(PipelineResult.Success));
        run.Complete();
    }

    [Test]
    public async Task Handles_ended_elsewhere_without_end_keep_no_memory()
    {
        using var recorder = new Recorder();
        using var run = _pipeline.StartRun();
        var ended = new List<WeakReference>();
        for (var i = 0; i < 50; i++)
            await StartHereEndThere(run, ended);
        run.StartNode("last", NodeType.Source).Complete();
        GC.Collect();
        Assert.That(ended.Count(static r => r.IsAlive), Is.LessThan(5));
        run.Complete();

        static Task StartHereEndThere(PipelineRun run, List<WeakReference> ended)
        {
            var node = run.StartNode("n", NodeType.Source);
            ended.Add(new WeakReference(node));
            return Task.Run(node.Complete);
        }
    }

    [Test]
    public async Task A_sampled_out_run_and_node_still_are_current_and_measured([Values] bool runIsSampled)
    {
        using var recorder = new Recorder();
        recorder.Samples = name => runIsSampled && name.StartsWith("run", StringComparison.Ordinal);
        var pipeline = new Pipeline("p", null, recorder);
        await OutcomeTests.Caught(
            pipeline.RunAsync(async run =>
            {
                using var mine = s_user.StartActivity("mine");
                var current = Activity.Current;
                await run.NodeAsync(
                    "n",
                    NodeType.Source,
                    node =>
                    {
                        Assert.That((node.Activity, PipelineNode.Current, Activity.Current), Is.EqualTo(((Activity?)null, node, current)));
                        node.Set("ignored", 1);
                        throw new IOException();
                    }
                );
            })
        );
        using (Assert.EnterMultipleScope())
        {
            Assert.That(recorder.Spans, Has.Count.EqualTo(runIsSampled ? 1 : 0));
            Assert.That(recorder.Of(PipelineMetrics.NodeDuration).Single()[PipelineAttributes.NodeResult], Is.EqualTo("failure"));
            Assert.That(recorder.Of(PipelineMetrics.RunDuration).Single()[PipelineAttributes.RunResult], Is.EqualTo("failure"));
        }
    }

    [Test]
    public async Task An_item_has_a_trace_of_its_own_and_gives_back_what_was_current([Values] bool asHandle)
    {
        using var recorder = new Recorder();
        await _pipeline.RunAsync(async run =>
        {
            if (asHandle)
            {
                using var item = run.StartItem("1");
                Assert.That(PipelineItem.Current, Is.SameAs(item));
                item.Complete();
            }
            else
            {
                await run.ItemAsync(
                    "1",
                    item => item.NodeAsync("n", NodeType.Source, n => Assert.That(PipelineItem.Current, Is.SameAs(item)))
                );
            }

            Assert.That((PipelineItem.Current, Activity.Current), Is.EqualTo(((PipelineItem?)null, run.Activity)));
        });
        var item = recorder.Span("item p");
        using (Assert.EnterMultipleScope())
        {
            Assert.That(item.TraceId, Is.Not.EqualTo(recorder.Span("run p").TraceId));
            Assert.That(item.ParentSpanId, Is.EqualTo(default(ActivitySpanId)));
            Assert.That(item.Links.Single().Context.SpanId, Is.EqualTo(recorder.Span("run p").SpanId));
            if (!asHandle)
                Assert.That(recorder.Span("node n").ParentSpanId, Is.EqualTo(item.SpanId));
        }
    }

    [Test]
    public async Task What_is_asked_of_the_run_inside_a_node_hangs_below_the_run()
    {
        using var recorder = new Recorder();
        await _pipeline.RunAsync(run =>
            run.NodeAsync(
                "outer",
                NodeType.Control,
                _ => run.NodeAsync("beside", NodeType.Source, n => n.NodeAsync("in", NodeType.Sink, _ => { }))
            )
        );
        Assert.That(recorder.Span("node beside").Parent, Is.SameAs(recorder.Span("run p")));
        Assert.That(recorder.Span("node in").Parent, Is.SameAs(recorder.Span("node beside")));
    }

    [Test]
    public async Task Span_granularity_leaves_out_spans_and_nothing_else([Values] SpanGranularity granularity)
    {
        using var recorder = new Recorder();
        var pipeline = new Pipeline("p", new PipelineOptions { SpanGranularity = granularity }, recorder);
        await pipeline.RunAsync(async run =>
        {
            await run.NodeAsync(
                "n",
                NodeType.Source,
                node => node.RetryAsync(a => a == 1 ? throw new IOException() : Task.CompletedTask, delay: TimeSpan.Zero)
            );
            await run.ItemAsync("1", _ => Task.CompletedTask);
        });
        string[] expected = ["run p", "node n", "attempt n", "item p"];
        Assert.That(recorder.Spans.Select(static s => s.DisplayName), Is.EquivalentTo(expected[..((int)granularity + 1)]));
        Assert.That(recorder.Of(PipelineMetrics.NodeDuration).Count() + recorder.Of(PipelineMetrics.Items).Count(), Is.EqualTo(2));
    }

    [Test]
    public async Task A_span_is_left_alone_once_it_has_ended()
    {
        using var recorder = new Recorder();
        PipelineNode? late = null;
        await _pipeline.RunAsync(run => run.NodeAsync("n", NodeType.Source, node => late = node));
        late!.Set("after", "it may be on its way out");
        Assert.That(recorder.Span("node n").GetTagItem("after"), Is.Null);
    }
}
