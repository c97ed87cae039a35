using System.Threading.RateLimiting;

namespace OtelPipeline.Extensions.RateLimiting;

/// <summary>A rate limiter whose requests are counted.</summary>
internal sealed class ObservedRateLimiter : RateLimiter
{
    private readonly RateLimiter _limiter;
    private readonly Acquisitions _acquisitions;
    private readonly IDisposable? _observation;

    public ObservedRateLimiter(RateLimiter limiter, RateLimiterTelemetry telemetry)
    {
        _limiter = limiter;
        _acquisitions = new Acquisitions(telemetry);
        IsExempt = limiter.GetStatistics()?.CurrentAvailablePermits == Statistics.Unlimited;
        if (!IsExempt)
            _observation = Statistics.Observe(telemetry, this, static l => l.GetStatistics());
    }

    public override TimeSpan? IdleDuration => _limiter.IdleDuration;

    private bool IsExempt { get; }

    public override RateLimiterStatistics? GetStatistics() => _limiter.GetStatistics();

    protected override RateLimitLease AttemptAcquireCore(int permitCount) =>
        _acquisitions.Attempted(_limiter.AttemptAcquire(permitCount), permitCount, IsExempt);

    protected override ValueTask<RateLimitLease> AcquireAsyncCore(int permitCount, CancellationToken cancellationToken) =>
        _acquisitions.Asked(_limiter.AcquireAsync(permitCount, cancellationToken), permitCount, IsExempt);

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
}

/// <summary>The same for a limiter that replenishes its permits: partitioned limiters look for that type, and call it in turns.</summary>
internal sealed class ObservedReplenishingRateLimiter : ReplenishingRateLimiter
{
    private readonly ReplenishingRateLimiter _limiter;
    private readonly Acquisitions _acquisitions;
    private readonly IDisposable _observation;

    public ObservedReplenishingRateLimiter(ReplenishingRateLimiter limiter, RateLimiterTelemetry telemetry)
    {
        _limiter = limiter;
        _acquisitions = new Acquisitions(telemetry);
        _observation = Statistics.Observe(telemetry, this, static l => l.GetStatistics());
    }

    public override TimeSpan? IdleDuration => _limiter.IdleDuration;

    public override bool IsAutoReplenishing => _limiter.IsAutoReplenishing;

    public override TimeSpan ReplenishmentPeriod => _limiter.ReplenishmentPeriod;

    public override bool TryReplenish() => _limiter.TryReplenish();

    public override RateLimiterStatistics? GetStatistics() => _limiter.GetStatistics();

    protected override RateLimitLease AttemptAcquireCore(int permitCount) =>
        _acquisitions.Attempted(_limiter.AttemptAcquire(permitCount), permitCount, isExempt: false);

    protected override ValueTask<RateLimitLease> AcquireAsyncCore(int permitCount, CancellationToken cancellationToken) =>
        _acquisitions.Asked(_limiter.AcquireAsync(permitCount, cancellationToken), permitCount, isExempt: false);

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _observation.Dispose();
            _limiter.Dispose();
        }

        base.Dispose(disposing);
    }

    protected override async ValueTask DisposeAsyncCore()
    {
        _observation.Dispose();
        await _limiter.DisposeAsync().ConfigureAwait(false);
        await base.DisposeAsyncCore().ConfigureAwait(false);
    }
}
