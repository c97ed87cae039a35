using System.Diagnostics.Metrics;

namespace OtelPipeline.Exporter.Prometheus.Tests;

/// <summary>Listens to what one exporter counts of itself.</summary>
internal sealed class ExporterCounts : IDisposable
{
    private readonly MeterListener _listener = new();
    private readonly string _component;

    public ExporterCounts(string component)
    {
        _component = component;
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Meter.Name == ExporterMetrics.MeterName)
                listener.EnableMeasurementEvents(instrument);
        };
        _listener.SetMeasurementEventCallback<long>(Record);
        _listener.SetMeasurementEventCallback<double>(RecordDuration);
        _listener.Start();
    }

    public long Exported { get; private set; }

    public long Lost { get; private set; }

    public int Collections { get; private set; }

    public HashSet<string> Errors { get; } = [];

    public void Dispose() => _listener.Dispose();

    private void Record(Instrument instrument, long value, ReadOnlySpan<KeyValuePair<string, object?>> tags, object? state)
    {
        if (!IsOurs(tags, out var error))
            return;
        if (error is null)
            Exported += value;
        else
        {
            Lost += value;
            Errors.Add(error);
        }
    }

    private void RecordDuration(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags, object? state)
    {
        if (IsOurs(tags, out _))
            Collections++;
    }

    private bool IsOurs(ReadOnlySpan<KeyValuePair<string, object?>> tags, out string? error)
    {
        error = null;
        var ours = false;
        foreach (var (key, tag) in tags)
        {
            if (key == "error.type")
                error = (string?)tag;
            ours |= key == "otel.component.name" && (string?)tag == _component;
        }

        return ours;
    }
}
