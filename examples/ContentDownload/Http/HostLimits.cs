using System.Collections.Concurrent;
using System.Threading.RateLimiting;
using ContentDownload.Origin;
using OtelPipeline;
using Polly;
using Polly.CircuitBreaker;
using CircuitState = OtelPipeline.CircuitState;

namespace ContentDownload.Http;

/// <summary>How each host is treated: what its quota allows, whether its circuit is closed, and until when it asked to be left alone.</summary>
internal sealed class HostLimits(Fault fault) : IDisposable
{
    private readonly ConcurrentDictionary<string, HostLimit> _hosts = new(StringComparer.Ordinal);

    public HostLimit Of(string host) => _hosts.GetOrAdd(host, static (host, fault) => new HostLimit(host, fault), fault);

    public void Dispose()
    {
        foreach (var host in _hosts.Values)
            host.Dispose();
    }
}

/// <summary>The limiter, the breaker and the pause of one host, and the telemetry of each.</summary>
internal sealed class HostLimit : IDisposable
{
    private readonly TokenBucketRateLimiter _limiter;
    private readonly RateLimiterTelemetry _limiterTelemetry;
    private readonly IDisposable _observation;
    private readonly CircuitBreakerTelemetry _breakerTelemetry;
    private long _pausedUntil;

    public HostLimit(string host, Fault fault)
    {
        var isCut = fault == Fault.LimiterDelayP95 && host == Hosts.Primary;
        _limiter = new TokenBucketRateLimiter(
            new TokenBucketRateLimiterOptions
            {
                TokenLimit = isCut ? 5 : 200,
                TokensPerPeriod = isCut ? 4 : 20,
                ReplenishmentPeriod = TimeSpan.FromMilliseconds(50),
                QueueLimit = 10_000,
                QueueProcessingOrder = QueueProcessingOrder.OldestFirst,
            }
        );
        _limiterTelemetry = new RateLimiterTelemetry(host);
        _observation = _limiterTelemetry.Observe(
            () => _limiter.GetStatistics()?.CurrentAvailablePermits ?? 0,
            () => _limiter.GetStatistics()?.CurrentQueuedCount ?? 0
        );
        _breakerTelemetry = new CircuitBreakerTelemetry(host);
        Breaker = new ResiliencePipelineBuilder<HttpResponseMessage> { Name = host }
            .AddCircuitBreaker(
                new CircuitBreakerStrategyOptions<HttpResponseMessage>
                {
                    ShouldHandle = new PredicateBuilder<HttpResponseMessage>()
                        .Handle<HttpRequestException>()
                        .HandleResult(static response => (int)response.StatusCode >= 500),
                    FailureRatio = FailureRatio,
                    MinimumThroughput = 6,
                    SamplingDuration = TimeSpan.FromSeconds(30),
                    BreakDuration = TimeSpan.FromSeconds(2),
                    StateProvider = BreakerState,
                    OnOpened = opened => Transition(CircuitState.Open, opened.BreakDuration),
                    OnHalfOpened = _ => Transition(CircuitState.HalfOpen),
                    OnClosed = _ => Transition(CircuitState.Closed),
                }
            )
            .Build();
    }

    public const double FailureRatio = 0.5;

    public ResiliencePipeline<HttpResponseMessage> Breaker { get; }

    public CircuitBreakerStateProvider BreakerState { get; } = new();

    /// <summary>Waits for a permit and returns how long that took.</summary>
    public async Task<TimeSpan> AcquireAsync(CancellationToken cancellationToken)
    {
        var startedAt = TimeProvider.System.GetTimestamp();
        var request = _limiter.AcquireAsync(1, cancellationToken);
        var isQueued = !request.IsCompleted;
        using var lease = await request;
        var waited = isQueued ? TimeProvider.System.GetElapsedTime(startedAt) : TimeSpan.Zero;
        if (!lease.IsAcquired)
        {
            _limiterTelemetry.Rejected(waited);
            throw new InvalidOperationException("Too many requests wait for the rate limiter.");
        }

        if (isQueued)
            _limiterTelemetry.Queued(waited);
        else
            _limiterTelemetry.Acquired();
        return waited;
    }

    /// <summary>The host asked to be left alone.</summary>
    public void Pause(TimeSpan length)
    {
        var until = Environment.TickCount64 + (long)length.TotalMilliseconds;
        for (var before = Volatile.Read(ref _pausedUntil); before < until; )
        {
            var seen = Interlocked.CompareExchange(ref _pausedUntil, until, before);
            if (seen == before)
                return;
            before = seen;
        }
    }

    /// <summary>Waits until the host may be asked again, and a little longer, so that not all come at the same moment.</summary>
    public async Task WaitForPauseAsync(CancellationToken cancellationToken)
    {
        while (Volatile.Read(ref _pausedUntil) - Environment.TickCount64 is var wait and > 0)
            await Task.Delay(TimeSpan.FromMilliseconds(wait + Random.Shared.Next(50, 300)), cancellationToken);
    }

    public void Dispose()
    {
        _observation.Dispose();
        _limiter.Dispose();
    }

    private ValueTask Transition(CircuitState state, TimeSpan? breakDuration = null)
    {
        _breakerTelemetry.Transition(state, CircuitScope.Host, breakDuration);
        return ValueTask.CompletedTask;
    }
}
