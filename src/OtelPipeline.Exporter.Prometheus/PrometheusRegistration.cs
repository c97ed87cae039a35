using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using OpenTelemetry.Metrics;
using OtelPipeline.Exporter.Prometheus.Scraping;
using OtelPipeline.Internal;

namespace OtelPipeline.Exporter.Prometheus;

/// <summary>Services, options and their validation.</summary>
internal static class PrometheusRegistration
{
    public const string Section = "OtelPipeline:Prometheus";
    public const string ListenerSection = "Listener";
    public const string TextFileSection = "TextFile";
    public const string JsonFileSection = "JsonFile";

    /// <summary>Registers the scraper of a name. False if it was registered before: then its options alone are changed.</summary>
    public static bool AddScraper(IServiceCollection services, string? name, Action<PrometheusExporterOptions>? configure)
    {
        name ??= Options.DefaultName;
        AddOptions(services, name);
        if (configure is not null)
            services.Configure(name, configure);
        if (services.Any(service => service.ServiceType == typeof(PrometheusScraper) && name.Equals(service.ServiceKey)))
            return false;
        services.AddKeyedSingleton(name, static (provider, key) => CreateScraper(provider, (string)key!));
        if (name.Length == 0)
            services.AddSingleton(static provider => provider.GetRequiredKeyedService<PrometheusScraper>(Options.DefaultName));
        return true;
    }

    public static void AddOptions(IServiceCollection services, string name)
    {
        services.AddOptions();
        if (!services.Any(service => service.ImplementationInstance is ExporterName bound && bound.Name == name))
        {
            services.AddSingleton(new ExporterName(name));
            services.AddSingleton<IConfigureOptions<PrometheusExporterOptions>>(
                provider => new ConfigureNamedOptions<PrometheusExporterOptions>(name, options => Bind(provider, name, options))
            );
            services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<PrometheusExporterOptions>, Validator>());
        }
    }

    public static MetricReader CreateReader(IServiceProvider services, string? name) =>
        new ScrapeReader(services.GetRequiredKeyedService<PrometheusScraper>(name ?? Options.DefaultName).Exporter);

    public static PrometheusFileOptions FileOptions(IServiceProvider services, string section, Action<PrometheusFileOptions>? configure)
    {
        var options = new PrometheusFileOptions();
        var reader = new OptionsSection(services.GetService<IConfiguration>(), $"{Section}:{section}");
        reader.Read(nameof(PrometheusFileOptions.Interval), (TimeSpan value) => options.Interval = value);
        reader.Read(nameof(PrometheusFileOptions.ReadableByAll), (bool value) => options.ReadableByAll = value);
        reader.RejectUnknown();
        configure?.Invoke(options);
        if (options.Interval < TimeSpan.FromSeconds(1) || options.Interval > TimeSpan.FromDays(1))
            throw new OptionsValidationException(
                Options.DefaultName,
                typeof(PrometheusFileOptions),
                [$"{Section}:{section}:{nameof(options.Interval)} is {options.Interval}. Give a time from 00:00:01 to 1.00:00:00."]
            );
        return options;
    }

    private static PrometheusScraper CreateScraper(IServiceProvider services, string name)
    {
        var options = services.GetRequiredService<IOptionsMonitor<PrometheusExporterOptions>>().Get(name);
        return new PrometheusScraper(options, services.GetService<TimeProvider>() ?? TimeProvider.System);
    }

    private static void Bind(IServiceProvider services, string name, PrometheusExporterOptions options)
    {
        var configuration = services.GetService<IConfiguration>();
        options.Redaction = RedactionService.Get(services);
        options.Enabled = OptionsSection.IsEnabled(configuration);
        var names = services.GetServices<ExporterName>().Select(bound => bound.Name).Where(bound => bound.Length > 0).ToArray();
        Bind(new OptionsSection(configuration, Section), options, names);
        if (name.Length > 0)
            Bind(new OptionsSection(configuration, $"{Section}:{name}"), options, []);
    }

    private static void Bind(OptionsSection section, PrometheusExporterOptions options, ReadOnlySpan<string> names)
    {
        section.Read(nameof(options.TargetInfo), (bool value) => options.TargetInfo = value);
        section.Read(nameof(options.ScopeInfo), (bool value) => options.ScopeInfo = value);
        section.ReadEnum<PrometheusTranslation>(nameof(options.Translation), value => options.Translation = value);
        section.Read(nameof(options.ResourceLabels), options.ResourceLabels);
        section.Read(nameof(options.CacheWindow), (TimeSpan value) => options.CacheWindow = value);
        section.Read(nameof(options.Timeout), (TimeSpan value) => options.Timeout = value);
        section.Leave(ListenerSection, TextFileSection, JsonFileSection);
        section.Leave(names);
        section.RejectUnknown();
    }

    private sealed record ExporterName(string Name);

    private sealed class Validator : IValidateOptions<PrometheusExporterOptions>
    {
        public ValidateOptionsResult Validate(string? name, PrometheusExporterOptions options)
        {
            var failures = new List<string>();
            if (!Enum.IsDefined(options.Translation))
                failures.Add(
                    $"{Section}:{nameof(options.Translation)} is '{options.Translation}'. Give one of {string.Join(", ", Enum.GetNames<PrometheusTranslation>())}."
                );
            if (options.CacheWindow < TimeSpan.Zero || options.CacheWindow > TimeSpan.FromMinutes(1))
                failures.Add($"{Section}:{nameof(options.CacheWindow)} is {options.CacheWindow}. Give a time from 00:00:00 to 00:01:00.");
            if (options.Timeout < TimeSpan.FromMilliseconds(100) || options.Timeout > TimeSpan.FromMinutes(10))
                failures.Add($"{Section}:{nameof(options.Timeout)} is {options.Timeout}. Give a time from 00:00:00.1 to 00:10:00.");
            return failures.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(failures);
        }
    }
}
