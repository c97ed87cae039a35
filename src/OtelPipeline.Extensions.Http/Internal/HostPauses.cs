using System.Net;
using System.Runtime.CompilerServices;

namespace OtelPipeline.Extensions.Http.Internal;

/// <summary>
/// Until when hosts asked to be left alone (Retry-After, https://www.rfc-editor.org/rfc/rfc9110#section-10.2.3), by one clock: all clients of the
/// process share it.
/// </summary>
internal sealed class HostPauses
{
    private const int Limit = 1_000;

    // timers fire by a coarser clock than the one that measures
    private static readonly TimeSpan s_tolerance = TimeSpan.FromMilliseconds(15);

    private static readonly ConditionalWeakTable<TimeProvider, HostPauses> s_byClock = [];

    private readonly Dictionary<(string Host, int Port), (long Since, TimeSpan Length)> _pauses = [];

    // most of the time nobody has asked for anything, and no request shall wait for another to learn that
    private volatile bool _isEmpty = true;

    public static HostPauses Of(TimeProvider clock) => s_byClock.GetValue(clock, static _ => new HostPauses());

    /// <summary>What a response asks for, or null.</summary>
    public static TimeSpan? AskedFor(HttpResponseMessage response, TimeProvider clock)
    {
        if (response.StatusCode is not (HttpStatusCode.TooManyRequests or HttpStatusCode.ServiceUnavailable))
            return null;
        var wait = response.Headers.RetryAfter switch
        {
            { Delta: { } delta } => delta,
            { Date: { } date } => date - clock.GetUtcNow(),
            _ => (TimeSpan?)null,
        };
        return wait < TimeSpan.Zero ? TimeSpan.Zero : wait;
    }

    public void Ask(Uri uri, TimeSpan length, TimeProvider clock)
    {
        var host = (uri.IdnHost, uri.Port);
        lock (_pauses)
        {
            // who asks for a second does not take back the minute that was asked for before
            if (_pauses.TryGetValue(host, out var pause) && pause.Length - clock.GetElapsedTime(pause.Since) > length)
                return;
            if (_pauses.Count >= Limit)
                Forget(clock);
            if (_pauses.Count < Limit)
                _pauses[host] = (clock.GetTimestamp(), length);
            _isEmpty = _pauses.Count == 0;
        }
    }

    /// <summary>Whether a request to this host that starts now comes too early.</summary>
    public bool IsPaused(Uri uri, TimeProvider clock)
    {
        if (_isEmpty)
            return false;
        lock (_pauses)
        {
            if (!_pauses.TryGetValue((uri.IdnHost, uri.Port), out var pause))
                return false;
            if (!IsOver(pause, clock))
                return true;
            _pauses.Remove((uri.IdnHost, uri.Port));
            _isEmpty = _pauses.Count == 0;
            return false;
        }
    }

    private void Forget(TimeProvider clock)
    {
        foreach (var (host, pause) in _pauses)
        {
            if (IsOver(pause, clock))
                _pauses.Remove(host);
        }
    }

    private static bool IsOver((long Since, TimeSpan Length) pause, TimeProvider clock) =>
        clock.GetElapsedTime(pause.Since) + s_tolerance >= pause.Length;
}
