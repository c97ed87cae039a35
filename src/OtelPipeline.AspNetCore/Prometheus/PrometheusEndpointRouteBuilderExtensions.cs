using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using OpenTelemetry.Metrics;
using OtelPipeline.AspNetCore.Prometheus;
using OtelPipeline.Exporter.Prometheus;

namespace Microsoft.AspNetCore.Builder;

/// <summary>Maps the endpoint that Prometheus scrapes.</summary>
public static class PrometheusEndpointRouteBuilderExtensions
{
    private static readonly string[] Methods = [HttpMethods.Get, HttpMethods.Head];

    /// <summary>
    /// Maps an endpoint that answers Prometheus' scrapes. Who may ask is ASP.NET's matter: the result takes <c>RequireHost</c>,
    /// <c>RequireAuthorization</c> and the like.
    /// </summary>
    /// <param name="endpoints">The application.</param>
    /// <param name="path">The path.</param>
    /// <param name="name">The name that <c>AddPrometheusExporter</c> was given, or null.</param>
    /// <returns>The endpoint, for conventions.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="endpoints"/> is null.</exception>
    /// <exception cref="ArgumentException"><paramref name="path"/> is null or empty.</exception>
    /// <exception cref="InvalidOperationException">No Prometheus exporter of that name was added to the meter provider.</exception>
    public static IEndpointConventionBuilder MapPrometheusScrapingEndpoint(
        this IEndpointRouteBuilder endpoints,
        string path = "/metrics",
        string? name = null
    )
    {
        ArgumentNullException.ThrowIfNull(endpoints);
        ArgumentException.ThrowIfNullOrEmpty(path);
        var services = endpoints.ServiceProvider;
        var scraper =
            services.GetKeyedService<PrometheusScraper>(name ?? Options.DefaultName)
            ?? throw new InvalidOperationException(
                name is null
                    ? "There is no Prometheus exporter. Call services.AddOpenTelemetry().WithMetrics(metrics => metrics.AddPrometheusExporter()) first."
                    : $"There is no Prometheus exporter of the name '{name}'. Call metrics.AddPrometheusExporter(\"{name}\", …) first."
            );
        services.GetService<MeterProvider>(); // without a host that starts it there would be nothing to scrape
        return endpoints
            .MapMethods(path, Methods, context => ScrapeEndpoint.RespondAsync(context, scraper))
            .WithDisplayName("Prometheus scraping endpoint");
    }
}
