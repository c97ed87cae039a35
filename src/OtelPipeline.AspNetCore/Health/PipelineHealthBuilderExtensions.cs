using System.Data.Common;
using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using OtelPipeline.AspNetCore.Health;
using OtelPipeline.AspNetCore.Health.Checks;
using OtelPipeline.AspNetCore.Health.Monitoring;
using OtelPipeline.Internal;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Adds OtelPipeline's health checks, and the evaluation and telemetry of all health checks.</summary>
/// <remarks>
/// Each <c>AddPipeline…Check</c> does what <see cref="AddPipelineHealth"/> does. Settings come from the configuration section
/// <c>OtelPipeline:Health</c>, then from code; building the host throws <see cref="OptionsValidationException"/> when one is out of its range
/// or unknown, and <see cref="ArgumentException"/> when two checks have the same name.
/// </remarks>
public static class PipelineHealthBuilderExtensions
{
    private const DynamicallyAccessedMemberTypes Constructed = DynamicallyAccessedMemberTypes.PublicParameterlessConstructor;

    /// <summary>
    /// Evaluates all registered checks, those of other libraries included, every 30 s and when somebody asks, publishes their states as
    /// metric and events, and gives those without a time-out one of 5 s. Calling it again only adds to the settings.
    /// </summary>
    /// <param name="builder">What <c>AddHealthChecks()</c> gives.</param>
    /// <param name="configure">Changes the options.</param>
    /// <returns>The same builder.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="builder"/> is null.</exception>
    public static IHealthChecksBuilder AddPipelineHealth(this IHealthChecksBuilder builder, Action<PipelineHealthOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        var services = builder.Services;
        if (services.All(service => service.ServiceType != typeof(HealthMonitor)))
        {
            services
                .AddOptions<PipelineHealthOptions>()
                .Configure<IServiceProvider>(
                    static (options, sp) =>
                        options.Bind(
                            new OptionsSection(sp.GetService<IConfiguration>(), PipelineHealthOptions.Section),
                            sp.GetServices<ConfigurableCheck>().Select(check => check.Name)
                        )
                );
            services.AddSingleton<IValidateOptions<PipelineHealthOptions>, PipelineHealthOptions.Validator>();
            services
                .AddOptions<HealthCheckServiceOptions>()
                .PostConfigure<IOptions<PipelineHealthOptions>>(
                    static (checks, health) =>
                    {
                        foreach (var registration in checks.Registrations.Where(r => r.Timeout <= TimeSpan.Zero))
                            registration.Timeout = health.Value.Timeout;
                    }
                );
            services.AddSingleton<HealthMeter>();
            services.AddSingleton<HealthMonitor>();
            services.AddSingleton<IHostedService>(static sp => sp.GetRequiredService<HealthMonitor>());
        }

        if (configure is not null)
            services.Configure(configure);
        return builder;
    }

    /// <summary>
    /// Checks processors (of the control group's quota or the machine), memory (of the control group's limit or the machine) and disks: 80 %
    /// is degraded, 95 % unhealthy.
    /// </summary>
    /// <param name="builder">What <c>AddHealthChecks()</c> gives.</param>
    /// <param name="name">Name of the check.</param>
    /// <param name="configure">Changes the options.</param>
    /// <param name="failureStatus">What unhealthy becomes; null for unhealthy.</param>
    /// <param name="tags">Tags of the check, see <see cref="PipelineHealthOptions.ReadyTag"/>.</param>
    /// <returns>The same builder.</returns>
    /// <exception cref="ArgumentException"><paramref name="name"/> is blank, or <paramref name="builder"/> is null.</exception>
    public static IHealthChecksBuilder AddPipelineSystemCheck(
        this IHealthChecksBuilder builder,
        string name = "system",
        Action<SystemHealthOptions>? configure = null,
        HealthStatus? failureStatus = null,
        IEnumerable<string>? tags = null
    ) =>
        Add(
            builder,
            name,
            configure,
            failureStatus,
            tags,
            static (sp, options, time) => new SystemHealthCheck(options, sp.GetRequiredService<HealthMeter>(), time)
        );

    /// <summary>Checks that a database can be opened and answers a query: degraded after 1 s, failed after 5 s.</summary>
    /// <param name="builder">What <c>AddHealthChecks()</c> gives.</param>
    /// <param name="name">Name of the check; it is shown in bodies and metrics.</param>
    /// <param name="connect">Makes a closed connection for each evaluation, in a scope of its own; it is disposed of afterwards.</param>
    /// <param name="configure">Changes the options.</param>
    /// <param name="failureStatus">What unhealthy becomes; null for unhealthy.</param>
    /// <param name="tags">Tags of the check, see <see cref="PipelineHealthOptions.ReadyTag"/>.</param>
    /// <returns>The same builder.</returns>
    /// <exception cref="ArgumentException"><paramref name="name"/> is blank, or another argument is null.</exception>
    public static IHealthChecksBuilder AddPipelineDatabaseCheck(
        this IHealthChecksBuilder builder,
        string name,
        Func<IServiceProvider, DbConnection> connect,
        Action<DatabaseHealthOptions>? configure = null,
        HealthStatus? failureStatus = null,
        IEnumerable<string>? tags = null
    )
    {
        ArgumentNullException.ThrowIfNull(connect);
        return Add(
            builder,
            name,
            configure,
            failureStatus,
            tags,
            (sp, options, time) => new DatabaseHealthCheck(sp, connect, options, time)
        );
    }

    /// <summary>Checks that a service answers a GET with success (2xx): degraded after 1 s, failed after 5 s.</summary>
    /// <param name="builder">What <c>AddHealthChecks()</c> gives.</param>
    /// <param name="name">Name of the check; it is shown in bodies and metrics, the address never is.</param>
    /// <param name="address">Absolute http or https address.</param>
    /// <param name="configure">Changes the options.</param>
    /// <param name="client">Gives the client, for example from an <see cref="IHttpClientFactory"/>; null for one that follows no redirects.</param>
    /// <param name="failureStatus">What unhealthy becomes; null for unhealthy.</param>
    /// <param name="tags">Tags of the check, see <see cref="PipelineHealthOptions.ReadyTag"/>.</param>
    /// <returns>The same builder.</returns>
    /// <exception cref="ArgumentException">
    /// <paramref name="name"/> is blank, <paramref name="address"/> is not absolute or neither http nor https, or an argument is null.
    /// </exception>
    public static IHealthChecksBuilder AddPipelineServiceCheck(
        this IHealthChecksBuilder builder,
        string name,
        Uri address,
        Action<ServiceHealthOptions>? configure = null,
        Func<IServiceProvider, HttpClient>? client = null,
        HealthStatus? failureStatus = null,
        IEnumerable<string>? tags = null
    )
    {
        ArgumentNullException.ThrowIfNull(address);
        if (!address.IsAbsoluteUri || (address.Scheme != Uri.UriSchemeHttp && address.Scheme != Uri.UriSchemeHttps))
            throw new ArgumentException($"The address of the check '{name}' must be absolute and http or https.", nameof(address));
        client ??= static _ => ServiceHealthCheck.DefaultClient;
        return Add(
            builder,
            name,
            configure,
            failureStatus,
            tags,
            (sp, options, time) => new ServiceHealthCheck(sp, client, address, options, time)
        );
    }

    /// <summary>
    /// Checks the exporters of this process: directories can be written, nothing was lost lately (else degraded), none fails for long (else
    /// unhealthy). It knows exporters that count <c>otel.sdk.exporter.*</c>, as OtelPipeline's do, and full queues of the SDK.
    /// </summary>
    /// <param name="builder">What <c>AddHealthChecks()</c> gives.</param>
    /// <param name="name">Name of the check.</param>
    /// <param name="configure">Changes the options.</param>
    /// <param name="failureStatus">What unhealthy becomes; null for unhealthy.</param>
    /// <param name="tags">Tags of the check, see <see cref="PipelineHealthOptions.ReadyTag"/>.</param>
    /// <returns>The same builder.</returns>
    /// <exception cref="ArgumentException"><paramref name="name"/> is blank, or <paramref name="builder"/> is null.</exception>
    public static IHealthChecksBuilder AddPipelineExporterCheck(
        this IHealthChecksBuilder builder,
        string name = "exporters",
        Action<ExporterHealthOptions>? configure = null,
        HealthStatus? failureStatus = null,
        IEnumerable<string>? tags = null
    ) => Add(builder, name, configure, failureStatus, tags, static (_, options, time) => new ExporterHealthCheck(options, time));

    /// <summary>Checks that the last success of a pipeline in this process is not too old.</summary>
    /// <param name="builder">What <c>AddHealthChecks()</c> gives.</param>
    /// <param name="name">Name of the check.</param>
    /// <param name="pipeline">Name of the pipeline.</param>
    /// <param name="configure">Changes the options: set <see cref="LastSuccessHealthOptions.MaxAge"/>.</param>
    /// <param name="failureStatus">What unhealthy becomes; null for unhealthy.</param>
    /// <param name="tags">Tags of the check, see <see cref="PipelineHealthOptions.ReadyTag"/>.</param>
    /// <returns>The same builder.</returns>
    /// <exception cref="ArgumentException">A name is blank, or <paramref name="builder"/> is null.</exception>
    public static IHealthChecksBuilder AddPipelineLastSuccessCheck(
        this IHealthChecksBuilder builder,
        string name,
        string pipeline,
        Action<LastSuccessHealthOptions>? configure = null,
        HealthStatus? failureStatus = null,
        IEnumerable<string>? tags = null
    )
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(pipeline);
        return Add(
            builder,
            name,
            configure,
            failureStatus,
            tags,
            (_, options, time) => new LastSuccessHealthCheck(pipeline, options, time)
        );
    }

    private static IHealthChecksBuilder Add<[DynamicallyAccessedMembers(Constructed)] TOptions>(
        IHealthChecksBuilder builder,
        string name,
        Action<TOptions>? configure,
        HealthStatus? failureStatus,
        IEnumerable<string>? tags,
        Func<IServiceProvider, TOptions, TimeProvider, PipelineHealthCheck> create
    )
        where TOptions : PipelineHealthCheckOptions, new()
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        builder.AddPipelineHealth();
        var services = builder.Services;
        services.AddSingleton(new ConfigurableCheck(name));
        var options = services
            .AddOptions<TOptions>(name)
            .Configure<IServiceProvider>((o, sp) => Bind(o, name, sp.GetService<IConfiguration>()));
        if (configure is not null)
            options.Configure(configure);
        services.AddSingleton<IValidateOptions<TOptions>>(new PipelineHealthCheckOptions.Validator<TOptions>(name));
        services.AddKeyedSingleton(
            name,
            (sp, _) => create(sp, Get<TOptions>(sp, name), sp.GetService<TimeProvider>() ?? TimeProvider.System)
        );

        // made with the container at hand, unlike builder.Add: the time-out is a setting, and listeners must listen from the start
        services
            .AddOptions<HealthCheckServiceOptions>()
            .Configure<IServiceProvider>(
                (checks, sp) =>
                    checks.Registrations.Add(
                        new HealthCheckRegistration(
                            name,
                            sp.GetRequiredKeyedService<PipelineHealthCheck>(name),
                            failureStatus,
                            tags,
                            Get<TOptions>(sp, name).Timeout
                        )
                    )
            );
        return builder;
    }

    private static TOptions Get<[DynamicallyAccessedMembers(Constructed)] TOptions>(IServiceProvider services, string name) =>
        services.GetRequiredService<IOptionsMonitor<TOptions>>().Get(name);

    private static void Bind(PipelineHealthCheckOptions options, string name, IConfiguration? configuration)
    {
        var section = new OptionsSection(configuration, $"{PipelineHealthOptions.Section}:{PipelineHealthCheckOptions.Section}:{name}");
        options.Bind(section);
        section.RejectUnknown();
    }

    /// <summary>A check that has a section of its own in the configuration.</summary>
    private sealed record ConfigurableCheck(string Name);
}
