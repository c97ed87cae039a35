namespace OtelPipeline.Testing;

/// <summary>
/// A clock that moves only when told to; timers fire inside <see cref="Advance"/>, in order of their due time.
/// </summary>
internal sealed class FakeTimeProvider(DateTimeOffset? start = null) : TimeProvider
{
    private readonly Lock _lock = new();
    private readonly List<FakeTimer> _timers = [];
    private DateTimeOffset _now = start ?? new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);
    private long _ticks = 1_000_000;

    private TaskCompletionSource _nextTimer = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>
    /// Completes when a timer is made after this call: code that waits by this clock may go on in another thread, and moving the clock again
    /// before it waits again would leave it waiting.
    /// </summary>
    public Task NextTimer()
    {
        lock (_lock)
            return _nextTimer.Task;
    }

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override TimeZoneInfo LocalTimeZone => TimeZoneInfo.Utc;

    public override DateTimeOffset GetUtcNow()
    {
        lock (_lock)
            return _now;
    }

    public override long GetTimestamp()
    {
        lock (_lock)
            return _ticks;
    }

    /// <summary>Sets the wall clock alone, as an administrator or NTP would; elapsed time is not affected.</summary>
    public void SetUtcNow(DateTimeOffset now)
    {
        lock (_lock)
            _now = now;
    }

    public void Advance(TimeSpan by)
    {
        long target;
        lock (_lock)
            target = _ticks + by.Ticks;
        while (true)
        {
            FakeTimer? due = null;
            lock (_lock)
            {
                foreach (var timer in _timers)
                {
                    if (timer.Due <= target && (due is null || timer.Due < due.Due))
                        due = timer;
                }

                var step = (due is null ? target : Math.Max(due.Due, _ticks)) - _ticks;
                _ticks += step;
                _now += TimeSpan.FromTicks(step);
                due?.Reschedule(_ticks);
            }

            if (due is null)
                return;
            due.Fire();
        }
    }

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new FakeTimer(this, callback, state);
        lock (_lock)
            _timers.Add(timer);
        timer.Change(dueTime, period);
        TaskCompletionSource made;
        lock (_lock)
            (made, _nextTimer) = (_nextTimer, new(TaskCreationOptions.RunContinuationsAsynchronously));
        made.SetResult();
        return timer;
    }

    private sealed class FakeTimer(FakeTimeProvider owner, TimerCallback callback, object? state) : ITimer
    {
        private TimeSpan _period = Timeout.InfiniteTimeSpan;

        public long Due { get; private set; } = long.MaxValue;

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            lock (owner._lock)
            {
                if (!owner._timers.Contains(this))
                    return false;
                Due = dueTime == Timeout.InfiniteTimeSpan ? long.MaxValue : owner._ticks + dueTime.Ticks;
                _period = period;
                return true;
            }
        }

        public void Reschedule(long now) =>
            Due = _period == Timeout.InfiniteTimeSpan || _period == TimeSpan.Zero ? long.MaxValue : now + _period.Ticks;

        public void Fire() => callback(state);

        public void Dispose()
        {
            lock (owner._lock)
                owner._timers.Remove(this);
        }

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
