using System.Runtime.CompilerServices;
using Microsoft.Extensions.Logging;
using OtelPipeline.Signals;

namespace OtelPipeline.Tests;

/// <summary>Circuit breakers and rate limiters.</summary>
internal sealed class ResilienceTests
{
    [Test]
    public void The_states_of_a_breaker_are_counted_told_and_observed_in_order()
    {
        using var recorder = new Recorder();
        var breaker = new CircuitBreakerTelemetry("origin", recorder);
        breaker.Transition(CircuitState.Open, CircuitScope.Host, TimeSpan.FromSeconds(30), failureRatio: 0.6);
        breaker.Transition(CircuitState.Open, CircuitScope.Host);
        breaker.Transition(CircuitState.HalfOpen, CircuitScope.Host);
        breaker.Transition(CircuitState.Closed, CircuitScope.Resolver);
        breaker.Transition(CircuitState.Isolated);
        breaker.Transition((CircuitState)77);
        (string, string, string)[] expected =
        [
            ("closed", "open", "host"),
            ("open", "half_open", "host"),
            ("half_open", "closed", "resolver"),
            ("closed", "isolated", "global"),
        ];
        Assert.That(
            recorder
                .Of(PipelineMetrics.CircuitBreakerTransitions)
                .Select(static m =>
                    (
                        (string)m[PipelineAttributes.CircuitBreakerPreviousState]!,
                        (string)m[PipelineAttributes.CircuitBreakerState]!,
                        (string)m[PipelineAttributes.CircuitBreakerScope]!
                    )
                ),
            Is.EqualTo(expected)
        );
        var events = recorder.Named(PipelineEvents.CircuitBreakerStateChange).ToList();
        Assert.That(
            events.Select(static e => e.Level),
            Is.EqualTo(new[] { LogLevel.Warning, LogLevel.Information, LogLevel.Information, LogLevel.Warning })
        );
        Assert.That(events[0].Message, Is.EqualTo("circuit breaker origin: closed to open for 30.00 s after 60 % failures"));
        Assert.That(events[0].Attributes[PipelineAttributes.CircuitBreakerBreakDuration], Is.EqualTo(30.0));
        Assert.That(events[0].Attributes[PipelineAttributes.CircuitBreakerFailureRatio], Is.EqualTo(0.6));
        Assert.That(breaker.State, Is.EqualTo(CircuitState.Isolated));
    }

    [Test]
    public void Breakers_of_one_name_add_up_and_are_reported_as_long_as_they_live()
    {
        using var recorder = new Recorder();
        var breaker = new CircuitBreakerTelemetry("shared");
        breaker.Transition(CircuitState.Open);
        Forgotten();
        recorder.Observe();
        Assert.That(Status(), Is.EqualTo(new[] { ("closed", 0.0), ("half_open", 1.0), ("isolated", 0.0), ("open", 1.0) }));
        GC.Collect();
        GC.WaitForPendingFinalizers();
        recorder.Observe();
        Assert.That(Status().TakeLast(4), Is.EqualTo(new[] { ("closed", 0.0), ("half_open", 0.0), ("isolated", 0.0), ("open", 1.0) }));
        GC.KeepAlive(breaker);

        IEnumerable<(string, double)> Status() =>
            recorder
                .Of(PipelineMetrics.CircuitBreakerStatus)
                .Where(static m => (string)m[PipelineAttributes.CircuitBreakerName]! == "shared")
                .Select(static m => ((string)m[PipelineAttributes.CircuitBreakerState]!, m.Value))
                .Chunk(4)
                .SelectMany(static c => c.Order());

        [MethodImpl(MethodImplOptions.NoInlining)]
        static void Forgotten() => new CircuitBreakerTelemetry("shared").Transition(CircuitState.HalfOpen);
    }

    [Test]
    public void Every_acquisition_records_its_wait_0_included()
    {
        using var recorder = new Recorder();
        var limiter = new RateLimiterTelemetry("api.crossref", "metadata", recorder);
        limiter.Acquired();
        limiter.Queued(TimeSpan.FromSeconds(2));
        limiter.Rejected(TimeSpan.FromSeconds(5), waitLimit: TimeSpan.FromSeconds(4));
        limiter.Rejected(TimeSpan.FromSeconds(-1));
        limiter.Skipped();
        (string, double)[] expected = [("acquired", 0), ("queued", 2), ("rejected", 5), ("rejected", 0), ("skipped", 0)];
        var waits = recorder.Of(PipelineMetrics.RateLimiterWaitDuration).ToList();
        Assert.That(waits.Select(static m => ((string)m[PipelineAttributes.RateLimiterResult]!, m.Value)), Is.EqualTo(expected));
        Assert.That(
            waits.Select(static m => (m[PipelineAttributes.RateLimiterName], m[PipelineAttributes.RateLimiterRole])),
            Is.All.EqualTo(((object)"api.crossref", (object)"metadata"))
        );
        Assert.That(recorder.Of(PipelineMetrics.RateLimiterAcquisitions).ToList(), Has.Count.EqualTo(5));
        var rejected = recorder.Named(PipelineEvents.RateLimiterRejected).First().Attributes;
        Assert.That(
            (rejected[PipelineAttributes.RateLimiterWaitDuration], rejected[PipelineAttributes.RateLimiterWaitLimit]),
            Is.EqualTo(((object)5.0, (object)4.0))
        );
    }

    [Test]
    public void What_limiters_have_left_is_observed_until_it_is_disposed_of_whatever_one_of_them_throws()
    {
        using var recorder = new Recorder();
        var limiter = new RateLimiterTelemetry("api.crossref");
        using var first = limiter.Observe(static () => 3, static () => 1);
        using var second = limiter.Observe(static () => 4);
        using var broken = limiter.Observe(static () => throw new ObjectDisposedException("limiter"));
        recorder.Observe();
        Assert.That(recorder.Of(PipelineMetrics.RateLimiterPermitAvailable).Single().Value, Is.EqualTo(7));
        Assert.That(recorder.Of(PipelineMetrics.RateLimiterQueueLength).Single().Value, Is.EqualTo(1));
        Assert.That(recorder.Of(PipelineMetrics.TelemetryErrors).ToList(), Has.Count.EqualTo(1));
        first.Dispose();
        first.Dispose();
        second.Dispose();
        broken.Dispose();
        recorder.Observe();
        Assert.That(recorder.Of(PipelineMetrics.RateLimiterPermitAvailable).ToList(), Has.Count.EqualTo(1));
    }

    [Test]
    public void An_empty_role_and_no_function_are_argument_errors()
    {
        Assert.That(() => new RateLimiterTelemetry("l", " "), Throws.ArgumentException.With.Message.Contains("role"));
        Assert.That(() => new RateLimiterTelemetry("l").Observe(null!), Throws.ArgumentNullException.With.Message.Contains("permits"));
    }
}
