using System.Collections.Concurrent;
using System.Threading.RateLimiting;
using ContentDownload.Origin;
using OtelPipeline;
using Polly;
using Polly.CircuitBreaker;

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

/// <summary>The limiter, the breaker and the pause of one host. One line each makes the first two observable.</summary>
internal sealed class HostLimit : IDisposable
{
    private readonly RateLimiter _limiter;
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
        ).AddPipelineTelemetry(host);
        Breaker = new ResiliencePipelineBuilder<HttpResponseMessage>()
            .AddCircuitBreaker(
                new CircuitBreakerStrategyOptions<HttpResponseMessage>
                {
                    ShouldHandle = new PredicateBuilder<HttpResponseMessage>()
                        .Handle<HttpRequestException>()
                        .HandleResult(static response => (int)response.StatusCode >= 500),
                    FailureRatio = 0.5,
                    MinimumThroughput = 6,
                    SamplingDuration = TimeSpan.FromSeconds(30),
                    BreakDuration = TimeSpan.FromSeconds(2),
                    StateProvider = BreakerState,
                }
            )
            .AddPipelineTelemetry(
                host,
                static options =>
                {
                    options.Scope = CircuitScope.Host;
                    options.HasCircuitBreaker = true;
                }
            )
            .Build();
    }

    public ResiliencePipeline<HttpResponseMessage> Breaker { get; }

    public CircuitBreakerStateProvider BreakerState { get; } = new();

    /// <summary>Waits for a permit and returns how long that took.</summary>
    public async Task<TimeSpan> AcquireAsync(CancellationToken cancellationToken)
    {
        var startedAt = TimeProvider.System.GetTimestamp();
        var request = _limiter.AcquireAsync(1, cancellationToken);
        var isQueued = !request.IsCompleted;
        using var lease = await request;
        if (!lease.IsAcquired)
            throw new InvalidOperationException("Too many requests wait for the rate limiter.");
        return isQueued ? TimeProvider.System.GetElapsedTime(startedAt) : TimeSpan.Zero;
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

    public void Dispose() => _limiter.Dispose();
}
