using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using OtelPipeline.Exporter.Prometheus;
using OtelPipeline.Exporter.Prometheus.Files;

namespace OpenTelemetry.Metrics;

/// <summary>Adds the Prometheus exporter and the files for those who cannot be scraped to a <see cref="MeterProviderBuilder"/>.</summary>
public static class PrometheusMeterProviderBuilderExtensions
{
    /// <summary>
    /// Adds the exporter that answers scrapes, with the options that configuration gives. It opens no port: map the endpoint of
    /// OtelPipeline.AspNetCore, or call <see cref="PrometheusScraper"/>, which is in the service container.
    /// </summary>
    /// <param name="builder">The builder.</param>
    /// <returns>The same builder.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="builder"/> is null.</exception>
    public static MeterProviderBuilder AddPrometheusExporter(this MeterProviderBuilder builder) =>
        AddPrometheusExporter(builder, name: null, configure: null);

    /// <inheritdoc cref="AddPrometheusExporter(MeterProviderBuilder)"/>
    /// <param name="builder">The builder.</param>
    /// <param name="configure">Changes the options; it runs after configuration.</param>
    /// <exception cref="ArgumentNullException"><paramref name="builder"/> or <paramref name="configure"/> is null.</exception>
    /// <remarks>Building the provider throws <see cref="OptionsValidationException"/> when an option is out of its range.</remarks>
    public static MeterProviderBuilder AddPrometheusExporter(this MeterProviderBuilder builder, Action<PrometheusExporterOptions> configure)
    {
        ArgumentNullException.ThrowIfNull(configure);
        return AddPrometheusExporter(builder, name: null, configure);
    }

    /// <inheritdoc cref="AddPrometheusExporter(MeterProviderBuilder)"/>
    /// <param name="builder">The builder.</param>
    /// <param name="name">
    /// Name of the options and key of the <see cref="PrometheusScraper"/> in the service container, or null. There is one exporter for each
    /// name: a second call with the same name only changes its options.
    /// </param>
    /// <param name="configure">Changes the options, or null; it runs after configuration.</param>
    /// <exception cref="ArgumentNullException"><paramref name="builder"/> is null.</exception>
    /// <remarks>
    /// Building the provider throws <see cref="OptionsValidationException"/> when an option is out of its range.
    /// </remarks>
    public static MeterProviderBuilder AddPrometheusExporter(
        this MeterProviderBuilder builder,
        string? name,
        Action<PrometheusExporterOptions>? configure
    )
    {
        ArgumentNullException.ThrowIfNull(builder);
        var added = false;
        builder.ConfigureServices(services => added = PrometheusRegistration.AddScraper(services, name, configure));
        // what the exporter loses is itself a metric
        return added
            ? builder.AddMeter(ExporterMetrics.MeterName).AddReader(services => PrometheusRegistration.CreateReader(services, name))
            : builder;
    }

    /// <summary>
    /// Writes the metrics as Prometheus text 0.0.4 to a file, for the textfile collector of node_exporter: at an interval, at each flush and
    /// at shutdown, always a whole file. Names and labels are those of <see cref="PrometheusExporterOptions"/>.
    /// </summary>
    /// <param name="builder">The builder.</param>
    /// <param name="path">The file; node_exporter wants a name that ends in <c>.prom</c>. Its folder is made.</param>
    /// <param name="configure">Changes the options, or null; it runs after configuration.</param>
    /// <returns>The same builder.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="builder"/> is null.</exception>
    /// <exception cref="ArgumentException"><paramref name="path"/> is null or blank.</exception>
    /// <remarks>Building the provider throws <see cref="OptionsValidationException"/> when an option is out of its range.</remarks>
    public static MeterProviderBuilder AddPrometheusTextFile(
        this MeterProviderBuilder builder,
        string path,
        Action<PrometheusFileOptions>? configure = null
    ) => AddFile(builder, path, PrometheusRegistration.TextFileSection, configure, static options => new TextFileFormat(options));

    /// <summary>
    /// Writes the metrics as JSON to a file, under OpenTelemetry's names: an array of
    /// <c>{"name", "unit", "type", "points": [{"attributes", "value"} or {"attributes", "count", "sum", "buckets"}]}</c>, whose buckets are
    /// cumulative like Prometheus'. At an interval, at each flush and at shutdown, always a whole file.
    /// </summary>
    /// <inheritdoc cref="AddPrometheusTextFile"/>
    public static MeterProviderBuilder AddMetricsJsonFile(
        this MeterProviderBuilder builder,
        string path,
        Action<PrometheusFileOptions>? configure = null
    ) => AddFile(builder, path, PrometheusRegistration.JsonFileSection, configure, static options => new JsonFileFormat(options));

    private static MeterProviderBuilder AddFile(
        MeterProviderBuilder builder,
        string path,
        string section,
        Action<PrometheusFileOptions>? configure,
        Func<PrometheusExporterOptions, FileFormat> create
    )
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        builder.ConfigureServices(services => PrometheusRegistration.AddOptions(services, Options.DefaultName));
        return builder
            .AddMeter(ExporterMetrics.MeterName)
            .AddReader(services =>
            {
                var options = PrometheusRegistration.FileOptions(services, section, configure);
                var names = services.GetRequiredService<IOptionsMonitor<PrometheusExporterOptions>>().CurrentValue;
                var exporter = new FileExporter(
                    names.Enabled ? create(names) : null,
                    Path.GetFullPath(path),
                    options,
                    services.GetService<TimeProvider>() ?? TimeProvider.System
                );
                return new PeriodicExportingMetricReader(exporter, (int)options.Interval.TotalMilliseconds)
                {
                    TemporalityPreference = MetricReaderTemporalityPreference.Cumulative,
                };
            });
    }
}
