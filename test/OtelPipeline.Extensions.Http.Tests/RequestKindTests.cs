using System.Diagnostics;
using System.Net;
using Microsoft.Extensions.Logging;

namespace OtelPipeline.Extensions.Http.Tests;

/// <summary>One request of each kind, over a real server: exactly one event, with exactly these attributes.</summary>
internal sealed class RequestKindTests
{
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

    [Test]
    public async Task A_plain_request()
    {
        using var clients = Clients.With();
        using var response = await clients.Client.GetAsync(Url("/plain?body=1000&key=secret"));

        AssertEvent(
            new()
            {
                ["pipeline.http.role"] = "content",
                ["http.request.method"] = "GET",
                ["url.full"] = Url("/plain").AbsoluteUri,
                ["server.address"] = "127.0.0.1",
                ["http.response.status_code"] = 200,
                ["http.response.body.size"] = 1000L,
            },
            timed: ["pipeline.http.request.duration", "pipeline.http.response.body.duration"]
        );
        Assert.That(_exported.Only.Level, Is.EqualTo(LogLevel.Debug));
        Assert.That(_exported.Only.Message, Does.StartWith("content: GET 127.0.0.1: 200 in "));
        Assert.That(SpanTags().Single(), Is.EqualTo("pipeline.http.role=content"));
    }

    [Test]
    public async Task What_a_cache_answers_has_an_event_and_no_span()
    {
        using var clients = Clients.With(
            new Between(
                (request, _, _) =>
                {
                    request.PipelineTelemetry()!.CacheResult = CacheResult.Hit;
                    return Task.FromResult(new HttpResponseMessage { Content = new ByteArrayContent(new byte[70]) });
                }
            )
        );
        var body = await clients.Client.GetByteArrayAsync(Url("/cached"));

        Assert.That(body, Has.Length.EqualTo(70));
        AssertEvent(
            new()
            {
                ["pipeline.http.role"] = "content",
                ["http.request.method"] = "GET",
                ["url.full"] = Url("/cached").AbsoluteUri,
                ["server.address"] = "127.0.0.1",
                ["http.response.status_code"] = 200,
                ["http.response.body.size"] = 70L,
                ["pipeline.http.cache.result"] = "hit",
            },
            timed: ["pipeline.http.request.duration", "pipeline.http.response.body.duration"]
        );
        Assert.That(_exported.ClientSpans, Is.Empty);
        Assert.That(_origin.Received, Is.Empty);
    }

    [Test]
    public async Task What_the_origin_confirmed_is_revalidated()
    {
        using var clients = Clients.With(
            new Between(
                async (request, next, _) =>
                {
                    request.Headers.TryAddWithoutValidation("If-None-Match", "\"1\"");
                    using var response = await next(request);
                    Assert.That(response.StatusCode, Is.EqualTo(HttpStatusCode.NotModified));
                    request.PipelineTelemetry()!.CacheResult = CacheResult.Revalidated;
                    return new HttpResponseMessage { Content = new ByteArrayContent(new byte[70]) };
                }
            )
        );
        await clients.Client.GetByteArrayAsync(Url("/revalidated"));

        AssertEvent(
            new()
            {
                ["pipeline.http.role"] = "content",
                ["http.request.method"] = "GET",
                ["url.full"] = Url("/revalidated").AbsoluteUri,
                ["server.address"] = "127.0.0.1",
                ["http.response.status_code"] = 200,
                ["http.response.body.size"] = 70L,
                ["pipeline.http.cache.result"] = "revalidated",
            },
            timed: ["pipeline.http.request.duration", "pipeline.http.response.body.duration"]
        );
        Assert.That(_exported.ClientSpans.Single().GetTagItem("http.response.status_code"), Is.EqualTo(304));
    }

    [Test]
    public async Task What_the_origin_could_not_answer_is_served_stale()
    {
        using var clients = Clients.With(
            new Between(
                async (request, next, _) =>
                {
                    using var response = await next(request);
                    request.PipelineTelemetry()!.CacheResult = CacheResult.Stale;
                    return new HttpResponseMessage { Content = new ByteArrayContent(new byte[70]) };
                }
            )
        );
        await clients.Client.GetByteArrayAsync(Url("/stale?status=500"));

        AssertEvent(
            new()
            {
                ["pipeline.http.role"] = "content",
                ["http.request.method"] = "GET",
                ["url.full"] = Url("/stale").AbsoluteUri,
                ["server.address"] = "127.0.0.1",
                ["http.response.status_code"] = 200,
                ["http.response.body.size"] = 70L,
                ["pipeline.http.cache.result"] = "stale",
            },
            timed: ["pipeline.http.request.duration", "pipeline.http.response.body.duration"]
        );
        Assert.That(_exported.ClientSpans.Single().GetTagItem("http.response.status_code"), Is.EqualTo(500));
    }

    [Test]
    public async Task A_wait_for_limiters_adds_up()
    {
        using var clients = Clients.With(
            new Between(
                (request, next, _) =>
                {
                    request.PipelineTelemetry()!.CacheResult = CacheResult.Bypass;
                    request.PipelineTelemetry()!.WaitedForLimiter(TimeSpan.FromMilliseconds(200));
                    request.PipelineTelemetry()!.WaitedForLimiter(TimeSpan.FromMilliseconds(50));
                    return next(request);
                }
            )
        );
        using var response = await clients.Client.GetAsync(Url("/limited"));

        AssertEvent(
            new()
            {
                ["pipeline.http.role"] = "content",
                ["http.request.method"] = "GET",
                ["url.full"] = Url("/limited").AbsoluteUri,
                ["server.address"] = "127.0.0.1",
                ["http.response.status_code"] = 200,
                ["http.response.body.size"] = 0L,
                ["pipeline.http.cache.result"] = "bypass",
                ["pipeline.http.limiter.wait"] = 0.25,
            },
            timed: ["pipeline.http.request.duration"]
        );
        Assert.That(
            SpanTags().Single(),
            Is.EqualTo("pipeline.http.cache.result=bypass pipeline.http.limiter.wait=0.25 pipeline.http.role=content")
        );
    }

    [Test]
    public void What_a_limiter_refuses_has_no_status()
    {
        using var clients = Clients.With(
            new Between(
                (request, _, _) =>
                {
                    request.PipelineTelemetry()!.WaitedForLimiter(TimeSpan.Zero);
                    throw new InvalidOperationException("too many");
                }
            )
        );
        Assert.That(() => clients.Client.GetAsync(Url("/refused")), Throws.InvalidOperationException.With.Message.EqualTo("too many"));

        AssertEvent(
            new()
            {
                ["pipeline.http.role"] = "content",
                ["http.request.method"] = "GET",
                ["url.full"] = Url("/refused").AbsoluteUri,
                ["server.address"] = "127.0.0.1",
                ["error.type"] = "System.InvalidOperationException",
                ["pipeline.http.limiter.wait"] = 0.0,
            },
            timed: ["pipeline.http.request.duration"]
        );
        Assert.That(_exported.Only.Level, Is.EqualTo(LogLevel.Warning));
        Assert.That(_exported.ClientSpans, Is.Empty);
    }

    [Test]
    public async Task What_an_open_circuit_refuses_is_none_of_its_outcomes()
    {
        using var clients = Clients.With(
            new Between(
                (request, _, _) =>
                {
                    request.PipelineTelemetry()!.BreakerState = CircuitState.Open;
                    request.PipelineTelemetry()!.BreakerOutcome = BreakerOutcome.None;
                    return Task.FromResult(new HttpResponseMessage(HttpStatusCode.ServiceUnavailable));
                }
            )
        );
        using var response = await clients.Client.GetAsync(Url("/broken"));

        AssertEvent(
            new()
            {
                ["pipeline.http.role"] = "content",
                ["http.request.method"] = "GET",
                ["url.full"] = Url("/broken").AbsoluteUri,
                ["server.address"] = "127.0.0.1",
                ["http.response.status_code"] = 503,
                ["error.type"] = "503",
                ["http.response.body.size"] = 0L,
                ["pipeline.http.breaker.state"] = "open",
                ["pipeline.http.breaker.outcome"] = "none",
            },
            timed: ["pipeline.http.request.duration"]
        );
        Assert.That(_exported.ClientSpans, Is.Empty);
    }

    [Test]
    public async Task Three_attempts_are_one_request_and_three_spans()
    {
        using var clients = Clients.With(
            new Between(
                async (request, next, _) =>
                {
                    for (var attempt = 1; ; attempt++)
                    {
                        request.PipelineTelemetry()!.BreakerState = CircuitState.Closed;
                        var response = await next(request);
                        request.PipelineTelemetry()!.BreakerOutcome = response.IsSuccessStatusCode
                            ? BreakerOutcome.Success
                            : BreakerOutcome.Failure;
                        if (response.IsSuccessStatusCode)
                            return response;
                        Assert.That(request.PipelineTelemetry()!.Attempts, Is.EqualTo(attempt));
                        response.Dispose();
                    }
                }
            )
        );
        await clients.Client.GetByteArrayAsync(Url("/thrice?status=500&status=502&status=200&body=5"));

        AssertEvent(
            new()
            {
                ["pipeline.http.role"] = "content",
                ["http.request.method"] = "GET",
                ["url.full"] = Url("/thrice").AbsoluteUri,
                ["server.address"] = "127.0.0.1",
                ["http.response.status_code"] = 200,
                ["http.response.body.size"] = 5L,
                ["http.request.resend_count"] = 2,
                ["pipeline.http.breaker.state"] = "closed",
                ["pipeline.http.breaker.outcome"] = "success",
            },
            timed: ["pipeline.http.request.duration", "pipeline.http.response.body.duration"]
        );
        Assert.That(
            SpanTags(),
            Is.EqualTo(
                new[]
                {
                    "pipeline.http.breaker.state=closed pipeline.http.role=content",
                    "http.request.resend_count=1 pipeline.http.breaker.outcome=failure pipeline.http.breaker.state=closed pipeline.http.role=content",
                    "http.request.resend_count=2 pipeline.http.breaker.outcome=failure pipeline.http.breaker.state=closed pipeline.http.role=content",
                }
            )
        );
    }

    [Test]
    public async Task The_event_of_a_request_in_a_run_names_run_node_and_item_and_has_the_trace_of_where_it_was_made()
    {
        using var clients = Clients.With();
        var client = clients.Client;
        Activity? span = null;
        HttpResponseMessage? response = null;
        string? run = null;
        await new Pipeline("downloads").RunAsync(r =>
            r.NodeAsync(
                "fetch",
                NodeType.Source,
                node =>
                    node.ItemAsync(
                        "item 1",
                        async item =>
                        {
                            (span, run) = (Activity.Current, r.Id);
                            response = await client.GetAsync(Url("/item?body=3"), HttpCompletionOption.ResponseHeadersRead);
                            await Task.Run(
                                async () =>
                                {
                                    // somebody else reads the body
                                    Activity.Current = null;
                                    await response.Content.CopyToAsync(Stream.Null);
                                },
                                CancellationToken.None
                            );
                        }
                    )
            )
        );

        response!.Dispose();
        var written = _exported.Only;
        Assert.That(written["pipeline.run.id"], Is.EqualTo(run));
        Assert.That(written["pipeline.name"], Is.EqualTo("downloads"));
        Assert.That(written["pipeline.node.name"], Is.EqualTo("fetch"));
        Assert.That(written["pipeline.item.id"], Is.EqualTo("item 1"));
        Assert.That(written.SpanId, Is.EqualTo(span!.SpanId));
    }

    private Uri Url(string path) => new(_origin.Url, path);

    /// <summary>What we put on the client spans.</summary>
    private IEnumerable<string> SpanTags() =>
        _exported.ClientSpans.Select(s =>
            string.Join(
                ' ',
                s.TagObjects.Where(t =>
                        t.Key.StartsWith("pipeline.http.", StringComparison.Ordinal) || t.Key == "http.request.resend_count"
                    )
                    .Select(t => string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{t.Key}={t.Value}"))
                    .Order(StringComparer.Ordinal)
            )
        );

    private void AssertEvent(Dictionary<string, object?> attributes, string[] timed)
    {
        var written = _exported.Only;
        Assert.That(written.Attributes.Where(a => !timed.Contains(a.Key)), Is.EquivalentTo(attributes));
        foreach (var name in timed)
            Assert.That(written[name], Is.InstanceOf<double>().And.GreaterThanOrEqualTo(0).And.LessThan(60), name);
    }
}
