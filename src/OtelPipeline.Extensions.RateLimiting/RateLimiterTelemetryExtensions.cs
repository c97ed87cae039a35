using OtelPipeline;
using OtelPipeline.Extensions.RateLimiting;

namespace System.Threading.RateLimiting;

/// <summary>Reports what rate limiters do.</summary>
public static class RateLimiterTelemetryExtensions
{
    /// <summary>
    /// Reports every acquisition with its wait, rejections, and the permits and the queue that the limiter has. What is asked of the result is asked of
    /// <paramref name="limiter"/>; use the result from here on, for only what goes through it is counted. It is a <see cref="ReplenishingRateLimiter"/>
    /// where the limiter is one. Disposing of it disposes of the limiter.
    /// </summary>
    /// <remarks>
    /// A request that is cancelled while it waits counts as rejected. Requests for no permits, which only look, are not counted. A limiter that never
    /// runs out (<see cref="RateLimitPartition.GetNoLimiter{TKey}"/>) counts its requests as skipped.
    /// </remarks>
    /// <param name="limiter">The limiter.</param>
    /// <param name="name">Name of the limiter, such as <c>api.crossref</c>, of low cardinality. Limiters of one name add up.</param>
    /// <param name="role">What its requests are for, such as <c>metadata</c>, of low cardinality, or null.</param>
    /// <param name="telemetry">What to report to instead of a new <see cref="RateLimiterTelemetry"/> of this name and role, or null.</param>
    /// <exception cref="ArgumentException"><paramref name="name"/> is null, empty or white space, or <paramref name="role"/> is empty or white space.</exception>
    /// <exception cref="ArgumentNullException"><paramref name="limiter"/> is null.</exception>
    public static RateLimiter AddPipelineTelemetry(
        this RateLimiter limiter,
        string name,
        string? role = null,
        RateLimiterTelemetry? telemetry = null
    )
    {
        ArgumentNullException.ThrowIfNull(limiter);
        telemetry ??= new RateLimiterTelemetry(name, role);
        return limiter is ReplenishingRateLimiter replenishing
            ? new ObservedReplenishingRateLimiter(replenishing, telemetry)
            : new ObservedRateLimiter(limiter, telemetry);
    }

    /// <summary>
    /// Reports every acquisition with its wait, and rejections, whatever the partition. What is asked of the result is asked of <paramref name="limiter"/>;
    /// use the result from here on, for only what goes through it is counted. Disposing of it disposes of the limiter.
    /// </summary>
    /// <remarks>
    /// A partitioned limiter does not say which partitions it has. Its permits and queue are the sums over <paramref name="partitions"/>. To have them of
    /// partitions that are not known beforehand, leave this away and observe the limiter of each partition where it is made:
    /// <c>RateLimitPartition.Get(host, host => new TokenBucketRateLimiter(options).AddPipelineTelemetry("api"))</c>.
    /// </remarks>
    /// <param name="limiter">The limiter.</param>
    /// <param name="name">Name of the limiter, of low cardinality. Limiters of one name add up.</param>
    /// <param name="role">What its requests are for, such as <c>metadata</c>, of low cardinality, or null.</param>
    /// <param name="isExempt">Which resources are exempt from the limit, so that their requests count as skipped; null for none.</param>
    /// <param name="partitions">A resource of each partition whose statistics are reported; null for none.</param>
    /// <param name="telemetry">What to report to instead of a new <see cref="RateLimiterTelemetry"/> of this name and role, or null.</param>
    /// <exception cref="ArgumentException"><paramref name="name"/> is null, empty or white space, or <paramref name="role"/> is empty or white space.</exception>
    /// <exception cref="ArgumentNullException"><paramref name="limiter"/> is null.</exception>
    public static PartitionedRateLimiter<TResource> AddPipelineTelemetry<TResource>(
        this PartitionedRateLimiter<TResource> limiter,
        string name,
        string? role = null,
        Func<TResource, bool>? isExempt = null,
        IEnumerable<TResource>? partitions = null,
        RateLimiterTelemetry? telemetry = null
    )
    {
        ArgumentNullException.ThrowIfNull(limiter);
        telemetry ??= new RateLimiterTelemetry(name, role);
        return new ObservedPartitionedRateLimiter<TResource>(limiter, telemetry, isExempt, partitions?.ToArray());
    }
}
