using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using OpenTelemetry.Logs;
using OpenTelemetry.Metrics;
using OpenTelemetry.Trace;
using OtelPipeline.Internal;
using OtelPipeline.Signals;
using OtelPipeline.Slo;
using OtelPipeline.Slo.Live;

namespace OpenTelemetry;

/// <summary>Judges service level objectives in the process.</summary>
public static class SloOpenTelemetryBuilderExtensions
{
    /// <summary>
    /// Judges the objectives of a file by the spans, events and measurements of this process. It switches tracing, metrics and logging on, sees what
    /// <c>UsePipelineInstrumentation</c> has redacted, and comes before every exporter, whatever the order of the calls.
    /// </summary>
    /// <param name="builder">What <c>AddOpenTelemetry()</c> or <c>OpenTelemetrySdk.Create</c> gives.</param>
    /// <param name="path">The file (see <see cref="SloOptions.Path"/>); it wins over configuration.</param>
    /// <returns>The same builder.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="builder"/> is null.</exception>
    /// <exception cref="ArgumentException"><paramref name="path"/> is null or blank.</exception>
    /// <remarks>
    /// Building the providers throws <see cref="SloFormatException"/> when the definition has errors, <see cref="IOException"/> when it cannot be
    /// read, and <see cref="OptionsValidationException"/> when an option is out of its range.
    /// </remarks>
    public static IOpenTelemetryBuilder UseSlo(this IOpenTelemetryBuilder builder, string path)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        return UseSlo(builder, null, options => options.Path = path);
    }

    /// <summary>Judges objectives with options from configuration and code.</summary>
    /// <param name="builder">The builder.</param>
    /// <param name="configure">Changes the options; it comes after the configuration section <c>OtelPipeline:Slo</c>. Null for nothing.</param>
    /// <returns>The same builder.</returns>
    /// <inheritdoc cref="UseSlo(IOpenTelemetryBuilder, string)" path="/exception"/>
    /// <inheritdoc cref="UseSlo(IOpenTelemetryBuilder, string)" path="/remarks"/>
    public static IOpenTelemetryBuilder UseSlo(this IOpenTelemetryBuilder builder, Action<SloOptions>? configure = null) =>
        UseSlo(builder, null, configure);

    /// <summary>Judges objectives beside those of other names, with a <see cref="SloMonitor"/> that is a keyed service of that name.</summary>
    /// <param name="builder">The builder.</param>
    /// <param name="name">Name of the options and of the monitor; null for the default ones.</param>
    /// <param name="configure">Changes the options, or null.</param>
    /// <returns>The same builder.</returns>
    /// <inheritdoc cref="UseSlo(IOpenTelemetryBuilder, string)" path="/exception"/>
    /// <inheritdoc cref="UseSlo(IOpenTelemetryBuilder, string)" path="/remarks"/>
    public static IOpenTelemetryBuilder UseSlo(this IOpenTelemetryBuilder builder, string? name, Action<SloOptions>? configure)
    {
        ArgumentNullException.ThrowIfNull(builder);
        name ??= Options.DefaultName;
        builder.WithTracing().WithMetrics().WithLogging();
        var services = builder.Services;
        services.AddOptions();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IConfigureOptions<SloOptions>, SloOptionsSetup>());
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<SloOptions>, SloOptionsValidator>());
        if (configure is not null)
            services.Configure(name, configure);
        if (services.Any(d => d.IsKeyedService && d.ServiceType == typeof(SloMonitor) && Equals(d.ServiceKey, name)))
            return builder;
        services.AddKeyedSingleton(name, (provider, _) => Create(provider, name));
        if (name.Length == 0)
            services.AddSingleton(provider => provider.GetRequiredKeyedService<SloMonitor>(name));
        First(services, () => services.ConfigureOpenTelemetryTracerProvider((provider, tracing) => Apply(provider, tracing, name)));
        First(services, () => services.ConfigureOpenTelemetryMeterProvider((provider, metrics) => Apply(provider, metrics, name)));
        First(services, () => services.ConfigureOpenTelemetryLoggerProvider((provider, logging) => Apply(provider, logging, name)));
        return builder;
    }

    private static void Apply(IServiceProvider services, TracerProviderBuilder tracing, string name)
    {
        if (Monitor(services, name) is not { } monitor)
            return;
        tracing.AddSource(PipelineSources.ActivitySource).AddProcessor(new SloSpanProcessor(monitor));
        monitor.Start();
    }

    private static void Apply(IServiceProvider services, MeterProviderBuilder metrics, string name)
    {
        if (Monitor(services, name) is not { } monitor)
            return;
        metrics.AddMeter(PipelineSources.Meter);
        if (services.GetRequiredService<IOptionsMonitor<SloOptions>>().Get(name).ThresholdBoundaries)
            ThresholdViews.Add(metrics, monitor.Document);
        monitor.Start();
    }

    private static void Apply(IServiceProvider services, LoggerProviderBuilder logging, string name)
    {
        if (Monitor(services, name) is not { } monitor)
            return;
        logging.AddProcessor(new SloLogProcessor(monitor));
        monitor.Start();
    }

    private static SloMonitor? Monitor(IServiceProvider services, string name) =>
        OptionsSection.IsEnabled(services.GetService<IConfiguration>()) ? services.GetRequiredKeyedService<SloMonitor>(name) : null;

    // the logger factory needs the providers that are being built: it is asked for when there is something to write
    private static SloMonitor Create(IServiceProvider services, string name) =>
        new(
            services.GetRequiredService<IOptionsMonitor<SloOptions>>().Get(name),
            services.GetService<TimeProvider>() ?? TimeProvider.System,
            () => services.GetService<ILoggerFactory>()?.CreateLogger(PipelineSources.LoggerCategory),
            () => services.GetService<MeterProvider>()
        );

    private static void First(IServiceCollection services, Action add) => FirstServices.Add(services, FirstServices.Objectives, add);
}
