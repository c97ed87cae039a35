using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using OpenTelemetry;
using OpenTelemetry.Metrics;

namespace OtelPipeline.Exporter.Prometheus.Tests;

/// <summary>The samples of the README, compiled; what they do is tested elsewhere.</summary>
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
}
