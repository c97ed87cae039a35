using System.Diagnostics.Metrics;
using System.Net;
using Microsoft.Extensions.Logging;
using OpenTelemetry.Metrics;
using OtelPipeline.Signals;
using OtelPipeline.Testing;
using Polly;
using Polly.CircuitBreaker;
using Polly.Retry;
using Polly.Telemetry;
using Polly.Timeout;

namespace OtelPipeline.Extensions.Polly.Tests;

/// <summary>What the SDK exports of resilience pipelines.</summary>
internal sealed partial class ListenerTests
{
    private readonly FakeTimeProvider _time = new();

    [Test]
    public async Task Retries_are_counted_on_the_node_in_which_they_are_made()
    {
        using var exported = new Exported();
        var polly = Retrying().AddPipelineTelemetry("retries").Build();
        await new Pipeline("retried").RunAsync(async run =>
            await Task.WhenAll(
                run.NodeAsync("one", NodeType.Source, node => FailFirstAsync(polly, 1, new IOException("torn"))),
                run.NodeAsync("two", NodeType.Source, node => FailFirstAsync(polly, 2, new InvalidDataException()))
            )
        );
        Assert.That(
            exported.Points("pipeline.node.retries"),
            Is.EqualTo(
                new[]
                {
                    "error.type=System.IO.IOException pipeline.name=retried pipeline.node.name=one: 1",
                    "error.type=System.IO.InvalidDataException pipeline.name=retried pipeline.node.name=two: 2",
                }.Order(StringComparer.Ordinal)
            )
        );
        Assert.That(exported.Span("node one").GetTagItem("pipeline.node.attempt"), Is.EqualTo(2));
        Assert.That(exported.Span("node two").GetTagItem("pipeline.node.attempt"), Is.EqualTo(3));
        Assert.That(exported.AllSpans.Select(static s => s.Status), Has.None.EqualTo(System.Diagnostics.ActivityStatusCode.Error));
        var told = exported.Events("pipeline.node.retry").Single(static e => (string?)e["pipeline.node.name"] == "one");
        Assert.That(told.Text, Does.StartWith("node one tries again (attempt 2)").And.EndsWith("after IOException: torn"));
        Assert.That(
            (told["pipeline.node.attempt"], told["error.type"], told["pipeline.node.retry.delay"]),
            Is.EqualTo(((object)2, (object)"System.IO.IOException", (object)0.0))
        );
    }

    [Test]
    public async Task A_response_that_is_tried_again_has_its_status_as_the_type_of_the_error_and_other_results_have_none()
    {
        using var exported = new Exported();
        var http = new ResiliencePipelineBuilder<HttpResponseMessage>()
            .AddRetry(
                new RetryStrategyOptions<HttpResponseMessage>
                {
                    ShouldHandle = static a => ValueTask.FromResult(a.Outcome.Result is { IsSuccessStatusCode: false }),
                    Delay = TimeSpan.Zero,
                    MaxRetryAttempts = 1,
                }
            )
            .AddPipelineTelemetry("http")
            .Build();
        var numbers = new ResiliencePipelineBuilder<int>()
            .AddRetry(
                new RetryStrategyOptions<int>
                {
                    ShouldHandle = static a => ValueTask.FromResult(a.Outcome.Result < 0),
                    Delay = TimeSpan.Zero,
                    MaxRetryAttempts = 1,
                }
            )
            .AddPipelineTelemetry("numbers")
            .Build();
        await new Pipeline("results").RunAsync(run =>
            run.NodeAsync(
                "load",
                NodeType.Source,
                async _ =>
                {
                    await http.ExecuteAsync(static _ => ValueTask.FromResult(new HttpResponseMessage(HttpStatusCode.ServiceUnavailable)));
                    await numbers.ExecuteAsync(static _ => ValueTask.FromResult(-1));
                }
            )
        );
        Assert.That(
            exported.Points("pipeline.node.retries"),
            Is.EqualTo(
                new[]
                {
                    "error.type=503 pipeline.name=results pipeline.node.name=load: 1",
                    "error.type=_other pipeline.name=results pipeline.node.name=load: 1",
                }
            )
        );
        Assert.That(exported.Events("pipeline.node.retry").Select(static e => e.Text), Has.One.EndsWith("after 503"));
    }

    [Test]
    public async Task A_time_out_is_told_and_is_the_result_of_the_node_that_it_leaves()
    {
        using var exported = new Exported();
        var polly = new ResiliencePipelineBuilder { TimeProvider = _time }
            .AddTimeout(TimeSpan.FromSeconds(3))
            .AddPipelineTelemetry("slow")
            .Build();
        var run = new Pipeline("timed").RunAsync(r =>
            r.NodeAsync(
                "wait",
                NodeType.Source,
                async _ =>
                    await polly.ExecuteAsync(async cancel =>
                    {
                        _time.Advance(TimeSpan.FromSeconds(3));
                        await Task.Delay(Timeout.InfiniteTimeSpan, cancel);
                    })
            )
        );
        Assert.That(async () => await run, Throws.InstanceOf<TimeoutRejectedException>());
        var told = exported.Events("pipeline.timeout").Single();
        Assert.That(told.Text, Is.EqualTo("slow did not end within 3.00 s"));
        Assert.That((told["pipeline.timeout.name"], told["pipeline.timeout.limit"]), Is.EqualTo(((object)"slow", (object)3.0)));
        Assert.That(told["pipeline.node.name"], Is.EqualTo("wait"));
        Assert.That(exported.Span("node wait").GetTagItem("pipeline.node.result"), Is.EqualTo("timeout"));
        Assert.That(exported.Events("pipeline.node.exception").Single()["pipeline.error.category"], Is.EqualTo("timeout"));
    }

    [Test]
    public async Task What_a_rate_limiter_refuses_is_counted_and_told()
    {
        using var exported = new Exported();
        var polly = new ResiliencePipelineBuilder()
            .AddStrategy(static context => new Refusing(context.Telemetry), new RefusingOptions { Name = "RateLimiter" })
            .AddPipelineTelemetry("refused")
            .Build();
        await polly.ExecuteAsync(static _ => ValueTask.CompletedTask);
        Assert.That(
            exported.Points("pipeline.rate_limiter.acquisitions", "name=refused"),
            Is.EqualTo(new[] { "pipeline.rate_limiter.name=refused pipeline.rate_limiter.result=rejected: 1" })
        );
        Assert.That(exported.Events("pipeline.rate_limiter.rejected").Single()["pipeline.rate_limiter.name"], Is.EqualTo("refused"));
    }

    [Test]
    public async Task A_listener_that_was_there_hears_everything_and_Pollys_own_names_stay_as_they_are()
    {
        using var meter = new Meter("Polly");
        using var exported = new Exported();
        var polly = Retrying();
        polly.Name = "of-polly";
        polly.TelemetryListener = new PollysListener(meter);
        var pipeline = polly.AddPipelineTelemetry("ours").Build();
        await new Pipeline("of-otelpipeline").RunAsync(run =>
            run.NodeAsync("load", NodeType.Source, _ => FailFirstAsync(pipeline, 1, new IOException()))
        );
        var points = exported.Collect().Where(static p => p.Meter == "Polly").ToList();
        Assert.That(
            points.Select(static p => p.ToString()),
            Is.EquivalentTo(
                new[] { "PipelineExecuting: 1", "ExecutionAttempt: 2", "OnRetry: 1", "PipelineExecuted: 1" }.Select(static e =>
                    "event.name=" + e.Replace(":", " pipeline.name=of-polly:")
                )
            )
        );
    }

    [Test]
    public void A_listener_that_throws_still_reaches_the_caller_as_without_us()
    {
        var polly = Retrying();
        polly.TelemetryListener = new ThrowingListener();
        var pipeline = polly.AddPipelineTelemetry("throwing").Build();
        Assert.That(
            async () => await pipeline.ExecuteAsync(static _ => ValueTask.CompletedTask),
            Throws.InstanceOf<NotSupportedException>()
        );
    }

    [Test]
    public void Wrong_use_is_told_at_once()
    {
        var builder = new ResiliencePipelineBuilder();
        Assert.That(() => builder.AddPipelineTelemetry(" "), Throws.ArgumentException.With.Message.Contains("name"));
        Assert.That(() => ((ResiliencePipelineBuilder)null!).AddPipelineTelemetry("n"), Throws.ArgumentNullException);
        Assert.That(
            () => builder.AddPipelineTelemetry("n", static o => o.FallbackSources.Add("")),
            Throws.ArgumentException.With.Message.Contains("FallbackSources")
        );
        builder.AddPipelineTelemetry("first");
        Assert.That(
            () => builder.AddPipelineTelemetry("second"),
            Throws.InvalidOperationException.With.Message.Contains("'first'").And.Message.Contains("'second'")
        );
    }

    [Test]
    public async Task Where_nobody_listens_an_execution_with_a_retry_allocates_what_it_allocates_without_telemetry()
    {
        var plain = Result(false);
        var observed = Result(true);
        var bytes = (Plain: await MeasureAsync(plain), Observed: await MeasureAsync(observed));
        Assert.That(bytes.Observed, Is.EqualTo(bytes.Plain));

        ResiliencePipeline<int> Result(bool isObserved)
        {
            var builder = new ResiliencePipelineBuilder<int>().AddRetry(
                new RetryStrategyOptions<int>
                {
                    ShouldHandle = static a => a.AttemptNumber == 0 ? PredicateResult.True() : PredicateResult.False(),
                    Delay = TimeSpan.Zero,
                }
            );
            return (isObserved ? builder.AddPipelineTelemetry("bytes") : builder).Build();
        }

        static async Task<long> MeasureAsync(ResiliencePipeline<int> pipeline)
        {
            var before = 0L;
            for (var i = 0; i < 1_100; i++)
            {
                if (i == 100)
                    before = GC.GetAllocatedBytesForCurrentThread();
                await pipeline.ExecuteAsync(static _ => ValueTask.FromResult(1));
            }

            return GC.GetAllocatedBytesForCurrentThread() - before;
        }
    }

    private static ResiliencePipelineBuilder Retrying() =>
        new ResiliencePipelineBuilder().AddRetry(new RetryStrategyOptions { Delay = TimeSpan.Zero });

    private static async Task FailFirstAsync(ResiliencePipeline pipeline, int failures, Exception exception)
    {
        await pipeline.ExecuteAsync(_ => failures-- > 0 ? ValueTask.FromException(exception) : ValueTask.CompletedTask);
    }

    /// <summary>Counts as the listener of Polly.Extensions does, with Polly's <c>pipeline.name</c>.</summary>
    private sealed class PollysListener(Meter meter) : TelemetryListener
    {
        private readonly Counter<int> _events = meter.CreateCounter<int>("resilience.polly.strategy.events");

        public override void Write<TResult, TArgs>(in TelemetryEventArguments<TResult, TArgs> args) =>
            _events.Add(1, new("event.name", args.Event.EventName), new("pipeline.name", args.Source.PipelineName));
    }

    private sealed class ThrowingListener : TelemetryListener
    {
        public override void Write<TResult, TArgs>(in TelemetryEventArguments<TResult, TArgs> args) => throw new NotSupportedException();
    }

    private sealed class RefusingOptions : ResilienceStrategyOptions;

    /// <summary>Reports what Polly.RateLimiting does when a lease is refused.</summary>
    private sealed class Refusing(ResilienceStrategyTelemetry telemetry) : ResilienceStrategy
    {
        protected override ValueTask<Outcome<TResult>> ExecuteCore<TResult, TState>(
            Func<ResilienceContext, TState, ValueTask<Outcome<TResult>>> callback,
            ResilienceContext context,
            TState state
        )
        {
            telemetry.Report(new ResilienceEvent(ResilienceEventSeverity.Error, "OnRateLimiterRejected"), context, (object)context);
            return callback(context, state);
        }
    }
}
