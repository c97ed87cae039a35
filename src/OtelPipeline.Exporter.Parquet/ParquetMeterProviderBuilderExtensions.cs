using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using OtelPipeline.Exporter.Parquet;
using OtelPipeline.Exporter.Parquet.Conversion;
using OtelPipeline.Exporter.Parquet.Sinks;

namespace OpenTelemetry.Metrics;

/// <summary>Adds the Parquet exporter to a <see cref="MeterProviderBuilder"/>.</summary>
public static class ParquetMeterProviderBuilderExtensions
{
    /// <summary>Writes metrics as Parquet files, with the options that configuration gives.</summary>
    /// <param name="builder">The builder.</param>
    /// <returns>The same builder.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="builder"/> is null.</exception>
    public static MeterProviderBuilder AddParquetExporter(this MeterProviderBuilder builder) =>
        AddParquetExporter(builder, name: null, configure: null);

    /// <summary>Writes metrics as Parquet files.</summary>
    /// <param name="builder">The builder.</param>
    /// <param name="configure">Changes the options; it runs after configuration, when the provider is built.</param>
    /// <returns>The same builder.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="builder"/> or <paramref name="configure"/> is null.</exception>
    /// <remarks>Building the provider throws <see cref="OptionsValidationException"/> when an option is out of its range.</remarks>
    public static MeterProviderBuilder AddParquetExporter(this MeterProviderBuilder builder, Action<ParquetExporterOptions> configure)
    {
        ArgumentNullException.ThrowIfNull(configure);
        return AddParquetExporter(builder, name: null, configure);
    }

    /// <summary>Writes metrics as Parquet files, with named options.</summary>
    /// <param name="builder">The builder.</param>
    /// <param name="name">Name of the options, or null for unnamed ones. Signals that give the same name share their options.</param>
    /// <param name="configure">Changes the options, or null; it runs after configuration.</param>
    /// <returns>The same builder.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="builder"/> is null.</exception>
    /// <remarks>Building the provider throws <see cref="OptionsValidationException"/> when an option is out of its range.</remarks>
    public static MeterProviderBuilder AddParquetExporter(
        this MeterProviderBuilder builder,
        string? name,
        Action<ParquetExporterOptions>? configure
    )
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.ConfigureServices(services => ParquetRegistration.AddOptions(services, name, configure));

        // what the exporters of all signals lose is itself a metric
        return builder
            .AddMeter(ExporterMetrics.MeterName)
            .AddReader(services =>
            {
                var options = ParquetRegistration.GetOptions(services, name, configure);
                var reader = services.GetRequiredService<IOptionsMonitor<MetricReaderOptions>>().Get(name ?? Options.DefaultName);
                var periodic = reader.PeriodicExportingMetricReaderOptions;
                return new PeriodicExportingMetricReader(
                    ParquetRegistration.CreateExporter(
                        services,
                        options,
                        ParquetSignal.Metrics,
                        new MetricConverter(),
                        RowTables.MetricPoints
                    ),
                    periodic.ExportIntervalMilliseconds ?? 60_000,
                    periodic.ExportTimeoutMilliseconds ?? 30_000
                )
                {
                    TemporalityPreference = reader.TemporalityPreference,
                };
            });
    }
}
