using System.Threading.Tasks.Sources;

namespace OtelPipeline.Exporter.Prometheus.Scraping;

/// <summary>
/// One scrape that waits for a round: for its end, for the time-out or for the caller's cancellation, whichever comes first. It is used again, so
/// that waiting allocates nothing.
/// </summary>
internal sealed class Waiter : IValueTaskSource<PrometheusScrape>, IDisposable
{
    private readonly PrometheusScraper _scraper;
    private readonly ITimer _timer;
    private ManualResetValueTaskSourceCore<PrometheusScrape> _outcome = new() { RunContinuationsAsynchronously = true };
    private CancellationTokenRegistration _registration;

    public Waiter(PrometheusScraper scraper, TimeProvider time)
    {
        _scraper = scraper;

        // a timer keeps the context it is made in: that of one request, for good
        using var flow = ExecutionContext.IsFlowSuppressed() ? default(IDisposable) : ExecutionContext.SuppressFlow();
        _timer = time.CreateTimer(Expire, null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>What it waits for; null as soon as its outcome is decided. Guarded by the lock of the scraper, as are the others.</summary>
    public Round? Round { get; set; }

    public Round.Part? Part { get; set; }

    public bool Gzip { get; set; }

    public long Begun { get; set; }

    public ValueTask<PrometheusScrape> Start(TimeSpan timeout, CancellationToken cancel)
    {
        SetTimer(timeout);
        _registration = cancel.UnsafeRegister(static (state, token) => ((Waiter)state!).Cancel(token), this);
        return new ValueTask<PrometheusScrape>(this, _outcome.Version);
    }

    public void SetTimer(TimeSpan timeout) => _timer.Change(timeout, Timeout.InfiniteTimeSpan);

    public void End(PrometheusScrape scrape) => _outcome.SetResult(scrape);

    public void Dispose() => _timer.Dispose();

    public PrometheusScrape GetResult(short token)
    {
        if (_outcome.GetStatus(token) == ValueTaskSourceStatus.Pending)
            throw new InvalidOperationException("The scrape has not ended: await it.");
        try
        {
            return _outcome.GetResult(token);
        }
        finally
        {
            SetTimer(Timeout.InfiniteTimeSpan);
            _registration.Dispose();
            _outcome.Reset();
            _scraper.Return(this);
        }
    }

    public ValueTaskSourceStatus GetStatus(short token) => _outcome.GetStatus(token);

    public void OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _outcome.OnCompleted(continuation, state, token, flags);

    private void Expire(object? state)
    {
        if (_scraper.Expires(this, out var answer))
            End(answer);
    }

    private void Cancel(CancellationToken cancel)
    {
        if (_scraper.GivesUp(this))
            _outcome.SetException(new OperationCanceledException(cancel));
    }
}
