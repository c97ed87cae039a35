namespace OtelPipeline.Interop.Tests;

/// <summary>
/// A package with the name, version and public surface of OpenTelemetry.Extensions.Hosting, for feeds that do not hold it: what compiles
/// against this compiles against the real one. Where the feed has the real package, either may be restored; both must do.
/// </summary>
/// <remarks>
/// Surface: <see href="https://github.com/open-telemetry/opentelemetry-dotnet/tree/main/src/OpenTelemetry.Extensions.Hosting/.publicApi"/>.
/// </remarks>
internal static class HostingStub
{
    private const string Project = """
        <Project Sdk="Microsoft.NET.Sdk">
          <PropertyGroup>
            <TargetFramework>net10.0</TargetFramework>
            <ImplicitUsings>enable</ImplicitUsings>
            <Nullable>enable</Nullable>
            <Version>1.20.1</Version>
          </PropertyGroup>
          <ItemGroup>
            <FrameworkReference Include="Microsoft.AspNetCore.App" />
            <PackageReference Include="OpenTelemetry" Version="1.20.1" />
          </ItemGroup>
        </Project>
        """;

    private const string Source = """
        using Microsoft.Extensions.DependencyInjection;
        using Microsoft.Extensions.Hosting;
        using OpenTelemetry.Logs;
        using OpenTelemetry.Metrics;
        using OpenTelemetry.Resources;
        using OpenTelemetry.Trace;

        namespace OpenTelemetry
        {
            public sealed class OpenTelemetryBuilder : IOpenTelemetryBuilder
            {
                internal OpenTelemetryBuilder(IServiceCollection services) => Services = services;

                public IServiceCollection Services { get; }

                public OpenTelemetryBuilder ConfigureResource(Action<ResourceBuilder> configure) =>
                    Same(OpenTelemetryBuilderSdkExtensions.ConfigureResource(this, configure));

                public OpenTelemetryBuilder WithMetrics() => Same(OpenTelemetryBuilderSdkExtensions.WithMetrics(this));

                public OpenTelemetryBuilder WithMetrics(Action<MeterProviderBuilder> configure) =>
                    Same(OpenTelemetryBuilderSdkExtensions.WithMetrics(this, configure));

                public OpenTelemetryBuilder WithTracing() => Same(OpenTelemetryBuilderSdkExtensions.WithTracing(this));

                public OpenTelemetryBuilder WithTracing(Action<TracerProviderBuilder> configure) =>
                    Same(OpenTelemetryBuilderSdkExtensions.WithTracing(this, configure));

                public OpenTelemetryBuilder WithLogging() => Same(OpenTelemetryBuilderSdkExtensions.WithLogging(this));

                public OpenTelemetryBuilder WithLogging(Action<LoggerProviderBuilder> configure) =>
                    Same(OpenTelemetryBuilderSdkExtensions.WithLogging(this, configure));

                public OpenTelemetryBuilder WithLogging(
                    Action<LoggerProviderBuilder>? configureBuilder,
                    Action<OpenTelemetryLoggerOptions>? configureOptions
                ) => Same(OpenTelemetryBuilderSdkExtensions.WithLogging(this, configureBuilder, configureOptions));

                private OpenTelemetryBuilder Same(IOpenTelemetryBuilder _) => this;
            }

            public interface ITelemetryHostInitializer
            {
                void Initialize();
            }

            internal sealed class Starter(IServiceProvider services) : IHostedService
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

        namespace Microsoft.Extensions.DependencyInjection
        {
            public static class OpenTelemetryServicesExtensions
            {
                public static OpenTelemetry.OpenTelemetryBuilder AddOpenTelemetry(this IServiceCollection services)
                {
                    services.Insert(0, ServiceDescriptor.Singleton<IHostedService, OpenTelemetry.Starter>());
                    return new OpenTelemetry.OpenTelemetryBuilder(services);
                }
            }
        }
        """;

    private static readonly Lazy<Task> s_packed = new(PackAsync);

    /// <summary>Puts the package into the feed of the workshop, once.</summary>
    public static Task PackedAsync() => s_packed.Value;

    private static async Task PackAsync()
    {
        var directory = Workshop.CreateProject("OpenTelemetry.Extensions.Hosting", Project, ("Hosting.cs", Source));
        await ChildProcess.DotnetAsync(
            directory,
            Workshop.Environment,
            "pack",
            "--configuration",
            "Release",
            "--output",
            Workshop.HostingFeed
        );
    }
}
