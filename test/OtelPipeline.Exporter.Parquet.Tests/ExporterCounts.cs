using System.Diagnostics.Metrics;

namespace OtelPipeline.Exporter.Parquet.Tests;

/// <summary>Listens to what one exporter, or all together, count of themselves.</summary>
internal sealed class ExporterCounts : IDisposable
{
    private readonly MeterListener _listener = new();
    private readonly Lock _lock = new();
    private readonly string? _component;

    public ExporterCounts(string? component = null)
    {
        _component = component;
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Meter.Name == ExporterMetrics.MeterName)
                listener.EnableMeasurementEvents(instrument);
        };
        _listener.SetMeasurementEventCallback<long>(Record);
        _listener.Start();
    }

    public long Written { get; private set; }

    public long Dropped { get; private set; }

    public HashSet<string> Errors { get; } = [];

    /// <summary>Waits until so many records have met their fate.</summary>
    public void WaitFor(long records)
    {
        var arrived = SpinWait.SpinUntil(() => Total >= records, TimeSpan.FromSeconds(30));
        Assert.That(arrived, $"{Total} of {records} records were written or dropped");
    }

    private long Total
    {
        get
        {
            lock (_lock)
                return Written + Dropped;
        }
    }

    private void Record(Instrument instrument, long value, ReadOnlySpan<KeyValuePair<string, object?>> tags, object? state)
    {
        string? error = null,
            component = null;
        foreach (var (key, tag) in tags)
        {
            if (key == "error.type")
                error = (string?)tag;
            if (key == "otel.component.name")
                component = (string?)tag;
        }

        if (_component is not null && component != _component || !instrument.Name.EndsWith(".exported", StringComparison.Ordinal))
            return;
        lock (_lock)
        {
            if (error is null)
                Written += value;
            else
            {
                Dropped += value;
                Errors.Add(error);
            }
        }
    }

    public void Dispose() => _listener.Dispose();
}
