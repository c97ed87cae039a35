using System.Threading.RateLimiting;
using OtelPipeline.Internal;

namespace OtelPipeline.Extensions.RateLimiting;

/// <summary>Counts what became of requests, whichever kind of limiter they were made to.</summary>
internal sealed class Acquisitions(RateLimiterTelemetry telemetry)
{
    public RateLimitLease Attempted(RateLimitLease lease, int permits, bool isExempt)
    {
        if (permits > 0)
            Count(lease, isExempt);
        return lease;
    }

    public ValueTask<RateLimitLease> Asked(ValueTask<RateLimitLease> lease, int permits, bool isExempt)
    {
        if (permits == 0)
            return lease;
        if (lease.IsCompletedSuccessfully)
        {
            var now = lease.Result;
            Count(now, isExempt);
            return new(now);
        }

        // arguments out of range, a limiter that was disposed of, or a token that was cancelled before: nobody has waited
        return lease.IsCompleted || !telemetry.IsObserved ? lease : WaitAsync(lease);
    }

    private void Count(RateLimitLease lease, bool isExempt)
    {
        if (!lease.IsAcquired)
            telemetry.Rejected();
        else if (isExempt)
            telemetry.Skipped();
        else
            telemetry.Acquired();
    }

    private async ValueTask<RateLimitLease> WaitAsync(ValueTask<RateLimitLease> waiting)
    {
        // by the clock of the pipeline that waits
        var time = PipelineRun.Current?.Owner.Time ?? TimeProvider.System;
        var startedAt = time.GetTimestamp();
        try
        {
            var lease = await waiting.ConfigureAwait(false);
            if (lease.IsAcquired)
                telemetry.Queued(time.GetElapsedTime(startedAt));
            else
                telemetry.Rejected(time.GetElapsedTime(startedAt));
            return lease;
        }
        catch (OperationCanceledException)
        {
            // left out, the longest waits of a limiter that is too narrow would be missing
            telemetry.Rejected(time.GetElapsedTime(startedAt));
            throw;
        }
    }
}

/// <summary>Reads the statistics of a limiter for as long as it lives.</summary>
internal static class Statistics
{
    /// <summary>What a limiter has that never runs out.</summary>
    public const long Unlimited = long.MaxValue;

    // null ends the observation
    public static IDisposable Observe<T>(RateLimiterTelemetry telemetry, T limiter, Func<T, RateLimiterStatistics?> read)
        where T : class
    {
        var weak = new WeakReference<T>(limiter);
        return telemetry.ObserveWhile(() => Read(weak, read)?.CurrentAvailablePermits, () => Read(weak, read)?.CurrentQueuedCount);
    }

    private static RateLimiterStatistics? Read<T>(WeakReference<T> weak, Func<T, RateLimiterStatistics?> read)
        where T : class
    {
        try
        {
            return weak.TryGetTarget(out var limiter) ? read(limiter) : null;
        }
        catch (ObjectDisposedException)
        {
            return null;
        }
    }
}
