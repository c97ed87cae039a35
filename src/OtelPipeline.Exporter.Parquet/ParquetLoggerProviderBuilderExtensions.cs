using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using OtelPipeline.Exporter.Parquet;
using OtelPipeline.Exporter.Parquet.Conversion;
using OtelPipeline.Exporter.Parquet.Sinks;

namespace OpenTelemetry.Logs;

/// <summary>Adds the Parquet exporter to a <see cref="LoggerProviderBuilder"/>.</summary>
public static class ParquetLoggerProviderBuilderExtensions
{
    /// <summary>Writes log records as Parquet files, with the options that configuration gives.</summary>
    /// <param name="builder">The builder.</param>
    /// <returns>The same builder.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="builder"/> is null.</exception>
    public static LoggerProviderBuilder AddParquetExporter(this LoggerProviderBuilder builder) =>
        AddParquetExporter(builder, name: null, configure: null);

    /// <summary>Writes log records as Parquet files.</summary>
    /// <param name="builder">The builder.</param>
    /// <param name="configure">Changes the options; it runs after configuration, when the provider is built.</param>
    /// <returns>The same builder.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="builder"/> or <paramref name="configure"/> is null.</exception>
    /// <remarks>Building the provider throws <see cref="OptionsValidationException"/> when an option is out of its range.</remarks>
    public static LoggerProviderBuilder AddParquetExporter(this LoggerProviderBuilder builder, Action<ParquetExporterOptions> configure)
    {
        ArgumentNullException.ThrowIfNull(configure);
        return AddParquetExporter(builder, name: null, configure);
    }

    /// <summary>Writes log records as Parquet files, with named options.</summary>
    /// <param name="builder">The builder.</param>
    /// <param name="name">Name of the options, or null for unnamed ones. Signals that give the same name share their options.</param>
    /// <param name="configure">Changes the options, or null; it runs after configuration.</param>
    /// <returns>The same builder.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="builder"/> is null.</exception>
    /// <remarks>Building the provider throws <see cref="OptionsValidationException"/> when an option is out of its range.</remarks>
    public static LoggerProviderBuilder AddParquetExporter(
        this LoggerProviderBuilder builder,
        string? name,
        Action<ParquetExporterOptions>? configure
    )
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.ConfigureServices(services => ParquetRegistration.AddOptions(services, name, configure));
        return builder.AddProcessor(services =>
        {
            var options = ParquetRegistration.GetOptions(services, name, configure);
            var batch = services
                .GetRequiredService<IOptionsMonitor<LogRecordExportProcessorOptions>>()
                .Get(name ?? Options.DefaultName)
                .BatchExportProcessorOptions;
            return new BatchLogRecordExportProcessor(
                ParquetRegistration.CreateExporter(services, options, ParquetSignal.Logs, new LogConverter(), RowTables.Events),
                batch.MaxQueueSize,
                batch.ScheduledDelayMilliseconds,
                batch.ExporterTimeoutMilliseconds,
                batch.MaxExportBatchSize
            );
        });
    }
}
