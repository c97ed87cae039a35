using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using OtelPipeline.AspNetCore.Health.Monitoring;

namespace Microsoft.AspNetCore.Builder;

/// <summary>Maps the health endpoints.</summary>
public static class PipelineHealthEndpointExtensions
{
    private static readonly string[] s_methods = [HttpMethods.Get, HttpMethods.Head];

    /// <summary>
    /// Maps what Kubernetes asks: <c>/live</c> (200, depends on nothing), <c>/ready</c> (200, or 503 when a check is unhealthy) and
    /// <c>/health</c> (200 for healthy and degraded, 503 for unhealthy, with the state and the milliseconds of each check).
    /// </summary>
    /// <param name="endpoints">The application, or a group with a prefix.</param>
    /// <returns>The three endpoints, for conventions such as <c>AllowAnonymous()</c> or <c>RequireHost("*:8081")</c>.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="endpoints"/> is null.</exception>
    /// <exception cref="InvalidOperationException">No health check was registered with this library.</exception>
    /// <exception cref="OptionsValidationException">A setting is out of range or unknown.</exception>
    public static IEndpointConventionBuilder MapPipelineHealth(this IEndpointRouteBuilder endpoints)
    {
        ArgumentNullException.ThrowIfNull(endpoints);
        var monitor =
            endpoints.ServiceProvider.GetService<HealthMonitor>()
            ?? throw new InvalidOperationException(
                "MapPipelineHealth() found no health checks. Call services.AddHealthChecks().AddPipelineHealth(), or one of the AddPipeline…Check methods, before the application is built."
            );
        var group = endpoints.MapGroup("");
        group.MapMethods("/live", s_methods, HealthBody.LiveAsync);
        group.MapMethods("/ready", s_methods, context => HealthBody.ReadyAsync(context, monitor));
        group.MapMethods("/health", s_methods, context => HealthBody.HealthAsync(context, monitor));
        return group;
    }
}
