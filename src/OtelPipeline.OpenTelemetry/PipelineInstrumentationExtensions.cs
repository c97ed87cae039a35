using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using OpenTelemetry.Logs;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;
using OtelPipeline.Internal;
using OtelPipeline.OpenTelemetry;
using OtelPipeline.OpenTelemetry.Internal;
using OtelPipeline.Signals;

namespace OpenTelemetry;

/// <summary>Switches OtelPipeline on in the OpenTelemetry SDK.</summary>
public static class PipelineInstrumentationExtensions
{
    /// <summary>
    /// Switches on everything for all three signals: OtelPipeline's spans, metrics and events, those that .NET and libraries emit anyway,
    /// exemplars, the stamping of run ids, the continuation of a parent process' run, and redaction, which comes before every exporter
    /// whatever the order of the calls.
    /// </summary>
    /// <param name="builder">What <c>AddOpenTelemetry()</c> or <c>OpenTelemetrySdk.Create</c> gives.</param>
    /// <param name="configure">Changes the options; it comes after the configuration section <c>OtelPipeline</c>.</param>
    /// <exception cref="ArgumentNullException"><paramref name="builder"/> is null.</exception>
    /// <exception cref="OptionsValidationException">When the providers are built: a setting is out of range or unknown.</exception>
    public static IOpenTelemetryBuilder UsePipelineInstrumentation(
        this IOpenTelemetryBuilder builder,
        Action<PipelineInstrumentationOptions>? configure = null
    )
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.WithTracing().WithMetrics().WithLogging();
        var services = builder.Services;
        Register(services, Options.DefaultName, configure);

        // first in the list of what configures a provider, so that redaction runs before every exporter
        FirstServices.Add(
            services,
            FirstServices.Redaction,
            () => services.ConfigureOpenTelemetryTracerProvider((sp, tracing) => Apply(sp, tracing, Options.DefaultName))
        );
        FirstServices.Add(
            services,
            FirstServices.Redaction,
            () => services.ConfigureOpenTelemetryMeterProvider((sp, metrics) => Apply(sp, metrics, Options.DefaultName))
        );
        FirstServices.Add(
            services,
            FirstServices.Redaction,
            () => services.ConfigureOpenTelemetryLoggerProvider((sp, logging) => Apply(sp, logging, Options.DefaultName))
        );
        FirstServices.Add(
            services,
            FirstServices.Redaction,
            () =>
                services.AddSingleton<IConfigureOptions<OpenTelemetryLoggerOptions>>(
                    new ConfigureOptions<OpenTelemetryLoggerOptions>(static o => o.IncludeFormattedMessage = true)
                )
        );
        return builder;
    }

    /// <summary>Switches on spans, with the stamping of run ids and redaction. Processors run in the order of the calls: make this the first.</summary>
    /// <param name="builder">The builder.</param>
    public static TracerProviderBuilder AddPipelineInstrumentation(this TracerProviderBuilder builder) =>
        AddPipelineInstrumentation(builder, null, null);

    /// <inheritdoc cref="AddPipelineInstrumentation(TracerProviderBuilder)"/>
    /// <param name="builder">The builder.</param>
    /// <param name="configure">Changes the options.</param>
    public static TracerProviderBuilder AddPipelineInstrumentation(
        this TracerProviderBuilder builder,
        Action<PipelineInstrumentationOptions> configure
    ) => AddPipelineInstrumentation(builder, null, configure);

    /// <inheritdoc cref="AddPipelineInstrumentation(TracerProviderBuilder)"/>
    /// <param name="builder">The builder.</param>
    /// <param name="name">Name of the options, or null for the default ones.</param>
    /// <param name="configure">Changes the options, or null.</param>
    public static TracerProviderBuilder AddPipelineInstrumentation(
        this TracerProviderBuilder builder,
        string? name,
        Action<PipelineInstrumentationOptions>? configure
    )
    {
        ArgumentNullException.ThrowIfNull(builder);
        name ??= Options.DefaultName;
        builder.ConfigureServices(services => Register(services, name, configure));
        return builder is IDeferredTracerProviderBuilder deferred ? deferred.Configure((sp, b) => Apply(sp, b, name)) : builder;
    }

    /// <summary>Switches on metrics, with exemplars.</summary>
    /// <param name="builder">The builder.</param>
    public static MeterProviderBuilder AddPipelineInstrumentation(this MeterProviderBuilder builder) =>
        AddPipelineInstrumentation(builder, null, null);

    /// <inheritdoc cref="AddPipelineInstrumentation(MeterProviderBuilder)"/>
    /// <param name="builder">The builder.</param>
    /// <param name="configure">Changes the options.</param>
    public static MeterProviderBuilder AddPipelineInstrumentation(
        this MeterProviderBuilder builder,
        Action<PipelineInstrumentationOptions> configure
    ) => AddPipelineInstrumentation(builder, null, configure);

    /// <inheritdoc cref="AddPipelineInstrumentation(MeterProviderBuilder)"/>
    /// <param name="builder">The builder.</param>
    /// <param name="name">Name of the options, or null for the default ones.</param>
    /// <param name="configure">Changes the options, or null.</param>
    public static MeterProviderBuilder AddPipelineInstrumentation(
        this MeterProviderBuilder builder,
        string? name,
        Action<PipelineInstrumentationOptions>? configure
    )
    {
        ArgumentNullException.ThrowIfNull(builder);
        name ??= Options.DefaultName;
        builder.ConfigureServices(services => Register(services, name, configure));
        return builder is IDeferredMeterProviderBuilder deferred ? deferred.Configure((sp, b) => Apply(sp, b, name)) : builder;
    }

    /// <summary>
    /// Switches on events, with the stamping of run ids and redaction. Processors run in the order of the calls: make this the first.
    /// </summary>
    /// <param name="builder">The builder.</param>
    public static LoggerProviderBuilder AddPipelineInstrumentation(this LoggerProviderBuilder builder) =>
        AddPipelineInstrumentation(builder, null, null);

    /// <inheritdoc cref="AddPipelineInstrumentation(LoggerProviderBuilder)"/>
    /// <param name="builder">The builder.</param>
    /// <param name="configure">Changes the options.</param>
    public static LoggerProviderBuilder AddPipelineInstrumentation(
        this LoggerProviderBuilder builder,
        Action<PipelineInstrumentationOptions> configure
    ) => AddPipelineInstrumentation(builder, null, configure);

    /// <inheritdoc cref="AddPipelineInstrumentation(LoggerProviderBuilder)"/>
    /// <param name="builder">The builder.</param>
    /// <param name="name">Name of the options, or null for the default ones.</param>
    /// <param name="configure">Changes the options, or null.</param>
    public static LoggerProviderBuilder AddPipelineInstrumentation(
        this LoggerProviderBuilder builder,
        string? name,
        Action<PipelineInstrumentationOptions>? configure
    )
    {
        ArgumentNullException.ThrowIfNull(builder);
        name ??= Options.DefaultName;
        builder.ConfigureServices(services => Register(services, name, configure));
        return builder is IDeferredLoggerProviderBuilder deferred ? deferred.Configure((sp, b) => Apply(sp, b, name)) : builder;
    }

    private static void Register(IServiceCollection services, string name, Action<PipelineInstrumentationOptions>? configure)
    {
        // configuration first, code after it; once for each name
        if (!services.Any(d => d.ImplementationInstance is BoundName bound && bound.Name == name))
        {
            services.AddSingleton(new BoundName(name));
            services.AddSingleton<IConfigureOptions<PipelineInstrumentationOptions>>(
                sp => new ConfigureNamedOptions<PipelineInstrumentationOptions>(
                    name,
                    options => options.Bind(sp.GetService<IConfiguration>())
                )
            );
            services.AddSingleton<IValidateOptions<PipelineInstrumentationOptions>>(new Validator(name));
            services.AddSingleton<IConfigureOptions<LoggerFilterOptions>>(sp => new ConfigureOptions<LoggerFilterOptions>(filter =>
                AllowEvents(sp, filter, name)
            ));
        }

        if (configure is not null)
            services.Configure(name, configure);
        services.AddOptions();
        services.TryAddSingleton<Lifetime>();
        RedactionService.Add(services, provider => Attributes.Cleaner(Get(provider, name)));
    }

    // the first of equally specific rules loses, so that a user's own rule for this category and provider wins
    private static void AllowEvents(IServiceProvider services, LoggerFilterOptions filter, string name)
    {
        if (Get(services, name) is { Enabled: true } options)
            filter.Rules.Insert(0, new LoggerFilterRule("OpenTelemetry", PipelineSources.LoggerCategory, options.EventLevel, null));
    }

    private static void Apply(IServiceProvider services, TracerProviderBuilder tracing, string name)
    {
        if (Get(services, name) is not { Enabled: true } options)
            return;
        var lifetime = Start(services, options);
        tracing
            .AddSource(PipelineSources.ActivitySource)
            .AddSource([.. options.BuiltIn.Sources()])
            .ConfigureResource(resource => resource.AddDetector(new ResourceFacts(options)))
            .AddProcessor(new SpanProcessor(options.StampRunId, options.Redaction.Redactor, lifetime.Ledger));
    }

    private static void Apply(IServiceProvider services, MeterProviderBuilder metrics, string name)
    {
        if (Get(services, name) is not { Enabled: true } options)
            return;
        Start(services, options);
        metrics
            .AddMeter(PipelineSources.Meter, DeliveryLedger.SdkMeter)
            .AddMeter([.. options.BuiltIn.Meters()])
            .ConfigureResource(resource => resource.AddDetector(new ResourceFacts(options)));
        if (options.Exemplars)
            metrics.SetExemplarFilter(ExemplarFilterType.TraceBased);
    }

    private static void Apply(IServiceProvider services, LoggerProviderBuilder logging, string name)
    {
        if (Get(services, name) is not { Enabled: true } options)
            return;
        var lifetime = Start(services, options);
        logging
            .ConfigureResource(resource => resource.AddDetector(new ResourceFacts(options)))
            .AddProcessor(new LogProcessor(options.StampRunId, options.Redaction.Redactor, lifetime.Ledger));
    }

    private static Lifetime Start(IServiceProvider services, PipelineInstrumentationOptions options)
    {
        var lifetime = services.GetRequiredService<Lifetime>();
        lifetime.Start(options, IsHosted(services));
        return lifetime;
    }

    // the hosting abstractions are no dependency of this package
    private static bool IsHosted(IServiceProvider services) =>
        Type.GetType("Microsoft.Extensions.Hosting.IHostApplicationLifetime, Microsoft.Extensions.Hosting.Abstractions") is { } type
        && services.GetService(type) is not null;

    private static PipelineInstrumentationOptions Get(IServiceProvider services, string name) =>
        services.GetRequiredService<IOptionsMonitor<PipelineInstrumentationOptions>>().Get(name);

    private sealed record BoundName(string Name);

    private sealed class Validator(string name) : IValidateOptions<PipelineInstrumentationOptions>
    {
        public ValidateOptionsResult Validate(string? optionsName, PipelineInstrumentationOptions options) =>
            optionsName == name && PipelineInstrumentationOptions.Validate(options) is { } error
                ? ValidateOptionsResult.Fail(error.Failures)
                : ValidateOptionsResult.Success;
    }
}
