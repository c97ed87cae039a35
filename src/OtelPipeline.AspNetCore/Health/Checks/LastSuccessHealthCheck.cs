using System.Diagnostics.Metrics;
using System.Globalization;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using OtelPipeline.Internal;
using OtelPipeline.Signals;

namespace OtelPipeline.AspNetCore.Health.Checks;

/// <summary>Settings of the check of a pipeline's last success.</summary>
public sealed class LastSuccessHealthOptions : PipelineHealthCheckOptions
{
    /// <summary>
    /// How old the last success may be; before the first, the time since the check was made counts. Range: 1 s to 10 years.
    /// Default: 25 hours, for a daily run.
    /// </summary>
    public TimeSpan MaxAge { get; set; } = TimeSpan.FromHours(25);

    internal override void Bind(OptionsSection section)
    {
        base.Bind(section);
        section.Read(nameof(MaxAge), (TimeSpan v) => MaxAge = v);
    }

    internal override void Validate(OptionErrors errors)
    {
        base.Validate(errors);
        errors.Range(nameof(MaxAge), MaxAge, TimeSpan.FromSeconds(1), TimeSpan.FromDays(3650));
    }
}

/// <summary>Reads when a pipeline last succeeded from the metric that says so.</summary>
internal sealed class LastSuccessHealthCheck : PipelineHealthCheck, IDisposable
{
    private readonly string _pipeline;
    private readonly LastSuccessHealthOptions _options;
    private readonly long _created;
    private readonly Lock _gate = new();
    private readonly MeterListener _listener = new();
    private double? _lastSuccess;

    public LastSuccessHealthCheck(string pipeline, LastSuccessHealthOptions options, TimeProvider time)
        : base(timeProvider: time)
    {
        _pipeline = pipeline;
        _options = options;
        _created = time.GetTimestamp();
        _listener.InstrumentPublished = static (instrument, listener) =>
        {
            if (instrument.Meter.Name == PipelineSources.Meter && instrument.Name == PipelineMetrics.RunLastSuccess)
                listener.EnableMeasurementEvents(instrument);
        };
        _listener.SetMeasurementEventCallback<double>((_, seconds, tags, _) => Hear(seconds, tags));
        _listener.Start();
    }

    public void Dispose() => _listener.Dispose();

    protected override Task<HealthCheckResult> ProbeAsync(CancellationToken cancellationToken)
    {
        double? last;
        lock (_gate)
        {
            _listener.RecordObservableInstruments();
            last = _lastSuccess;
        }

        // compared with a moment of the wall clock, for that is what the metric holds
        var age = last is { } seconds
            ? TimeProvider.GetUtcNow() - DateTimeOffset.UnixEpoch.AddSeconds(seconds)
            : TimeProvider.GetElapsedTime(_created);
        if (age <= _options.MaxAge)
            return Task.FromResult(HealthCheckResult.Healthy());
        var (text, reason) = last is null ? ("No run has succeeded", HealthReason.NoSuccess) : ("The last success was", HealthReason.Stale);
        return Task.FromResult(
            HealthCheckResult.Unhealthy(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"{text} for {age.TotalSeconds:0} s, longer than {_options.MaxAge.TotalSeconds:0} s."
                ),
                data: HealthReason.Data(reason)
            )
        );
    }

    private void Hear(double seconds, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        foreach (var (key, value) in tags)
        {
            if (key == PipelineAttributes.PipelineName && value is string name && name == _pipeline)
                _lastSuccess = seconds;
        }
    }
}
