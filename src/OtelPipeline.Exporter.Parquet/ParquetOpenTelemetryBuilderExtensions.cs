using Microsoft.Extensions.Options;
using OpenTelemetry.Logs;
using OpenTelemetry.Metrics;
using OpenTelemetry.Trace;
using OtelPipeline.Exporter.Parquet;

namespace OpenTelemetry;

/// <summary>Adds the Parquet exporter for all signals.</summary>
public static class ParquetOpenTelemetryBuilderExtensions
{
    /// <summary>Writes spans, log records and metrics as Parquet files below one folder.</summary>
    /// <param name="builder">The builder.</param>
    /// <param name="directory">The folder (see <see cref="ParquetExporterOptions.Directory"/>); it wins over configuration.</param>
    /// <returns>The same builder.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="builder"/> is null.</exception>
    /// <exception cref="ArgumentException"><paramref name="directory"/> is null or blank.</exception>
    public static IOpenTelemetryBuilder UseParquetExporter(this IOpenTelemetryBuilder builder, string directory)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(directory);
        return UseParquetExporter(builder, options => options.Directory = directory);
    }

    /// <summary>Writes spans, log records and metrics as Parquet files. It switches tracing, metrics and logging on.</summary>
    /// <param name="builder">The builder.</param>
    /// <param name="configure">Changes the options of all three signals; it runs after configuration, once for each signal.</param>
    /// <returns>The same builder.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="builder"/> or <paramref name="configure"/> is null.</exception>
    /// <remarks>Building the providers throws <see cref="OptionsValidationException"/> when an option is out of its range.</remarks>
    public static IOpenTelemetryBuilder UseParquetExporter(this IOpenTelemetryBuilder builder, Action<ParquetExporterOptions> configure)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(configure);
        return builder
            .WithTracing(tracing => tracing.AddParquetExporter(configure))
            .WithMetrics(metrics => metrics.AddParquetExporter(configure))
            .WithLogging(logging => logging.AddParquetExporter(configure));
    }
}
