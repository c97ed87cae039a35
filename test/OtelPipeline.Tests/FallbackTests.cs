using System.Diagnostics;
using OtelPipeline.Signals;
using OtelPipeline.Testing;

namespace OtelPipeline.Tests;

/// <summary>Fallback chains: what each way an attempt can end becomes.</summary>
internal sealed class FallbackTests
{
    private static readonly FallbackTelemetry s_resolvers = new("resolvers");

    private static IEnumerable<TestCaseData> Endings()
    {
        var cancelled = new CancellationToken(canceled: true);
        yield return Case("a value", _ => Task.FromResult<string?>("url"), default, "success", isError: false);
        yield return Case("null", _ => Task.FromResult<string?>(null), default, "no_result", isError: false);
        yield return Case("a time-out", _ => Throw(new TimeoutException()), default, "timeout", isError: true);
        yield return Case(
            "HttpClient's time-out",
            _ => Throw(new TaskCanceledException("t", new TimeoutException())),
            default,
            "timeout",
            isError: true
        );
        yield return Case("an exception", _ => Throw(new IOException()), default, "error", isError: true);
        yield return Case("an exception before the first await", _ => throw new IOException(), default, "error", isError: true);
        yield return Case("a cancellation of its own", _ => Throw(new OperationCanceledException()), default, "error", isError: true);
        yield return Case("the caller's cancellation", Task.FromCanceled<string?>, cancelled, "skipped", isError: false);

        static Task<string?> Throw(Exception e) => Task.FromException<string?>(e);
        static TestCaseData Case(
            string name,
            Func<CancellationToken, Task<string?>> body,
            CancellationToken cancel,
            string result,
            bool isError
        ) => new TestCaseData(body, cancel, result, isError).SetName("{m}: " + name);
    }

    [TestCaseSource(nameof(Endings))]
    public async Task An_attempt_has_the_result_that_its_body_means(
        Func<CancellationToken, Task<string?>> body,
        CancellationToken cancel,
        string result,
        bool isError
    )
    {
        using var recorder = new Recorder();
        var clock = new FakeTimeProvider();
        var pipeline = new Pipeline("etl", new PipelineOptions { TimeProvider = clock }, recorder);
        await OutcomeTests.Caught(
            pipeline.RunAsync(_ =>
                s_resolvers.AttemptAsync(
                    2,
                    "crossref",
                    c =>
                    {
                        clock.Advance(TimeSpan.FromSeconds(3));
                        return body(c);
                    },
                    cancel
                )
            )
        );
        var span = recorder.Span("fallback resolvers");
        var attempts = recorder.Of(PipelineMetrics.FallbackAttempts).Single();
        var duration = recorder.Of(PipelineMetrics.FallbackAttemptDuration).Single();
        var told = recorder.Named(PipelineEvents.FallbackAttempt).Single();
        using (Assert.EnterMultipleScope())
        {
            Assert.That(span.GetTagItem(PipelineAttributes.FallbackResult), Is.EqualTo(result));
            Assert.That(span.Status, Is.EqualTo(isError ? ActivityStatusCode.Error : ActivityStatusCode.Unset));
            Assert.That(span.Duration, Is.EqualTo(TimeSpan.FromSeconds(3)));
            Assert.That(duration.Value, Is.EqualTo(3));
            Assert.That(duration.Tags, Is.EqualTo(attempts.Tags));
            Assert.That(
                attempts.Tags,
                Is.EqualTo(
                    new KeyValuePair<string, object?>[]
                    {
                        new(PipelineAttributes.FallbackName, "resolvers"),
                        new(PipelineAttributes.FallbackTier, 2),
                        new(PipelineAttributes.FallbackSource, "crossref"),
                        new(PipelineAttributes.FallbackResult, result),
                    }
                )
            );
            Assert.That(told.Attributes[PipelineAttributes.FallbackResult], Is.EqualTo(result));
            Assert.That(told.Current, Is.SameAs(span), "the event belongs to the span");
        }
    }

    [Test]
    public async Task Tiers_and_sources_are_seen_in_the_order_in_which_they_were_tried()
    {
        using var recorder = new Recorder();
        await new Pipeline("etl").RunAsync(async _ =>
            await s_resolvers.AttemptAsync(1, "a", static _ => Task.FromResult<string?>(null))
            ?? await s_resolvers.AttemptAsync(1, "b", static _ => Task.FromResult<string?>(null))
            ?? await s_resolvers.AttemptAsync(2, "c", static _ => Task.FromResult<string?>("found"))
        );
        Assert.That(
            recorder
                .Of(PipelineMetrics.FallbackAttempts)
                .Select(static m =>
                    (
                        (int)m[PipelineAttributes.FallbackTier]!,
                        (string)m[PipelineAttributes.FallbackSource]!,
                        (string)m[PipelineAttributes.FallbackResult]!
                    )
                ),
            Is.EqualTo(new[] { (1, "a", "no_result"), (1, "b", "no_result"), (2, "c", "success") })
        );
        Assert.That(Activity.Current, Is.Null);
    }

    [TestCase(-1)]
    [TestCase(100)]
    public void A_tier_out_of_range_is_an_argument_error(int tier)
    {
        Assert.That(
            () => s_resolvers.AttemptAsync(tier, "s", static _ => Task.FromResult(1)),
            Throws.InstanceOf<ArgumentOutOfRangeException>().With.Message.Contains("tier")
        );
        Assert.That(
            () => s_resolvers.Attempted(tier, "s", FallbackResult.Success),
            Throws.InstanceOf<ArgumentOutOfRangeException>().With.Message.Contains("tier")
        );
    }

    [Test]
    public async Task Unobserved_an_exception_before_the_first_await_is_in_the_task()
    {
        var expected = new IOException();
        var attempt = s_resolvers.AttemptAsync<int>(1, "s", _ => throw expected);
        Assert.That(await OutcomeTests.Caught(attempt), Is.SameAs(expected));
    }
}
