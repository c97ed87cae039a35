using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using OpenTelemetry;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;

namespace OtelPipeline.Exporter.Prometheus.Tests.Interop;

/// <summary>
/// A web application on 127.0.0.1 that is scraped, at <c>/metrics</c> as the scraper likes and at <c>/text</c> always in text 0.0.4. It knows how
/// often it was asked: when a target is scraped for the third time, Prometheus has stored the first.
/// </summary>
internal sealed class ScrapedApp : IAsyncDisposable
{
    private const int EnoughScrapes = 3;

    private readonly WebApplication _app;
    private readonly Dictionary<string, (int Count, TaskCompletionSource Enough)> _scrapes = [];

    private ScrapedApp(WebApplication app) => _app = app;

    public static async Task<ScrapedApp> StartAsync(Action<MeterProviderBuilder> build, CancellationToken cancel)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder
            .Services.AddOpenTelemetry()
            .WithMetrics(metrics =>
            {
                metrics.SetResourceBuilder(ResourceBuilder.CreateEmpty().AddService("shop", serviceInstanceId: "one"));
                build(metrics);
                metrics.AddPrometheusExporter();
            });
        var app = new ScrapedApp(builder.Build());
        app._app.Use(app.CountAsync);
        app._app.UseRouting();
        app._app.MapPrometheusScrapingEndpoint();
        await app._app.StartAsync(cancel);
        return app;
    }

    public Uri Uri(string path) =>
        new(_app.Services.GetRequiredService<IServer>().Features.GetRequiredFeature<IServerAddressesFeature>().Addresses.First() + path);

    /// <summary>Waits until everything that was recorded before has been scraped by the scraper of the path.</summary>
    public Task ScrapedAsync(string path, CancellationToken cancel)
    {
        Task enough;
        lock (_scrapes)
        {
            _scrapes[path] = (0, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
            enough = _scrapes[path].Enough.Task;
        }

        return enough.WaitAsync(TimeSpan.FromSeconds(30), cancel);
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private Task CountAsync(HttpContext context, RequestDelegate next)
    {
        var path = context.Request.Path.Value!;
        // other paths to the same metrics, so that each server's scrapes are counted apart
        if (path == "/text")
            context.Request.Headers.Accept = "text/plain;version=0.0.4";
        if (path is "/text" or "/native")
            context.Request.Path = "/metrics";

        lock (_scrapes)
        {
            if (_scrapes.TryGetValue(path, out var scrapes))
            {
                _scrapes[path] = scrapes with { Count = scrapes.Count + 1 };
                if (scrapes.Count + 1 == EnoughScrapes)
                    scrapes.Enough.SetResult();
            }
        }

        return next(context);
    }
}
