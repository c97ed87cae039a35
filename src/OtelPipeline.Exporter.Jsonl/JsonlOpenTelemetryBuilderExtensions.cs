using Microsoft.Extensions.Options;
using OpenTelemetry.Logs;
using OpenTelemetry.Metrics;
using OpenTelemetry.Trace;
using OtelPipeline.Exporter.Jsonl;

namespace OpenTelemetry;

/// <summary>Adds the JSON lines exporter for all signals.</summary>
public static class JsonlOpenTelemetryBuilderExtensions
{
    /// <summary>Writes spans, log records and metrics as JSON lines below one folder.</summary>
    /// <param name="builder">The builder.</param>
    /// <param name="directory">The folder (see <see cref="JsonlExporterOptions.Directory"/>); it wins over configuration.</param>
    /// <returns>The same builder.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="builder"/> is null.</exception>
    /// <exception cref="ArgumentException"><paramref name="directory"/> is null or blank.</exception>
    public static IOpenTelemetryBuilder UseJsonlExporter(this IOpenTelemetryBuilder builder, string directory)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(directory);
        return UseJsonlExporter(builder, options => options.Directory = directory);
    }

    /// <summary>Writes spans, log records and metrics as JSON lines. It switches tracing, metrics and logging on.</summary>
    /// <param name="builder">The builder.</param>
    /// <param name="configure">Changes the options of all three signals; it runs after configuration, once for each signal.</param>
    /// <returns>The same builder.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="builder"/> or <paramref name="configure"/> is null.</exception>
    /// <remarks>Building the providers throws <see cref="OptionsValidationException"/> when an option is out of its range.</remarks>
    public static IOpenTelemetryBuilder UseJsonlExporter(this IOpenTelemetryBuilder builder, Action<JsonlExporterOptions> configure)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(configure);
        return builder
            .WithTracing(tracing => tracing.AddJsonlExporter(configure))
            .WithMetrics(metrics => metrics.AddJsonlExporter(configure))
            .WithLogging(logging => logging.AddJsonlExporter(configure));
    }
}
