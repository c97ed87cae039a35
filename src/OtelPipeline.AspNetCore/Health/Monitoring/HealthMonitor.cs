using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using OtelPipeline.Signals;

namespace OtelPipeline.AspNetCore.Health.Monitoring;

/// <summary>
/// Evaluates every check when somebody asks and also when nobody does, each on its own so that one which hangs holds up no other. It publishes
/// states as a metric and their changes as events.
/// </summary>
internal sealed class HealthMonitor : IHostedService, IDisposable
{
    private readonly CancellationTokenSource _stopping = new();
    private readonly PipelineHealthOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly MonitoredCheck[] _checks;
    private Task _loops = Task.CompletedTask;

    public HealthMonitor(
        HealthCheckService service,
        IOptions<HealthCheckServiceOptions> registrations,
        IOptions<PipelineHealthOptions> options,
        HealthMeter meter,
        ILoggerFactory loggers,
        TimeProvider? time = null
    )
    {
        _options = options.Value;
        _time = time ?? TimeProvider.System;
        _logger = loggers.CreateLogger(PipelineSources.LoggerCategory);
        _checks = [.. registrations.Value.Registrations.Select(r => new MonitoredCheck(r, service, _time, WriteChange, _stopping.Token))];
        meter.Meter.CreateObservableUpDownCounter(
            HealthSignals.Status,
            () => _checks.SelectMany(static check => check.Measure()),
            "1",
            "State of health checks, 1 for the current one"
        );
    }

    /// <summary>The states of all checks, or of those that readiness depends on; shared, and no older than the cache allows.</summary>
    public async Task<CheckState[]> EvaluateAsync(bool readiness, CancellationToken cancel)
    {
        var asked = _checks.Where(c => !readiness || _options.ReadyTag is not { } tag || c.Registration.Tags.Contains(tag));
        var evaluations = asked.Select(c => c.EvaluateAsync(_options.CacheDuration)).ToArray();
        return await Task.WhenAll(evaluations).WaitAsync(cancel).ConfigureAwait(false);
    }

    public Task StartAsync(CancellationToken cancellationToken)
    {
        using (ExecutionContext.SuppressFlow())
            _loops = Task.WhenAll(_checks.Select(check => Task.Run(() => WatchAsync(check), CancellationToken.None)));
        return Task.CompletedTask;
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        await _stopping.CancelAsync().ConfigureAwait(false);
        await _loops.WaitAsync(cancellationToken).ConfigureAwait(false);
    }

    public void Dispose()
    {
        if (!_stopping.IsCancellationRequested)
            _stopping.Cancel();
        _stopping.Dispose();
    }

    private async Task WatchAsync(MonitoredCheck check)
    {
        var stop = _stopping.Token;
        try
        {
            using var timer = new PeriodicTimer(check.Registration.Period ?? _options.Period, _time);
            if (check.Registration.Delay is { } delay)
                await Task.Delay(delay, _time, stop).ConfigureAwait(false);
            do
            {
                await check.EvaluateAsync(_options.CacheDuration).WaitAsync(stop).ConfigureAwait(false);
            } while (await timer.WaitForNextTickAsync(stop).ConfigureAwait(false));
        }
        catch (OperationCanceledException)
        {
            // the host stops
        }
    }

    private void WriteChange(CheckState? previous, CheckState state)
    {
        try
        {
            var level = state.Status switch
            {
                HealthStatus.Healthy => LogLevel.Information,
                HealthStatus.Degraded => LogLevel.Warning,
                _ => LogLevel.Error,
            };
            if (!_logger.IsEnabled(level))
                return;
            var attributes = new List<KeyValuePair<string, object?>>(6)
            {
                new(HealthSignals.CheckName, state.Name),
                new(HealthSignals.State, CheckState.Word(state.Status)),
                new(HealthSignals.Duration, state.Duration.TotalSeconds),
            };
            if (previous is not null)
                attributes.Add(new(HealthSignals.PreviousState, CheckState.Word(previous.Status)));
            if (state.Reason is not null)
                attributes.Add(new(HealthSignals.Reason, state.Reason));
            if (state.ErrorType is not null)
                attributes.Add(new(PipelineAttributes.ErrorType, state.ErrorType));
            var why = state.Reason is null ? "" : $": {state.Reason}";
            var message = $"Health check {state.Name} is {CheckState.Word(state.Status)}{why}";
            _logger.Log(level, HealthSignals.StateChange, attributes, null, (_, _) => message);
        }
        catch (Exception e)
        {
            HealthEventSource.Log.EventNotWritten(state.Name, e);
        }
    }
}
