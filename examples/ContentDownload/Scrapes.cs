using System.Diagnostics.Metrics;

namespace ContentDownload;

/// <summary>Counts how often Prometheus comes, by what the exporter says of itself.</summary>
internal sealed class Scrapes : IDisposable
{
    private readonly MeterListener _listener = new();
    private readonly TaskCompletionSource _enough = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _missing;

    public Scrapes(int wanted)
    {
        _missing = wanted;
        _listener.InstrumentPublished = static (instrument, listener) =>
        {
            if (instrument is { Meter.Name: "OtelPipeline.Exporter.Prometheus", Name: "otel.sdk.metric_reader.collection.duration" })
                listener.EnableMeasurementEvents(instrument);
        };
        _listener.SetMeasurementEventCallback<double>(
            (_, _, _, _) =>
            {
                if (Interlocked.Decrement(ref _missing) == 0)
                    _enough.SetResult();
            }
        );
        _listener.Start();
    }

    /// <summary>Ends when it has come as often as wanted.</summary>
    public Task Enough => _enough.Task;

    public void Dispose() => _listener.Dispose();
}
