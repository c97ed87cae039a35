using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace OtelPipeline.AspNetCore.Health.Monitoring;

/// <summary>What one evaluation of a check found.</summary>
/// <param name="Name">Name of the check.</param>
/// <param name="Status">Its state.</param>
/// <param name="Reason">One of the words of <see cref="HealthReason"/>, or null.</param>
/// <param name="ErrorType">Type of the exception, or null.</param>
/// <param name="Duration">How long the evaluation took.</param>
/// <param name="At">Timestamp of the end of the evaluation.</param>
internal sealed record CheckState(string Name, HealthStatus Status, string? Reason, string? ErrorType, TimeSpan Duration, long At)
{
    public static HealthStatus Worst(IEnumerable<CheckState> states) =>
        states.Aggregate(HealthStatus.Healthy, static (worst, state) => state.Status < worst ? state.Status : worst);

    public static string Word(HealthStatus status) =>
        status switch
        {
            HealthStatus.Healthy => "healthy",
            HealthStatus.Degraded => "degraded",
            _ => "unhealthy",
        };
}
