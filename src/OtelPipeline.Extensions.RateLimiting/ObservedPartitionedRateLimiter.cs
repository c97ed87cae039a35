using System.Threading.RateLimiting;
using OtelPipeline.Internal;

namespace OtelPipeline.Extensions.RateLimiting;

/// <summary>A partitioned rate limiter whose requests are counted.</summary>
internal sealed class ObservedPartitionedRateLimiter<TResource> : PartitionedRateLimiter<TResource>
{
    private readonly PartitionedRateLimiter<TResource> _limiter;
    private readonly Acquisitions _acquisitions;
    private readonly Func<TResource, bool>? _isExempt;
    private readonly TResource[] _partitions;
    private readonly IDisposable? _observation;

    public ObservedPartitionedRateLimiter(
        PartitionedRateLimiter<TResource> limiter,
        RateLimiterTelemetry telemetry,
        Func<TResource, bool>? isExempt,
        TResource[]? partitions
    )
    {
        _limiter = limiter;
        _acquisitions = new Acquisitions(telemetry);
        _isExempt = isExempt;
        _partitions = partitions ?? [];
        if (_partitions.Length > 0)
            _observation = Statistics.Observe(telemetry, this, static l => l.Sum());
    }

    public override RateLimiterStatistics? GetStatistics(TResource resource) => _limiter.GetStatistics(resource);

    protected override RateLimitLease AttemptAcquireCore(TResource resource, int permitCount) =>
        _acquisitions.Attempted(_limiter.AttemptAcquire(resource, permitCount), permitCount, IsExempt(resource));

    protected override ValueTask<RateLimitLease> AcquireAsyncCore(
        TResource resource,
        int permitCount,
        CancellationToken cancellationToken
    ) => _acquisitions.Asked(_limiter.AcquireAsync(resource, permitCount, cancellationToken), permitCount, IsExempt(resource));

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _observation?.Dispose();
            _limiter.Dispose();
        }

        base.Dispose(disposing);
    }

    protected override async ValueTask DisposeAsyncCore()
    {
        _observation?.Dispose();
        await _limiter.DisposeAsync().ConfigureAwait(false);
        await base.DisposeAsyncCore().ConfigureAwait(false);
    }

    private bool IsExempt(TResource resource)
    {
        try
        {
            return _isExempt is not null && _isExempt(resource);
        }
        catch (Exception e)
        {
            // the lease that the caller waits for must not be lost over a word on a metric
            PipelineEventSource.Report("the question whether a request is exempt", e);
            return false;
        }
    }

    private RateLimiterStatistics Sum()
    {
        long permits = 0;
        long queue = 0;
        foreach (var partition in _partitions)
        {
            if (_limiter.GetStatistics(partition) is not { CurrentAvailablePermits: not Statistics.Unlimited } statistics)
                continue;
            permits += statistics.CurrentAvailablePermits;
            queue += statistics.CurrentQueuedCount;
        }

        return new RateLimiterStatistics { CurrentAvailablePermits = permits, CurrentQueuedCount = queue };
    }
}
