namespace ContentDownload.Origin;

/// <summary>
/// The primary's quota: every so many requests it is used up, and for a second some of the answers are 429 with Retry-After. Whoever waits as long as
/// asked is welcome again.
/// </summary>
internal sealed class Quota(Fault fault)
{
    public const int RetryAfterSeconds = 1;

    private const int First = 60;

    private readonly Lock _lock = new();
    private readonly int _every = fault == Fault.Http429 ? 250 : 700;
    private readonly int _refusals = fault == Fault.Http429 ? 60 : 2;
    private int _requests;
    private int _refused;
    private long _usedUpAt;

    /// <summary>A request has come.</summary>
    public void Arrive()
    {
        lock (_lock)
        {
            if (++_requests % _every != First)
                return;
            _refused = 0;
            _usedUpAt = TimeProvider.System.GetTimestamp();
        }
    }

    /// <summary>Whether the answer to a request, which has been worked on meanwhile, is 429.</summary>
    public bool Refuses()
    {
        lock (_lock)
        {
            return _usedUpAt != 0
                && _refused < _refusals
                && TimeProvider.System.GetElapsedTime(_usedUpAt).TotalSeconds < RetryAfterSeconds
                && ++_refused > 0;
        }
    }
}
