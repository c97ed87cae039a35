using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using System.Globalization;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using OtelPipeline.Signals;

namespace OtelPipeline.AspNetCore.Health.Checks;

/// <summary>
/// Listens to what exporters count of themselves (https://opentelemetry.io/docs/specs/semconv/otel/sdk-metrics/): a count with
/// <c>error.type</c> is a loss, one without is a success. It also hears the records that the SDK's batch processors had no room for.
/// </summary>
internal sealed class ExporterHealthCheck : PipelineHealthCheck, IDisposable
{
    // a process has a handful of exporters; the bound is for those who make one for each run
    private const int Limit = 100;

    private readonly ExporterHealthOptions _options;
    private readonly ConcurrentDictionary<string, Record> _exporters = new(StringComparer.Ordinal);
    private readonly Record _others = new();
    private readonly MeterListener _listener = new();

    public ExporterHealthCheck(ExporterHealthOptions options, TimeProvider time)
        : base(timeProvider: time)
    {
        _options = options;
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (
                instrument.Name.StartsWith("otel.sdk.exporter.", StringComparison.Ordinal)
                && instrument.Name.EndsWith(".exported", StringComparison.Ordinal)
            )
                listener.EnableMeasurementEvents(instrument, Exported);
            else if (
                instrument.Name.StartsWith("otel.sdk.processor.", StringComparison.Ordinal)
                && instrument.Name.EndsWith(".processed", StringComparison.Ordinal)
            )
                listener.EnableMeasurementEvents(instrument, Processed);
        };
        _listener.SetMeasurementEventCallback<long>(Hear);
        _listener.SetMeasurementEventCallback<int>((instrument, value, tags, state) => Hear(instrument, value, tags, state));
        _listener.Start();
    }

    private static object Exported { get; } = new();

    private static object Processed { get; } = new();

    public void Dispose() => _listener.Dispose();

    protected override Task<HealthCheckResult> ProbeAsync(CancellationToken cancellationToken)
    {
        foreach (var directory in _options.Directories)
        {
            if (TryWrite(directory) is { } failure)
                return Task.FromResult(
                    HealthCheckResult.Unhealthy("A directory cannot be written.", failure, HealthReason.Data(HealthReason.NotWritable))
                );
        }

        var records = _exporters.Values.Append(_others).ToArray();
        if (records.Any(r => Within(r.FailingSince, _options.MaxFailing) is false))
            return Task.FromResult(
                HealthCheckResult.Unhealthy(
                    string.Create(
                        CultureInfo.InvariantCulture,
                        $"An exporter has failed for more than {_options.MaxFailing.TotalSeconds:0.###} s without a success."
                    ),
                    data: HealthReason.Data(HealthReason.Stale)
                )
            );
        return Task.FromResult(
            records.Any(r => Within(r.LastLoss, _options.DropWindow) is true)
                ? HealthCheckResult.Degraded(
                    string.Create(
                        CultureInfo.InvariantCulture,
                        $"Telemetry was lost within the last {_options.DropWindow.TotalSeconds:0.###} s."
                    ),
                    data: HealthReason.Data(HealthReason.Dropped)
                )
                : HealthCheckResult.Healthy()
        );
    }

    // called within Counter.Add: a few comparisons, no allocation
    private void Hear(Instrument instrument, long records, ReadOnlySpan<KeyValuePair<string, object?>> tags, object? state)
    {
        var isLoss = false;
        var component = "";
        foreach (var (key, value) in tags)
        {
            if (key == PipelineAttributes.ErrorType)
                isLoss = true;
            else if (key == "otel.component.name" && value is string name)
                component = name;
        }

        if (records <= 0 || (ReferenceEquals(state, Processed) && !isLoss))
            return;
        var now = TimeProvider.GetTimestamp();
        var record = Of(component);
        if (isLoss)
            record.Lost(now, isFailure: ReferenceEquals(state, Exported));
        else
            record.Succeeded();
    }

    private Record Of(string component)
    {
        if (_exporters.TryGetValue(component, out var record))
            return record;
        return _exporters.Count < Limit ? _exporters.GetOrAdd(component, static _ => new Record()) : _others;
    }

    private bool? Within(long? timestamp, TimeSpan window) => timestamp is { } at ? TimeProvider.GetElapsedTime(at) <= window : null;

    private static Exception? TryWrite(string directory)
    {
        try
        {
            // what does not exist yet will be made: what counts is the nearest directory that does
            var existing = Path.GetFullPath(directory);
            while (!Path.Exists(existing) && Path.GetDirectoryName(existing) is { } parent)
                existing = parent;
            var probe = Path.Combine(existing, $".otelpipeline-health-{Environment.ProcessId}-{Guid.NewGuid():N}");
            using var file = new FileStream(probe, FileMode.CreateNew, FileAccess.Write, FileShare.None, 0, FileOptions.DeleteOnClose);
            file.Write("ok"u8);
            return null;
        }
        catch (Exception e)
        {
            return e;
        }
    }

    private sealed class Record
    {
        private readonly Lock _gate = new();
        private long? _lastLoss;
        private long? _failingSince;

        public long? LastLoss
        {
            get
            {
                lock (_gate)
                    return _lastLoss;
            }
        }

        public long? FailingSince
        {
            get
            {
                lock (_gate)
                    return _failingSince;
            }
        }

        public void Succeeded()
        {
            lock (_gate)
                _failingSince = null;
        }

        public void Lost(long now, bool isFailure)
        {
            lock (_gate)
            {
                _lastLoss = now;
                if (isFailure)
                    _failingSince ??= now;
            }
        }
    }
}
