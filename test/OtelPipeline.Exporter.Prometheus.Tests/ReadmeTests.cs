using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using OpenTelemetry;
using OpenTelemetry.Metrics;
using OtelPipeline.Testing;

namespace OtelPipeline.Exporter.Prometheus.Tests;

/// <summary>The samples of both READMEs, compiled here; a test says when one reads otherwise there.</summary>
internal static class ReadmeSamples
{
    public static void Exporter(WebApplicationBuilder builder) =>
        builder
            .Services.AddOpenTelemetry()
            .WithMetrics(metrics =>
                metrics
                    .AddMeter("shop")
                    .SetExemplarFilter(ExemplarFilterType.TraceBased)
                    .AddView("checkout.duration", new Base2ExponentialBucketHistogramConfiguration())
                    .AddPrometheusExporter()
            );

    public static async Task AnotherServer(PrometheusScraper scraper, HttpRequest request, Stream output, CancellationToken cancel)
    {
        using var scrape = await scraper.ScrapeAsync(request.Headers["Accept"], request.Headers["Accept-Encoding"], cancel);
        await output.WriteAsync(scrape.Body, cancel);
    }

    public static void Files()
    {
        using var provider = Sdk.CreateMeterProviderBuilder()
            .AddMeter("shop")
            .AddPrometheusTextFile("/var/lib/node_exporter/shop.prom")
            .AddMetricsJsonFile("metrics.json")
            .Build();
    }

    public static void WebApplicationSample(string[] args)
    {
        var builder = WebApplication.CreateBuilder(args);
        builder.Services.AddOpenTelemetry().WithMetrics(metrics => metrics.AddMeter("shop").AddPrometheusExporter());
        var app = builder.Build();
        app.MapPrometheusScrapingEndpoint();
    }

    public static void Worker()
    {
        using var sdk = OpenTelemetrySdk.Create(otel =>
            otel.WithMetrics(metrics => metrics.AddMeter("shop")).UsePrometheusExporter(port: 9464)
        );
    }

    public static void Authorization(WebApplication app)
    {
        app.UseAuthentication();
        app.UseAuthorization();
        app.MapPrometheusScrapingEndpoint().RequireHost("*:9464").RequireAuthorization("metrics");
    }
}

public sealed class ReadmeTests
{
    [TestCase("OtelPipeline.Exporter.Prometheus", 3)]
    [TestCase("OtelPipeline.AspNetCore", 3)]
    public void Samples_are_those_that_compile(string package, int atLeast)
    {
        var compiled = Squeeze(File.ReadAllText(Path.Combine(RepositoryPaths.TestProject(), "ReadmeTests.cs")));
        var readme = File.ReadAllText(Path.Combine(RepositoryPaths.Root, "src", package, "README.md"));

        // another part of the package may have samples of its own, with its own test
        var samples = readme
            .Split("```csharp\n")[1..]
            .Select(part => part.Split("```")[0])
            .Where(sample => sample.Contains("rometheus") || sample.Contains("scrape"))
            .ToArray();
        Assert.That(samples, Has.Length.GreaterThanOrEqualTo(atLeast));
        foreach (var sample in samples)
            Assert.That(compiled, Does.Contain(Squeeze(sample)), sample);
    }

    // line breaks are the formatter's matter
    private static string Squeeze(string text) => string.Concat(text.Where(c => !char.IsWhiteSpace(c)));
}
