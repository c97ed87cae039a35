using System.Diagnostics;
using OtelPipeline.Signals;
using OtelPipeline.Testing;

namespace OtelPipeline.Tests;

/// <summary>How a run or node ends, and what is said about it.</summary>
internal sealed class OutcomeTests
{
    private static IEnumerable<TestCaseData> Exceptions()
    {
        var timeout = new TimeoutException();
        yield return Case(new InvalidDataException("bad"), false, PipelineResult.Failure, "an exception");
        yield return Case(timeout, false, PipelineResult.Timeout, "a time-out");
        yield return Case(new TaskCanceledException("slow", timeout), false, PipelineResult.Timeout, "HttpClient's time-out");
        yield return Case(new OperationCanceledException(), false, PipelineResult.Failure, "somebody else's cancellation");
        yield return Case(new OperationCanceledException(), true, PipelineResult.Cancellation, "the run's cancellation");
        yield return Case(new TaskCanceledException("slow", timeout), true, PipelineResult.Cancellation, "a time-out of a cancelled run");
        yield return Case(new AggregateException(new OperationCanceledException()), true, PipelineResult.Cancellation, "Task.Wait");
        yield return Case(new InvalidOperationException(), true, PipelineResult.Failure, "an exception in a cancelled run");

        static TestCaseData Case(Exception exception, bool isCancelled, PipelineResult result, string name) =>
            new TestCaseData(exception, isCancelled, result).SetName("{m}: " + name);
    }

    [TestCaseSource(nameof(Exceptions))]
    public async Task An_exception_becomes_the_outcome_and_is_rethrown(Exception exception, bool isCancelled, PipelineResult expected)
    {
        using var recorder = new Recorder();
        using var stop = new CancellationTokenSource();
        PipelineRun? run = null;
        PipelineNode? node = null;
        var task = new Pipeline("p", null, recorder).RunAsync(
            r =>
            {
                run = r;
                return r.NodeAsync(
                    "n",
                    NodeType.Source,
                    async n =>
                    {
                        node = n;
                        await Task.Yield();
                        if (isCancelled)
                            await stop.CancelAsync();
                        throw exception;
                    }
                );
            },
            stop.Token
        );
        var thrown = await Caught(task);
        var isError = expected is PipelineResult.Failure or PipelineResult.Timeout;
        using (Assert.EnterMultipleScope())
        {
            Assert.That(thrown, Is.SameAs(exception));
            Assert.That((run!.Result, node!.Result), Is.EqualTo(((PipelineResult?)expected, (PipelineResult?)expected)));
            Assert.That(recorder.Span("run p").Status, Is.EqualTo(isError ? ActivityStatusCode.Error : ActivityStatusCode.Unset));
            Assert.That(recorder.Of(PipelineMetrics.RunErrors).Count(), Is.EqualTo(isError ? 1 : 0), "once, at the innermost level");
            Assert.That(recorder.Named(PipelineEvents.NodeException).Count(), Is.EqualTo(isError ? 1 : 0));
            Assert.That(recorder.Named(PipelineEvents.RunException), Is.Empty);
            Assert.That(
                recorder.Of(PipelineMetrics.RunDuration).Single()[PipelineAttributes.ErrorType],
                Is.EqualTo(isError ? exception.GetType().FullName : null)
            );
        }
    }

    [Test]
    public async Task An_exception_outside_of_nodes_is_the_run_s()
    {
        using var recorder = new Recorder();
        await Caught(new Pipeline("p", null, recorder).RunAsync(_ => throw new InvalidDataException("row 7")));
        var written = recorder.Named(PipelineEvents.RunException).Single();
        using (Assert.EnterMultipleScope())
        {
            Assert.That(written.Exception, Is.InstanceOf<InvalidDataException>());
            Assert.That(written.Message, Is.EqualTo("run p failed: row 7"));
            Assert.That(written.Attributes[PipelineAttributes.ErrorCategory], Is.EqualTo("data"));
            Assert.That(written.Current, Is.SameAs(recorder.Span("run p")), "the event has the trace id of the run");
        }
    }

    [Test]
    public async Task An_exception_that_passes_two_runs_is_written_once_and_counted_in_both()
    {
        using var recorder = new Recorder();
        var outer = new Pipeline("outer", null, recorder);
        var inner = new Pipeline("inner", null, recorder);
        await Caught(
            outer.RunAsync(run => run.NodeAsync("call", NodeType.Control, _ => inner.RunAsync(_ => throw new IOException("gone"))))
        );
        using (Assert.EnterMultipleScope())
        {
            Assert.That(recorder.Events.Count(static e => e.Exception is not null), Is.EqualTo(1));
            Assert.That(
                recorder.Of(PipelineMetrics.RunErrors).Select(static m => m[PipelineAttributes.PipelineName]),
                Is.EquivalentTo((string[])["inner", "outer"])
            );
            Assert.That(recorder.Span("run outer").GetTagItem(PipelineAttributes.RunErrorCount), Is.EqualTo(1));
            Assert.That(recorder.Span("run inner").ParentSpanId, Is.EqualTo(recorder.Span("node call").SpanId));
            Assert.That(
                recorder.Span("run inner").GetTagItem(PipelineAttributes.RunParentId),
                Is.EqualTo(recorder.Span("run outer").GetTagItem(PipelineAttributes.RunId))
            );
        }
    }

    [Test]
    public async Task Warnings_do_not_change_the_outcome()
    {
        using var recorder = new Recorder();
        var run = await new Pipeline("p", null, recorder).RunAsync(run =>
        {
            run.Warn("look at this", "odd");
            run.Check("c", passed: false);
            return Task.FromResult(run);
        });
        using (Assert.EnterMultipleScope())
        {
            Assert.That(run.Result, Is.EqualTo(PipelineResult.Success));
            Assert.That(recorder.Span("run p").GetTagItem(PipelineAttributes.RunWarningCount), Is.EqualTo(2));
            Assert.That(
                recorder.Of(PipelineMetrics.RunWarnings).Select(static m => m[PipelineAttributes.ErrorType]),
                Is.EqualTo((string[])["odd", "check_fail"])
            );
        }
    }

    [Test]
    public async Task A_node_or_run_or_item_that_is_skipped_has_that_result_and_reason()
    {
        using var recorder = new Recorder();
        await new Pipeline("p", null, recorder).RunAsync(async run =>
        {
            await run.NodeAsync("n", NodeType.Source, node => node.Skip("no new data"));
            await run.ItemAsync(
                "1",
                item =>
                {
                    item.Skip("seen");
                    return Task.CompletedTask;
                }
            );
            run.Skip("nothing at all");
        });
        using (Assert.EnterMultipleScope())
        {
            Assert.That(recorder.Span("node n").GetTagItem(PipelineAttributes.NodeResult), Is.EqualTo("skip"));
            Assert.That(recorder.Span("node n").GetTagItem(PipelineAttributes.NodeSkipReason), Is.EqualTo("no new data"));
            Assert.That(recorder.Span("item p").GetTagItem(PipelineAttributes.ItemResult), Is.EqualTo("skipped"));
            Assert.That(recorder.Span("item p").GetTagItem(PipelineAttributes.ItemSkipReason), Is.EqualTo("seen"));
            Assert.That(recorder.Span("run p").GetTagItem(PipelineAttributes.RunResult), Is.EqualTo("skip"));
            Assert.That(recorder.Named(PipelineEvents.NodeSkip).Single().Message, Is.EqualTo("node n skipped: no new data"));
        }
    }

    [Test]
    public async Task Only_the_first_end_counts()
    {
        using var recorder = new Recorder();
        await new Pipeline("p", null, recorder).RunAsync(run =>
        {
            using var node = run.StartNode("n", NodeType.Source);
            Parallel.For(0, 64, i => (i % 2 == 0 ? (Action)node.Complete : () => node.Fail(new IOException()))());
            return Task.CompletedTask;
        });
        Assert.That(recorder.Of(PipelineMetrics.NodeDuration).Count(), Is.EqualTo(1));
        Assert.That(recorder.Of(PipelineMetrics.NodeActive).Sum(static m => m.Value), Is.Zero);
    }

    [Test]
    public async Task A_cancelled_item_is_skipped_and_no_failure()
    {
        using var recorder = new Recorder();
        using var stop = new CancellationTokenSource();
        await stop.CancelAsync();
        await Caught(
            new Pipeline("p", null, recorder).RunAsync(
                run => run.ItemAsync("1", item => Task.FromCanceled(item.CancellationToken)),
                stop.Token
            )
        );
        Assert.That(recorder.Of(PipelineMetrics.Items).Single()[PipelineAttributes.ItemResult], Is.EqualTo("skipped"));
    }

    [Test]
    public async Task A_body_that_returns_a_value_task_is_waited_for()
    {
        using var recorder = new Recorder();
        var pipeline = new Pipeline("p", null, recorder);
        var never = new TaskCompletionSource<int>();
        await pipeline.RunAsync(async run =>
        {
            var without = run.NodeAsync("without", NodeType.Sink, _ => new ValueTask(never.Task));
            var with = run.NodeAsync("with", NodeType.Sink, _ => new ValueTask<int>(never.Task));
            Assert.That((without.IsCompleted, with.IsCompleted), Is.EqualTo((false, false)));
            never.SetResult(7);
            await without;
            Assert.That(await with, Is.EqualTo(7));
        });
        Assert.That(recorder.Spans.Count(static s => s.OperationName.StartsWith("node", StringComparison.Ordinal)), Is.EqualTo(2));
    }

    internal static async Task<Exception?> Caught(Task task)
    {
        try
        {
            await task;
            return null;
        }
        catch (Exception e)
        {
            return e;
        }
    }
}
