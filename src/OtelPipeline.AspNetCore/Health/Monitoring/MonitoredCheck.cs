using System.Diagnostics.Metrics;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace OtelPipeline.AspNetCore.Health.Monitoring;

/// <summary>One registered check: its last result, and its evaluation, which everybody who asks at the same time shares.</summary>
internal sealed class MonitoredCheck
{
    // a check that honours its token gets the chance to say more than "time-out"
    private static readonly TimeSpan s_grace = TimeSpan.FromSeconds(1);

    private static readonly HealthStatus[] s_statuses = [HealthStatus.Healthy, HealthStatus.Degraded, HealthStatus.Unhealthy];

    private readonly HealthCheckService _service;
    private readonly TimeProvider _time;
    private readonly Action<CheckState?, CheckState> _changed;
    private readonly CancellationToken _stopping;
    private readonly Guard _guard;
    private readonly KeyValuePair<string, object?>[][] _tags;
    private readonly Lock _gate = new();
    private CheckState? _last;
    private Task<CheckState>? _running;

    public MonitoredCheck(
        HealthCheckRegistration registration,
        HealthCheckService service,
        TimeProvider time,
        Action<CheckState?, CheckState> changed,
        CancellationToken stopping
    )
    {
        Registration = registration;
        _service = service;
        _time = time;
        _changed = changed;
        _stopping = stopping;
        _guard = new Guard(time);
        _tags =
        [
            .. s_statuses.Select(status =>
                new KeyValuePair<string, object?>[]
                {
                    new(HealthSignals.CheckName, registration.Name),
                    new(HealthSignals.State, CheckState.Word(status)),
                }
            ),
        ];
    }

    public HealthCheckRegistration Registration { get; }

    /// <summary>A result no older than <paramref name="maxAge"/>. Never throws.</summary>
    public Task<CheckState> EvaluateAsync(TimeSpan maxAge)
    {
        lock (_gate)
        {
            if (_running is { } running)
                return running;
            if (_last is { } last && _time.GetElapsedTime(last.At) < maxAge)
                return Task.FromResult(last);

            // the request that happens to be first must not become the parent of what everybody gets
            using (ExecutionContext.SuppressFlow())
                return _running = Task.Run(RunAsync, CancellationToken.None);
        }
    }

    /// <summary>One measurement for each state, 1 for the current one; none before the first result.</summary>
    public IEnumerable<Measurement<long>> Measure()
    {
        CheckState? last;
        lock (_gate)
            last = _last;
        for (var i = 0; last is not null && i < s_statuses.Length; i++)
            yield return new Measurement<long>(last.Status == s_statuses[i] ? 1 : 0, _tags[i]);
    }

    private async Task<CheckState> RunAsync()
    {
        var started = _time.GetTimestamp();
        HealthReportEntry entry;
        try
        {
            var report = await _guard
                .RunAsync(
                    cancel => _service.CheckHealthAsync(registration => ReferenceEquals(registration, Registration), cancel),
                    Registration.Timeout + s_grace,
                    _stopping
                )
                .ConfigureAwait(false);
            entry = report.Entries.Values.First();
        }
        catch (Exception e)
        {
            // a check of another library that ignores its token, one that cannot be made, or the end of the process
            entry = new HealthReportEntry(Registration.FailureStatus, null, default, e, null);
        }

        var ended = _time.GetTimestamp();
        var state = new CheckState(
            Registration.Name,
            entry.Status,
            HealthReason.Of(entry),
            entry.Exception?.GetType().FullName,
            _time.GetElapsedTime(started, ended),
            ended
        );
        CheckState? previous;
        lock (_gate)
        {
            previous = _last;

            // what fails because the process ends says nothing of the check
            if (!_stopping.IsCancellationRequested)
                _last = state;
        }

        // before the next evaluation can start, so that events keep their order
        if (!_stopping.IsCancellationRequested && (previous?.Status ?? HealthStatus.Healthy) != state.Status)
            _changed(previous, state);
        lock (_gate)
            _running = null;
        return state;
    }
}
