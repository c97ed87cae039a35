using Microsoft.Extensions.DependencyInjection;

namespace OtelPipeline.Extensions.Http.Tests;

/// <summary>What is told to whom: run ids, URLs.</summary>
internal sealed class PrivacyTests
{
    private Origin _origin = null!;

    [SetUp]
    public async Task Start() => _origin = await Origin.StartAsync();

    [TearDown]
    public async Task Stop() => await _origin.DisposeAsync();

    [Test]
    public async Task By_default_no_host_gets_the_run_id()
    {
        using var exported = new Exported();
        using var clients = Clients.With();
        await new Pipeline("p").RunAsync(_ => clients.Client.GetAsync(_origin.Url));

        Assert.That(_origin.Received.Single().Baggage, Is.Empty);
    }

    [Test]
    public async Task Only_hosts_on_the_list_get_the_run_id()
    {
        using var exported = new Exported();
        using var clients = Clients.With(static options => options.PropagateRunTo.Add("127.0.0.1"));
        string? id = null;
        await new Pipeline("p").RunAsync(async run =>
        {
            id = run.Id;
            await clients.Client.GetAsync(_origin.Url);
            await clients.Client.GetAsync(new UriBuilder(_origin.Url) { Host = "localhost" }.Uri);
        });
        await clients.Client.GetAsync(_origin.Url);

        Assert.That(_origin.Received.Select(r => r.Host), Is.EqualTo(new[] { "127.0.0.1", "localhost", "127.0.0.1" }));
        Assert.That(_origin.Received.Select(r => r.Baggage), Is.EqualTo(new[] { "pipeline.run.id=" + id, "", "" }));
    }

    [Test]
    public async Task A_wildcard_is_for_hosts_below_it()
    {
        using var exported = new Exported();
        var baggage = new List<string>();
        using var clients = Clients.Of(
            (client, _) =>
                client
                    .AddPipelineTelemetry("content", static options => options.PropagateRunTo.Add("*.example.com"))
                    .ConfigurePrimaryHttpMessageHandler(() =>
                        new Stub(request =>
                        {
                            baggage.Add($"{request.RequestUri!.Host} {request.Headers.Contains("baggage")}");
                            return new HttpResponseMessage();
                        })
                    )
        );
        await new Pipeline("p").RunAsync(async _ =>
        {
            foreach (var host in new[] { "api.EXAMPLE.com", "example.com", "badexample.com", "example.com.evil.test" })
                await clients.Client.GetAsync(new Uri($"http://{host}/"));
        });

        Assert.That(
            baggage,
            Is.EqualTo(new[] { "api.example.com True", "example.com False", "badexample.com False", "example.com.evil.test False" })
        );
    }

    [Test]
    public async Task A_redirect_does_not_take_the_run_id_to_a_stranger()
    {
        using var exported = new Exported();
        using var clients = Clients.With(static options => options.PropagateRunTo.Add("127.0.0.1"));
        var stranger = new UriBuilder(_origin.Url) { Host = "localhost", Path = "/stranger" }.Uri;
        await new Pipeline("p").RunAsync(_ =>
            clients.Client.GetAsync(new Uri(_origin.Url, "/friend?redirect=" + Uri.EscapeDataString(stranger.AbsoluteUri)))
        );

        Assert.That(
            _origin.Received.Select(r => $"{r.Path} {r.Baggage.Length > 0}"),
            Is.EqualTo(new[] { "/friend True", "/stranger False" })
        );
    }

    [Test]
    public async Task Baggage_that_is_there_stays_and_a_retry_adds_nothing()
    {
        using var exported = new Exported();
        using var clients = Clients.With(
            static options => options.PropagateRunTo.Add("127.0.0.1"),
            new Between(
                async (request, next, _) =>
                {
                    (await next(request)).Dispose();
                    return await next(request);
                }
            )
        );
        var client = clients.Client;
        string? id = null;
        await new Pipeline("p").RunAsync(async run =>
        {
            id = run.Id;
            System.Diagnostics.Activity.Current!.AddBaggage("tenant", "a b");
            await client.GetAsync(new Uri(_origin.Url, "/a"));
            client.DefaultRequestHeaders.Add("baggage", "own=1");
            await client.GetAsync(new Uri(_origin.Url, "/b"));
        });

        Assert.That(
            _origin.Received.Select(r => r.Baggage),
            Is.EqualTo(
                new[]
                {
                    $"tenant=a%20b,pipeline.run.id={id}",
                    $"tenant=a%20b,pipeline.run.id={id}",
                    $"own=1,pipeline.run.id={id}",
                    $"own=1,pipeline.run.id={id}",
                }
            )
        );
    }

    [Test]
    public async Task Queries_users_and_secrets_of_urls_are_nowhere()
    {
        using var exported = new Exported();
        using var clients = Clients.With();
        var url = new UriBuilder(_origin.Url)
        {
            UserName = "user",
            Password = "pw123",
            Path = "/files/token=t0ps3cret/a",
            Query = "sig=s3cret&body=3",
            Fragment = "fragm3nt",
        };
        await clients.Client.GetStringAsync(url.Uri);

        Assert.That(exported.Only["url.full"], Is.EqualTo($"http://127.0.0.1:{_origin.Url.Port}/files/token=***"));
        Assert.That(
            exported.Dump(),
            Does.Not.Contain("s3cret").And.Not.Contain("pw123").And.Not.Contain("t0ps3cret").And.Not.Contain("fragm3nt")
        );
    }

    [Test]
    public async Task With_a_key_paths_are_hashes_on_spans_and_events()
    {
        using var exported = new Exported();
        using var clients = Clients.With(static options => options.UrlPathHashKey = "0123456789abcdef");
        await clients.Client.GetStringAsync(new Uri(_origin.Url, "/private/paper.pdf?body=3"));
        await clients.Client.GetStringAsync(new Uri(_origin.Url, "/private/other.pdf?body=3"));
        await clients.Client.GetStringAsync(new Uri(_origin.Url, "/private/paper.pdf?body=3"));
        Assert.That(() => clients.Client.GetStringAsync(new Uri("http://127.0.0.1:1/private/nobody")), Throws.Exception);

        var urls = exported.Events.Select(e => (string)e["url.full"]!).ToList();
        Assert.That(urls[0], Does.Match("^http://127.0.0.1:[0-9]+/[0-9a-f]{32}$"));
        Assert.That(urls[2], Is.EqualTo(urls[0]).And.Not.EqualTo(urls[1]));
        Assert.That(exported.ClientSpans.Select(s => s.GetTagItem("url.full")), Is.EqualTo(urls));
        Assert.That(exported.Dump(), Does.Not.Contain("private").And.Not.Contain("paper"));
    }

    [Test]
    public async Task The_key_of_the_whole_telemetry_hashes_paths_as_well()
    {
        using var exported = new Exported(static options => options.Redaction.UrlPathHashKey = "0123456789abcdef");
        using var clients = Clients.With();
        await clients.Client.GetStringAsync(new Uri(_origin.Url, "/private/paper.pdf?body=3"));

        Assert.That(exported.Only["url.full"], Is.EqualTo(exported.ClientSpans.Single().GetTagItem("url.full")));
        Assert.That(exported.Dump(), Does.Not.Contain("private"));
    }

    [Test]
    public async Task Urls_can_be_left_out_of_events()
    {
        using var exported = new Exported();
        using var clients = Clients.With(static options => options.RecordUrl = false);
        await clients.Client.GetStringAsync(new Uri(_origin.Url, "/private/paper.pdf"));

        Assert.That(exported.Only.Attributes, Does.Not.ContainKey("url.full"));
    }

    [TestCase("https://api.example.com")]
    [TestCase("api.example.com:443")]
    [TestCase("api.example.com/v1")]
    [TestCase("")]
    [TestCase("*.")]
    public void A_host_on_the_list_must_be_a_host(string host) =>
        Assert.That(
            () => Clients.With(options => options.PropagateRunTo.Add(host)),
            Throws.ArgumentException.With.Message.Contains($"PropagateRunTo holds '{host}'")
        );

    [Test]
    public void A_key_that_can_be_guessed_is_refused() =>
        Assert.That(
            () => Clients.With(static options => options.UrlPathHashKey = "short"),
            Throws.ArgumentException.With.Message.Contains("UrlPathHashKey has 5 characters")
        );
}
