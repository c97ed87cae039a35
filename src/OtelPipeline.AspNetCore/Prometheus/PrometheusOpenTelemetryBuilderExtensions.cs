using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using OpenTelemetry.Metrics;
using OtelPipeline.AspNetCore.Prometheus;
using OtelPipeline.Exporter.Prometheus;

namespace OpenTelemetry;

/// <summary>Lets Prometheus scrape a program that serves no HTTP itself.</summary>
public static class PrometheusOpenTelemetryBuilderExtensions
{
    /// <summary>
    /// Adds the Prometheus exporter and a small web server of its own for it, on 127.0.0.1 by default. It starts and stops with the meter
    /// provider. A port that is taken is reported, to the log and the event source <c>OpenTelemetry-OtelPipeline-AspNetCore-Prometheus</c>, and tried again
    /// every 10 seconds; the program goes on. Web applications map <c>MapPrometheusScrapingEndpoint</c> instead.
    /// </summary>
    /// <param name="builder">What <c>AddOpenTelemetry()</c> or <c>OpenTelemetrySdk.Create</c> gives.</param>
    /// <param name="port">
    /// The TCP port, 0 to 65535, or null for the one in configuration, <c>OtelPipeline:Prometheus:Listener:Port</c>, or else 9464.
    /// </param>
    /// <param name="configure">Changes address, port and path, or null; it runs after configuration.</param>
    /// <returns>The same builder.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="builder"/> is null.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="port"/> is no port.</exception>
    /// <remarks>Building the provider throws <see cref="OptionsValidationException"/> when a setting is out of its range.</remarks>
    public static IOpenTelemetryBuilder UsePrometheusExporter(
        this IOpenTelemetryBuilder builder,
        int? port = null,
        Action<PrometheusListenerOptions>? configure = null
    )
    {
        ArgumentNullException.ThrowIfNull(builder);
        if (port is < 0 or > 65535)
            throw new ArgumentOutOfRangeException(nameof(port), port, "Give a port from 0 to 65535.");
        return builder.WithMetrics(metrics =>
        {
            metrics.AddPrometheusExporter();
            metrics.ConfigureServices(services =>
                services.TryAddSingleton(provider =>
                {
                    var options = new PrometheusListenerOptions();
                    options.Bind(provider.GetService<IConfiguration>());
                    options.Port = port ?? options.Port;
                    configure?.Invoke(options);
                    options.Validate();
                    return new PrometheusListener(provider.GetRequiredService<PrometheusScraper>(), options, provider);
                })
            );

            // the provider makes it when it is built and disposes of it, with a host and without
            metrics.AddInstrumentation(static services => services.GetRequiredService<PrometheusListener>());
        });
    }
}
