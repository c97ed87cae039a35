using Microsoft.Extensions.Diagnostics.HealthChecks;
using OtelPipeline.AspNetCore.Health.Monitoring;

namespace OtelPipeline.AspNetCore.Health;

/// <summary>
/// Base of health checks with rules for time: a probe that does not return within the registration's time-out (5 s if it has none) fails,
/// even if it ignores its token or blocks; a probe that succeeds too slowly is degraded; a probe that throws fails and nothing is thrown on.
/// </summary>
/// <remarks>
/// Register it with <c>AddCheck</c> or <c>AddTypeActivatedCheck</c> of Microsoft.Extensions.Diagnostics.HealthChecks. A registration made
/// with an instance never probes again while a probe that timed out has not returned, so that what hangs does not pile up.
/// </remarks>
public abstract class PipelineHealthCheck : IHealthCheck
{
    private static readonly TimeSpan s_defaultTimeout = TimeSpan.FromSeconds(5);

    private readonly TimeSpan _degradedAfter;
    private readonly Guard _guard;

    /// <summary>Sets the rules.</summary>
    /// <param name="degradedAfter">How long a probe may take before a healthy result becomes degraded; 0, the default, for any time.</param>
    /// <param name="timeProvider">The clock; null for the system's.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="degradedAfter"/> is negative.</exception>
    protected PipelineHealthCheck(TimeSpan degradedAfter = default, TimeProvider? timeProvider = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(degradedAfter, TimeSpan.Zero);
        _degradedAfter = degradedAfter;
        TimeProvider = timeProvider ?? TimeProvider.System;
        _guard = new Guard(TimeProvider);
    }

    /// <summary>The clock of this check.</summary>
    protected TimeProvider TimeProvider { get; }

    /// <summary>Looks once. It may throw and may block; it should stop when asked.</summary>
    /// <param name="cancellationToken">Cancelled at the time-out and when nobody waits any longer.</param>
    /// <returns>
    /// The state; <see cref="HealthStatus.Unhealthy"/> becomes the failure status of the registration. A description goes to the log, not into
    /// bodies; a word of <see cref="HealthReason"/> in the data under <see cref="HealthSignals.Reason"/> goes into bodies and events.
    /// </returns>
    protected abstract Task<HealthCheckResult> ProbeAsync(CancellationToken cancellationToken);

    /// <inheritdoc/>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> was cancelled.</exception>
    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(context);
        var failure = context.Registration.FailureStatus;
        var timeout = context.Registration.Timeout > TimeSpan.Zero ? context.Registration.Timeout : s_defaultTimeout;
        var started = TimeProvider.GetTimestamp();
        try
        {
            var result = await _guard.RunAsync(ProbeAsync, timeout, cancellationToken).ConfigureAwait(false);
            return Judge(result, failure, TimeProvider.GetElapsedTime(started));
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            throw;
        }
        catch (TimeoutException e)
        {
            return new HealthCheckResult(
                failure,
                $"No answer within {timeout.TotalSeconds:0.###} s.",
                e,
                HealthReason.Data(HealthReason.Timeout)
            );
        }
        catch (Exception e)
        {
            return new HealthCheckResult(failure, "The check failed.", e, HealthReason.Data(HealthReason.Error));
        }
    }

    private HealthCheckResult Judge(HealthCheckResult result, HealthStatus failure, TimeSpan took)
    {
        if (result.Status == HealthStatus.Unhealthy)
            return new HealthCheckResult(failure, result.Description, result.Exception, result.Data);
        if (result.Status != HealthStatus.Healthy || _degradedAfter == TimeSpan.Zero || took <= _degradedAfter)
            return result;
        return new HealthCheckResult(
            HealthStatus.Degraded,
            $"It took {took.TotalSeconds:0.###} s, more than {_degradedAfter.TotalSeconds:0.###} s.",
            data: HealthReason.Data(HealthReason.Slow)
        );
    }
}
