using System.Net;
using OtelPipeline.Testing;

namespace OtelPipeline.Extensions.Http.Tests;

/// <summary>A host that asked to be left alone, and who listened.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal sealed class RetryAfterTests
{
    private readonly FakeTimeProvider _clock = new();
    private Origin _origin = null!;
    private Exported _exported = null!;

    [SetUp]
    public async Task Start()
    {
        _origin = await Origin.StartAsync();
        _exported = new Exported();
    }

    [TearDown]
    public async Task Stop()
    {
        _exported.Dispose();
        await _origin.DisposeAsync();
    }

    [TestCase("2", 2.0, true)]
    [TestCase("2", 2.5, true)]
    [TestCase("2", 1.9, false)]
    [TestCase("Fri, 02 Jan 2026 03:04:08 GMT", 3.0, true)]
    [TestCase("Fri, 02 Jan 2026 03:04:08 GMT", 2.9, false)]
    public async Task A_retry_that_waits_long_enough_honors_it(string header, double waited, bool isHonored)
    {
        using var clients = Clients.With(
            Clocked,
            new Between(
                async (request, next, _) =>
                {
                    (await next(request)).Dispose();
                    _clock.Advance(TimeSpan.FromSeconds(waited));
                    return await next(request);
                }
            )
        );
        using var response = await clients.Client.GetAsync(Url($"/?status=429&status=200&retry={Uri.EscapeDataString(header)}"));

        Assert.That(_exported.Only["pipeline.http.retry_after"], Is.EqualTo(header == "2" ? 2.0 : 3.0));
        Assert.That(_exported.Only["pipeline.http.retry_after.honored"], Is.EqualTo(isHonored));
        Assert.That(_exported.Only["http.request.resend_count"], Is.EqualTo(1));
        var spans = _exported.ClientSpans;
        Assert.That(
            spans.Select(s => s.GetTagItem("pipeline.http.retry_after")),
            Is.EqualTo(new object?[] { header == "2" ? 2.0 : 3.0, null })
        );
        Assert.That(spans.Select(s => s.GetTagItem("pipeline.http.retry_after.honored")), Is.EqualTo(new object?[] { null, isHonored }));
    }

    [Test]
    public async Task Without_another_attempt_nobody_knows()
    {
        using var clients = Clients.With(Clocked);
        using var response = await clients.Client.GetAsync(Url("/?status=503&retry=5"));

        Assert.That(_exported.Only["pipeline.http.retry_after"], Is.EqualTo(5));
        Assert.That(_exported.Only.Attributes, Does.Not.ContainKey("pipeline.http.retry_after.honored"));
    }

    [Test]
    public async Task A_request_of_somebody_else_to_the_same_host_that_comes_too_early_does_not_honor_it()
    {
        using var first = Clients.With(Clocked);
        using var second = Clients.With(Clocked);
        using var refused = await first.Client.GetAsync(Url("/a?status=429&retry=5"));
        _clock.Advance(TimeSpan.FromSeconds(4));
        using var early = await second.Client.GetAsync(Url("/b"));
        _clock.Advance(TimeSpan.FromSeconds(1));
        using var late = await second.Client.GetAsync(Url("/c"));

        Assert.That(
            _exported.Events.Select(e => e.Attributes.GetValueOrDefault("pipeline.http.retry_after.honored")),
            Is.EqualTo(new object?[] { null, false, null })
        );
    }

    [Test]
    public async Task A_request_that_was_on_its_way_when_another_was_refused_did_not_come_too_early()
    {
        using var first = Clients.With(Clocked);
        using var second = Clients.With(
            Clocked,
            new Between(
                async (request, next, cancel) =>
                {
                    var sent = next(request);
                    (await first.Client.GetAsync(Url("/a?status=429&retry=5"), cancel)).Dispose();
                    return await sent;
                }
            )
        );
        using var response = await second.Client.GetAsync(Url("/b"));

        Assert.That(response.StatusCode, Is.EqualTo(HttpStatusCode.OK));
        Assert.That(_exported.Events, Has.Count.EqualTo(2));
        Assert.That(_exported.Events.Select(e => e.Attributes.GetValueOrDefault("pipeline.http.retry_after.honored")), Is.All.Null);
    }

    [Test]
    public async Task The_longest_wait_that_a_host_asked_for_counts()
    {
        using var clients = Clients.With(Clocked);
        using var refused = await clients.Client.GetAsync(Url("/a?status=429&retry=5"));
        using var again = await clients.Client.GetAsync(Url("/b?status=429&retry=1"));
        _clock.Advance(TimeSpan.FromSeconds(1.5));
        using var early = await clients.Client.GetAsync(Url("/c"));
        _clock.Advance(TimeSpan.FromSeconds(3.5));
        using var late = await clients.Client.GetAsync(Url("/d"));

        Assert.That(
            _exported.Events.Select(e => e.Attributes.GetValueOrDefault("pipeline.http.retry_after.honored")),
            Is.EqualTo(new object?[] { null, false, false, null })
        );
    }

    [Test]
    public async Task A_retry_at_another_host_says_nothing_about_the_first()
    {
        await using var mirror = await Origin.StartAsync();
        using var clients = Clients.With(
            Clocked,
            new Between(
                async (request, next, _) =>
                {
                    (await next(request)).Dispose();
                    request.RequestUri = new Uri(mirror.Url, "/b");
                    return await next(request);
                }
            )
        );
        using var response = await clients.Client.GetAsync(Url("/a?status=429&retry=5"));

        Assert.That(response.StatusCode, Is.EqualTo(HttpStatusCode.OK));
        Assert.That(_exported.Only.Attributes, Does.Not.ContainKey("pipeline.http.retry_after.honored"));
    }

    [TestCase(-5)]
    [TestCase(0.05)]
    [TestCase(99.95)]
    [TestCase(100)]
    [TestCase(90_000)]
    public async Task Whatever_the_clock_says_the_request_has_its_event(double milliseconds)
    {
        using var clients = Clients.With(
            Clocked,
            new Between(
                (request, next, _) =>
                {
                    _clock.Advance(TimeSpan.FromMilliseconds(milliseconds));
                    return next(request);
                }
            )
        );
        using var response = await clients.Client.GetAsync(Url("/?status=204"));

        Assert.That(_exported.Only["pipeline.http.request.duration"], Is.EqualTo(milliseconds / 1_000).Within(1e-9));
        Assert.That(_exported.Only.Message, Does.Match("^content: GET 127\\.0\\.0\\.1: 204 in -?[0-9.]+ (us|ms|min 30 s|min)"));
    }

    private void Clocked(PipelineHttpOptions options) => options.TimeProvider = _clock;

    private Uri Url(string path) => new(_origin.Url, path);
}
