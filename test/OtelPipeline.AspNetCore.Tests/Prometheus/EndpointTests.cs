using System.Diagnostics.Metrics;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using OpenTelemetry;
using OpenTelemetry.Metrics;
using OtelPipeline.Testing;

namespace OtelPipeline.AspNetCore.Tests.Prometheus;

/// <summary>The endpoint of a web application: headers, methods, and clients that misbehave.</summary>
[CancelAfter(60_000)]
public sealed class EndpointTests
{
    private static async Task<(WebApplication App, Uri Url)> StartAsync(
        Meter meter,
        CancellationToken cancel,
        Action<WebApplication>? configure = null,
        Action<MeterProviderBuilder>? metrics = null
    )
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder
            .Services.AddOpenTelemetry()
            .WithMetrics(metrics ?? (m => m.AddMeter(meter.Name).AddPrometheusExporter(options => options.CacheWindow = TimeSpan.Zero)));
        var app = builder.Build();
        (configure ?? (a => a.MapPrometheusScrapingEndpoint()))(app);
        await app.StartAsync(cancel);
        var address = app.Services.GetRequiredService<IServer>().Features.GetRequiredFeature<IServerAddressesFeature>().Addresses.First();
        return (app, new Uri(address + "/metrics"));
    }

    [Test]
    public async Task Scrapes_have_the_headers_of_their_format(CancellationToken cancel)
    {
        using var meter = new Meter("endpoint.headers");
        meter.CreateCounter<long>("unseen").Add(1);
        var (app, url) = await StartAsync(meter, cancel);
        await using var _ = app;
        for (var i = 0; i < 100; i++)
            meter.CreateCounter<long>("c" + i).Add(1);

        using var http = new HttpClient();
        using var plain = await http.GetAsync(url, cancel);
        var text = await plain.Content.ReadAsStringAsync(cancel);
        Assert.That(plain.StatusCode, Is.EqualTo(HttpStatusCode.OK));
        Assert.That(plain.Content.Headers.ContentType!.ToString(), Is.EqualTo("text/plain; version=0.0.4; charset=utf-8"));
        Assert.That(plain.Content.Headers.ContentLength, Is.EqualTo(Encoding.UTF8.GetByteCount(text)));
        Assert.That(plain.Headers.CacheControl!.NoStore, Is.True);
        Assert.That(text, Does.Contain("c7_total{otel_scope_name=\"endpoint.headers\"} 1\n"));

        using var request = new HttpRequestMessage(HttpMethod.Get, url);
        request.Headers.TryAddWithoutValidation("Accept", "application/openmetrics-text;version=1.0.0,text/plain;q=0.5");
        request.Headers.TryAddWithoutValidation("Accept-Encoding", "gzip");
        using var compressed = await http.SendAsync(request, cancel);
        Assert.That(compressed.Content.Headers.ContentEncoding, Is.EqualTo(new[] { "gzip" }));
        Assert.That(
            compressed.Content.Headers.ContentType!.ToString(),
            Is.EqualTo("application/openmetrics-text; version=1.0.0; charset=utf-8; escaping=underscores")
        );

        using var head = await http.SendAsync(new HttpRequestMessage(HttpMethod.Head, url), cancel);
        Assert.That(head.StatusCode, Is.EqualTo(HttpStatusCode.OK));
        Assert.That(head.Content.Headers.ContentLength, Is.Positive);
        Assert.That(await head.Content.ReadAsByteArrayAsync(cancel), Is.Empty);

        using var post = await http.PostAsync(url, null, cancel);
        Assert.That(post.StatusCode, Is.EqualTo(HttpStatusCode.MethodNotAllowed));
    }

    [Test]
    public async Task Conventions_apply_and_named_exporters_have_paths_of_their_own(CancellationToken cancel)
    {
        using var meter = new Meter("endpoint.names");
        meter.CreateCounter<long>("c").Add(1);
        var (app, url) = await StartAsync(
            meter,
            cancel,
            app =>
            {
                app.MapPrometheusScrapingEndpoint().RequireHost("metrics.example");
                app.MapPrometheusScrapingEndpoint("/raw", "raw");
            },
            metrics =>
                metrics
                    .AddMeter(meter.Name)
                    .AddPrometheusExporter()
                    .AddPrometheusExporter(
                        "raw",
                        options =>
                            (options.ScopeInfo, options.Translation) = (
                                false,
                                Exporter.Prometheus.PrometheusTranslation.UnderscoreEscapingWithoutSuffixes
                            )
                    )
        );
        await using var _ = app;
        meter.CreateCounter<long>("d").Add(1);

        using var http = new HttpClient();
        using var refused = await http.GetAsync(url, cancel);
        Assert.That(refused.StatusCode, Is.EqualTo(HttpStatusCode.NotFound));
        using var request = new HttpRequestMessage(HttpMethod.Get, url) { Headers = { Host = "metrics.example" } };
        using var allowed = await http.SendAsync(request, cancel);
        Assert.That(allowed.StatusCode, Is.EqualTo(HttpStatusCode.OK));
        Assert.That(await http.GetStringAsync(new Uri(url, "/raw"), cancel), Does.Contain("\nd 1\n"));
    }

    [Test]
    public async Task Mapping_without_an_exporter_says_what_to_call()
    {
        await using var app = WebApplication.CreateSlimBuilder().Build();
        var failure = Assert.Throws<InvalidOperationException>(() => app.MapPrometheusScrapingEndpoint());
        Assert.That(failure!.Message, Does.Contain("AddPrometheusExporter()"));
        failure = Assert.Throws<InvalidOperationException>(() => app.MapPrometheusScrapingEndpoint(name: "other"));
        Assert.That(failure!.Message, Does.Contain("'other'"));
    }

    [Test]
    public async Task Clients_that_do_not_read_or_go_away_hold_up_nobody(CancellationToken cancel)
    {
        using var meter = new Meter("endpoint.slow");
        var (app, url) = await StartAsync(meter, cancel);
        var counter = meter.CreateCounter<long>("c");

        // far more than sockets buffer
        for (var i = 0; i < 1900; i++)
            counter.Add(1, new KeyValuePair<string, object?>("i", i.ToString("D4") + new string('x', 8000)));
        var slow = new List<TcpClient>();
        for (var i = 0; i < 4; i++)
        {
            var client = new TcpClient();
            await client.ConnectAsync(IPAddress.Loopback, url.Port, cancel);
            await client.GetStream().WriteAsync("GET /metrics HTTP/1.1\r\nHost: localhost\r\n\r\n"u8.ToArray(), cancel);
            Assert.That(await client.GetStream().ReadAsync(new byte[100], cancel), Is.Positive); // the answer has begun
            slow.Add(client);
        }

        using (var http = new HttpClient())
        {
            counter.Add(41, new KeyValuePair<string, object?>("fresh", true));
            Assert.That(
                await http.GetStringAsync(url, cancel),
                Does.Contain("c_total{fresh=\"true\",otel_scope_name=\"endpoint.slow\"} 41\n")
            );
            slow.ForEach(client => client.Dispose());

            // what they held is free again: more scrapes than there are buffers
            for (var i = 0; i < 40; i++)
                Assert.That((await http.GetByteArrayAsync(url, cancel)).Length, Is.GreaterThan(15_000_000));
        }

        await app.DisposeAsync();
    }

    [Test]
    public async Task A_callback_that_does_not_return_is_503_and_the_host_goes_on_and_stops(CancellationToken cancel)
    {
        using var meter = new Meter("endpoint.stuck");
        var time = new FakeTimeProvider();
        using var gate = new ManualResetEventSlim();
        using var running = new SemaphoreSlim(0);
        var (app, url) = await StartAsync(
            meter,
            cancel,
            app =>
            {
                app.MapPrometheusScrapingEndpoint();
                app.MapGet("/work", () => "done");
            },
            metrics =>
                metrics
                    .ConfigureServices(services => services.AddSingleton<TimeProvider>(time))
                    .AddMeter(meter.Name)
                    .AddPrometheusExporter()
        );
        meter.CreateObservableGauge(
            "stuck",
            () =>
            {
                running.Release();
                gate.Wait(cancel);
                return 1;
            }
        );
        using var http = new HttpClient();
        var scrape = http.GetAsync(url, cancel);
        await running.WaitAsync(cancel);
        Assert.That(await http.GetStringAsync(new Uri(url, "/work"), cancel), Is.EqualTo("done"));
        time.Advance(TimeSpan.FromSeconds(9));
        using var response = await scrape;
        Assert.That(response.StatusCode, Is.EqualTo(HttpStatusCode.ServiceUnavailable));
        Assert.That(await response.Content.ReadAsStringAsync(cancel), Does.Contain("callback does not return"));
        for (var i = 0; i < 50; i++)
        {
            using var next = await http.GetAsync(url, cancel);
            Assert.That(next.StatusCode, Is.EqualTo(HttpStatusCode.ServiceUnavailable));
        }

        Assert.That(await http.GetStringAsync(new Uri(url, "/work"), cancel), Is.EqualTo("done"));
        await app.StopAsync(cancel);
        gate.Set();
        await app.DisposeAsync();
    }

    [Test]
    public async Task A_scrape_after_the_provider_was_shut_down_is_503(CancellationToken cancel)
    {
        using var meter = new Meter("endpoint.shutdown");
        var (app, url) = await StartAsync(meter, cancel);
        await using var _ = app;
        app.Services.GetRequiredService<MeterProvider>().Shutdown();
        using var http = new HttpClient();
        using var response = await http.GetAsync(url, cancel);
        Assert.That(response.StatusCode, Is.EqualTo(HttpStatusCode.ServiceUnavailable));
        Assert.That(response.Headers.RetryAfter, Is.Not.Null);
        Assert.That(await response.Content.ReadAsStringAsync(cancel), Does.Contain("shut down"));
    }
}
