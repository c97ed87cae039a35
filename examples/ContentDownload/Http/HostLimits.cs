using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using System.Net;
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
    private readonly Lock _pause = new();
    private TimeSpan _pausedUntil;

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

    private static TimeSpan Now => TimeProvider.System.GetElapsedTime(0);

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

    /// <summary>Takes note of the host's wish to be left alone, where that is the answer.</summary>
    public void Note(HttpResponseMessage response)
    {
        if (response is not { StatusCode: HttpStatusCode.TooManyRequests, Headers.RetryAfter.Delta: { } wait })
            return;
        lock (_pause)
            _pausedUntil = Now + wait > _pausedUntil ? Now + wait : _pausedUntil;
    }

    /// <summary>Sends when the host does not pause; after a pause a little later, so that not all come at the same moment.</summary>
    public async Task<HttpResponseMessage> SendAsync(Func<Task<HttpResponseMessage>> send, CancellationToken cancellationToken)
    {
        Task<HttpResponseMessage>? sent;
        while (!TrySend(send, out sent, out var wait))
            await Task.Delay(wait + TimeSpan.FromMilliseconds(Random.Shared.Next(50, 300)), cancellationToken);
        return await sent;
    }

    // nobody takes note of a refusal between the look at the clock and the sending
    private bool TrySend(Func<Task<HttpResponseMessage>> send, [NotNullWhen(true)] out Task<HttpResponseMessage>? sent, out TimeSpan wait)
    {
        lock (_pause)
        {
            wait = _pausedUntil - Now;
            sent = wait > TimeSpan.Zero ? null : send();
            return sent is not null;
        }
    }

    public void Dispose() => _limiter.Dispose();
}
