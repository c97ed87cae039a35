using System.Diagnostics.Metrics;

namespace OtelPipeline.Exporter.Jsonl.Tests;

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
        _listener.Start();
    }

    public long Written { get; private set; }

    public long Dropped { get; private set; }

    public HashSet<string> Errors { get; } = [];

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

        if (component != _component || !instrument.Name.EndsWith(".exported", StringComparison.Ordinal))
            return;
        if (error is null)
            Written += value;
        else
        {
            Dropped += value;
            Errors.Add(error);
        }
    }

    public void Dispose() => _listener.Dispose();
}
