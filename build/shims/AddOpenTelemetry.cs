using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using OpenTelemetry;
using OpenTelemetry.Logs;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

// Stands in for the package OpenTelemetry.Extensions.Hosting where that cannot be restored: the same calls, internal, so that it never meets
// the real ones. Build with -p:OfficialHosting=true to use the package; then this file is not compiled.
namespace Microsoft.Extensions.DependencyInjection
{
    internal static class OpenTelemetryServicesExtensions
    {
        public static OpenTelemetryBuilder AddOpenTelemetry(this IServiceCollection services)
        {
            ArgumentNullException.ThrowIfNull(services);
            if (!services.Any(d => d.ServiceType == typeof(IHostedService) && d.ImplementationType == typeof(TelemetryHostedService)))
                services.Insert(0, ServiceDescriptor.Singleton<IHostedService, TelemetryHostedService>());
            return new OpenTelemetryBuilder(services);
        }
    }
}

namespace OpenTelemetry
{
    internal sealed class OpenTelemetryBuilder : IOpenTelemetryBuilder
    {
        internal OpenTelemetryBuilder(IServiceCollection services)
        {
            Services = services;

            // the real builder registers what the three providers share; any provider extension does the same
            services.ConfigureOpenTelemetryTracerProvider(_ => { });
        }

        public IServiceCollection Services { get; }

        public OpenTelemetryBuilder ConfigureResource(Action<ResourceBuilder> configure)
        {
            OpenTelemetryBuilderSdkExtensions.ConfigureResource(this, configure);
            return this;
        }

        public OpenTelemetryBuilder WithTracing() => WithTracing(_ => { });

        public OpenTelemetryBuilder WithTracing(Action<TracerProviderBuilder> configure)
        {
            OpenTelemetryBuilderSdkExtensions.WithTracing(this, configure);
            return this;
        }

        public OpenTelemetryBuilder WithMetrics() => WithMetrics(_ => { });

        public OpenTelemetryBuilder WithMetrics(Action<MeterProviderBuilder> configure)
        {
            OpenTelemetryBuilderSdkExtensions.WithMetrics(this, configure);
            return this;
        }

        public OpenTelemetryBuilder WithLogging() => WithLogging(null, null);

        public OpenTelemetryBuilder WithLogging(Action<LoggerProviderBuilder> configure) => WithLogging(configure, null);

        public OpenTelemetryBuilder WithLogging(
            Action<LoggerProviderBuilder>? configureBuilder,
            Action<OpenTelemetryLoggerOptions>? configureOptions
        )
        {
            OpenTelemetryBuilderSdkExtensions.WithLogging(this, configureBuilder, configureOptions);
            return this;
        }
    }

    /// <summary>Makes the providers when the host starts; the container disposes of them.</summary>
    internal sealed class TelemetryHostedService(IServiceProvider services) : IHostedService
    {
        public Task StartAsync(CancellationToken cancellationToken)
        {
            services.GetService<MeterProvider>();
            services.GetService<TracerProvider>();
            services.GetService<LoggerProvider>();
            return Task.CompletedTask;
        }

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
