using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using OtelPipeline.Exporter.Jsonl;
using OtelPipeline.Exporter.Jsonl.Formats;

namespace OpenTelemetry.Logs;

/// <summary>Adds the JSON lines exporter to a <see cref="LoggerProviderBuilder"/>.</summary>
public static class JsonlLoggerProviderBuilderExtensions
{
    /// <summary>Writes log records as JSON lines, with the options that configuration gives.</summary>
    /// <param name="builder">The builder.</param>
    /// <returns>The same builder.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="builder"/> is null.</exception>
    public static LoggerProviderBuilder AddJsonlExporter(this LoggerProviderBuilder builder) =>
        AddJsonlExporter(builder, name: null, configure: null);

    /// <summary>Writes log records as JSON lines.</summary>
    /// <param name="builder">The builder.</param>
    /// <param name="configure">Changes the options; it runs after configuration, when the provider is built.</param>
    /// <returns>The same builder.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="builder"/> or <paramref name="configure"/> is null.</exception>
    /// <remarks>Building the provider throws <see cref="OptionsValidationException"/> when an option is out of its range.</remarks>
    public static LoggerProviderBuilder AddJsonlExporter(this LoggerProviderBuilder builder, Action<JsonlExporterOptions> configure)
    {
        ArgumentNullException.ThrowIfNull(configure);
        return AddJsonlExporter(builder, name: null, configure);
    }

    /// <summary>Writes log records as JSON lines, with named options.</summary>
    /// <param name="builder">The builder.</param>
    /// <param name="name">Name of the options, or null for unnamed ones. Signals that give the same name share their options.</param>
    /// <param name="configure">Changes the options, or null; it runs after configuration.</param>
    /// <returns>The same builder.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="builder"/> is null.</exception>
    /// <remarks>Building the provider throws <see cref="OptionsValidationException"/> when an option is out of its range.</remarks>
    public static LoggerProviderBuilder AddJsonlExporter(
        this LoggerProviderBuilder builder,
        string? name,
        Action<JsonlExporterOptions>? configure
    )
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.ConfigureServices(services => JsonlRegistration.AddOptions(services, name, configure));
        return builder.AddProcessor(services =>
        {
            var options = JsonlRegistration.GetOptions(services, name, configure);
            var batch = services
                .GetRequiredService<IOptionsMonitor<LogRecordExportProcessorOptions>>()
                .Get(name ?? Options.DefaultName)
                .BatchExportProcessorOptions;
            var exporter = JsonlRegistration.CreateExporter(
                services,
                options,
                JsonlSignal.Logs,
                _ => new OtlpLogFormat(),
                time => new FlatLogFormat(time, JsonlRegistration.IsText(options))
            );
            var (queue, timeout, size) = (batch.MaxQueueSize, batch.ExporterTimeoutMilliseconds, batch.MaxExportBatchSize);
            var delay = JsonlRegistration.ScheduledDelay(services, "OTEL_BLRP_SCHEDULE_DELAY", batch.ScheduledDelayMilliseconds);
            return options.Format == JsonlFormat.Flat
                ? new FlatLogProcessor(exporter, queue, delay, timeout, size)
                : new BatchLogRecordExportProcessor(exporter, queue, delay, timeout, size);
        });
    }
}
