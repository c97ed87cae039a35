using System.Globalization;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using OpenTelemetry;

namespace OtelPipeline.AspNetCore.Health.Checks;

/// <summary>Settings of the check of an HTTP service.</summary>
public sealed class ServiceHealthOptions : RemoteHealthCheckOptions;

/// <summary>Sends a GET and expects an answer with success.</summary>
internal sealed class ServiceHealthCheck(
    IServiceProvider services,
    Func<IServiceProvider, HttpClient> client,
    Uri address,
    ServiceHealthOptions options,
    TimeProvider time
) : PipelineHealthCheck(options.DegradedAfter, time)
{
    /// <summary>
    /// For checks without a client of their own. It follows no redirect, since a login page would answer for a service that is gone, and takes
    /// up changes of DNS.
    /// </summary>
    public static readonly HttpClient DefaultClient = new(
        new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseCookies = false,
            PooledConnectionLifetime = TimeSpan.FromMinutes(2),
        }
    )
    {
        // the check has its own time-out
        Timeout = Timeout.InfiniteTimeSpan,
    };

    protected override async Task<HealthCheckResult> ProbeAsync(CancellationToken cancellationToken)
    {
        // a span every few seconds, which belongs to no run, is noise
        using var _ = SuppressInstrumentationScope.Begin();
        var scope = services.CreateAsyncScope();
        await using var scoped = scope.ConfigureAwait(false);
        using var response = await client(scope.ServiceProvider)
            .GetAsync(address, HttpCompletionOption.ResponseHeadersRead, cancellationToken)
            .ConfigureAwait(false);
        return response.IsSuccessStatusCode
            ? HealthCheckResult.Healthy()
            : HealthCheckResult.Unhealthy(
                string.Create(CultureInfo.InvariantCulture, $"The service answered {(int)response.StatusCode}."),
                data: HealthReason.Data(HealthReason.BadStatus)
            );
    }
}
