using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using OpenTelemetry;
using OpenTelemetry.Metrics;

namespace OtelPipeline.AspNetCore.Tests.Prometheus;

/// <summary>The samples of the README, compiled; what they do is tested beside them.</summary>
internal static class ReadmeSamples
{
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
