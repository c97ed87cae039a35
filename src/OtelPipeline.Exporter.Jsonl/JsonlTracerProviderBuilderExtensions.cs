using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using OtelPipeline.Exporter.Jsonl;
using OtelPipeline.Exporter.Jsonl.Formats;

namespace OpenTelemetry.Trace;

/// <summary>Adds the JSON lines exporter to a <see cref="TracerProviderBuilder"/>.</summary>
public static class JsonlTracerProviderBuilderExtensions
{
    /// <summary>Writes spans as JSON lines, with the options that configuration gives.</summary>
    /// <param name="builder">The builder.</param>
    /// <returns>The same builder.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="builder"/> is null.</exception>
    public static TracerProviderBuilder AddJsonlExporter(this TracerProviderBuilder builder) =>
        AddJsonlExporter(builder, name: null, configure: null);

    /// <summary>Writes spans as JSON lines.</summary>
    /// <param name="builder">The builder.</param>
    /// <param name="configure">Changes the options; it runs after configuration, when the provider is built.</param>
    /// <returns>The same builder.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="builder"/> or <paramref name="configure"/> is null.</exception>
    /// <remarks>Building the provider throws <see cref="OptionsValidationException"/> when an option is out of its range.</remarks>
    public static TracerProviderBuilder AddJsonlExporter(this TracerProviderBuilder builder, Action<JsonlExporterOptions> configure)
    {
        ArgumentNullException.ThrowIfNull(configure);
        return AddJsonlExporter(builder, name: null, configure);
    }

    /// <summary>Writes spans as JSON lines, with named options.</summary>
    /// <param name="builder">The builder.</param>
    /// <param name="name">Name of the options, or null for unnamed ones. Signals that give the same name share their options.</param>
    /// <param name="configure">Changes the options, or null; it runs after configuration.</param>
    /// <returns>The same builder.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="builder"/> is null.</exception>
    /// <remarks>Building the provider throws <see cref="OptionsValidationException"/> when an option is out of its range.</remarks>
    public static TracerProviderBuilder AddJsonlExporter(
        this TracerProviderBuilder builder,
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
                .GetRequiredService<IOptionsMonitor<ActivityExportProcessorOptions>>()
                .Get(name ?? Options.DefaultName)
                .BatchExportProcessorOptions;
            return new BatchActivityExportProcessor(
                JsonlRegistration.CreateExporter(
                    services,
                    options,
                    JsonlSignal.Spans,
                    _ => new OtlpSpanFormat(),
                    time => new FlatSpanFormat(time, JsonlRegistration.IsText(options))
                ),
                batch.MaxQueueSize,
                JsonlRegistration.ScheduledDelay(services, "OTEL_BSP_SCHEDULE_DELAY", batch.ScheduledDelayMilliseconds),
                batch.ExporterTimeoutMilliseconds,
                batch.MaxExportBatchSize
            );
        });
    }
}
