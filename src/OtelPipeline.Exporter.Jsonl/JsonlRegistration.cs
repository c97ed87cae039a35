using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using OpenTelemetry;
using OtelPipeline.Exporter.Jsonl.Formats;
using OtelPipeline.Exporter.Jsonl.Sinks;
using OtelPipeline.Internal;

namespace OtelPipeline.Exporter.Jsonl;

/// <summary>What the extension methods of the three signals have in common.</summary>
internal static class JsonlRegistration
{
    private const int SdkScheduledDelay = 5000;
    private const int DefaultScheduledDelay = 1000;

    public static void AddOptions(IServiceCollection services, string? name, Action<JsonlExporterOptions>? configure)
    {
        services.AddOptions();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IConfigureOptions<JsonlExporterOptions>, JsonlExporterOptionsSetup>());
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<JsonlExporterOptions>, JsonlExporterOptionsValidator>());
        if (name is not null && configure is not null)
            services.Configure(name, configure);
    }

    public static JsonlExporterOptions GetOptions(IServiceProvider services, string? name, Action<JsonlExporterOptions>? configure)
    {
        if (name is not null)
            return services.GetRequiredService<IOptionsMonitor<JsonlExporterOptions>>().Get(name);

        // unnamed options are a fresh instance each time, so that the delegates of several signals do not mix
        var options = services.GetRequiredService<IOptionsFactory<JsonlExporterOptions>>().Create(Options.DefaultName);
        if (configure is null)
            return options;
        configure(options);
        foreach (var validator in services.GetServices<IValidateOptions<JsonlExporterOptions>>())
        {
            var result = validator.Validate(Options.DefaultName, options);
            if (result.Failed)
                throw new OptionsValidationException(Options.DefaultName, typeof(JsonlExporterOptions), result.Failures);
        }

        return options;
    }

    /// <summary>
    /// How long records wait for their batch, in milliseconds. What waits is lost with a killed process, and a file is not a network: one
    /// second, unless the user asked for something else than the SDK's default of five.
    /// </summary>
    public static int ScheduledDelay(IServiceProvider services, string variable, int configured) =>
        configured == SdkScheduledDelay && services.GetRequiredService<IConfiguration>()[variable] is null
            ? DefaultScheduledDelay
            : configured;

    /// <summary>Whether flat lines on the console are text for people.</summary>
    public static bool IsText(JsonlExporterOptions options) =>
        options.Directory == JsonlExporterOptions.Stdout
        && string.Equals(Environment.GetEnvironmentVariable("LOG_FORMAT"), "text", StringComparison.OrdinalIgnoreCase);

    public static JsonlExporter<T> CreateExporter<T>(
        IServiceProvider services,
        JsonlExporterOptions options,
        JsonlSignal signal,
        Func<TimeProvider, BatchFormat<T>> otlp,
        Func<TimeProvider, BatchFormat<T>> flat
    )
        where T : class
    {
        var time = services.GetService<TimeProvider>() ?? TimeProvider.System;
        var metrics = new ExporterMetrics(signal);
        LineSink sink =
            options.Directory == JsonlExporterOptions.Stdout
                ? new ConsoleSink()
                : new FileSink(Path.GetFullPath(Path.Combine(options.Directory, signal.Folder)), options, time, metrics);
        var format = options.Format == JsonlFormat.Flat ? flat(time) : otlp(time);
        return new JsonlExporter<T>(format, sink, metrics, time)
        {
            Redaction = RedactionService.Get(services),
            Enabled = OptionsSection.IsEnabled(services.GetService<IConfiguration>()),
        };
    }
}
