using Microsoft.Extensions.Options;
using OtelPipeline.Exporter.Jsonl;
using OtelPipeline.Exporter.Jsonl.Formats;
using OtelPipeline.Internal;

namespace OpenTelemetry.Metrics;

/// <summary>Adds the JSON lines exporter to a <see cref="MeterProviderBuilder"/>.</summary>
public static class JsonlMeterProviderBuilderExtensions
{
    /// <summary>Writes metrics as JSON lines, with the options that configuration gives.</summary>
    /// <param name="builder">The builder.</param>
    /// <returns>The same builder.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="builder"/> is null.</exception>
    public static MeterProviderBuilder AddJsonlExporter(this MeterProviderBuilder builder) =>
        AddJsonlExporter(builder, name: null, configure: null);

    /// <summary>Writes metrics as JSON lines.</summary>
    /// <param name="builder">The builder.</param>
    /// <param name="configure">Changes the options; it runs after configuration, when the provider is built.</param>
    /// <returns>The same builder.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="builder"/> or <paramref name="configure"/> is null.</exception>
    /// <remarks>Building the provider throws <see cref="OptionsValidationException"/> when an option is out of its range.</remarks>
    public static MeterProviderBuilder AddJsonlExporter(this MeterProviderBuilder builder, Action<JsonlExporterOptions> configure)
    {
        ArgumentNullException.ThrowIfNull(configure);
        return AddJsonlExporter(builder, name: null, configure);
    }

    /// <summary>Writes metrics as JSON lines, with named options.</summary>
    /// <param name="builder">The builder.</param>
    /// <param name="name">Name of the options, or null for unnamed ones. Signals that give the same name share their options.</param>
    /// <param name="configure">Changes the options, or null; it runs after configuration.</param>
    /// <returns>The same builder.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="builder"/> is null.</exception>
    /// <remarks>Building the provider throws <see cref="OptionsValidationException"/> when an option is out of its range.</remarks>
    public static MeterProviderBuilder AddJsonlExporter(
        this MeterProviderBuilder builder,
        string? name,
        Action<JsonlExporterOptions>? configure
    )
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.ConfigureServices(services =>
        {
            JsonlRegistration.AddOptions(services, name, configure);
            SharedMetricReader.AddServices(services);
        });

        // what the exporters of all signals lose is itself a metric
        builder.AddMeter(ExporterMetrics.MeterName);
        return builder is IDeferredMeterProviderBuilder deferred
            ? deferred.Configure(
                (services, b) =>
                {
                    var options = JsonlRegistration.GetOptions(services, name, configure);
                    var exporter = JsonlRegistration.CreateExporter(
                        services,
                        options,
                        JsonlSignal.Metrics,
                        _ => new OtlpMetricFormat(),
                        _ => new FlatMetricFormat()
                    );
                    SharedMetricReader.Join(services, b, name, exporter, provider => exporter.Provider = provider);
                }
            )
            : builder;
    }
}
