using System.Diagnostics.Metrics;

namespace OtelPipeline.Slo.Live;

/// <summary>Listens to the instruments that objectives are about, beside the SDK: it sees tags before views and the cardinality limit do.</summary>
internal sealed class MeasurementFeed : IDisposable
{
    private readonly MeterListener _listener = new();
    private readonly SloMonitor _monitor;

    public MeasurementFeed(SloMonitor monitor, IReadOnlyCollection<string> instruments)
    {
        _monitor = monitor;
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (instruments.Contains(instrument.Name) && KindOf(instrument) is { } isCounter)
                listener.EnableMeasurementEvents(instrument, isCounter);
        };
        Listen<double>(static v => v);
        Listen<long>(static v => v);
        Listen<int>(static v => v);
        Listen<float>(static v => v);
        Listen<short>(static v => v);
        Listen<byte>(static v => v);
        Listen<decimal>(static v => (double)v);
        _listener.Start();
    }

    /// <summary>Asks gauges for their values.</summary>
    public void Poll() => _listener.RecordObservableInstruments();

    public void Dispose() => _listener.Dispose();

    private static readonly object Counter = true;
    private static readonly object Value = false;

    // the sums of observable counters and of up-down counters are not what was measured
    private static object? KindOf(Instrument instrument)
    {
        var type = instrument.GetType();
        if (!type.IsGenericType)
            return null;
        var definition = type.GetGenericTypeDefinition();
        if (definition == typeof(Counter<>))
            return Counter;
        if (definition == typeof(Histogram<>) || definition == typeof(Gauge<>) || definition == typeof(ObservableGauge<>))
            return Value;
        SloEventSource.Log.Warning(
            $"The instrument '{instrument.Name}' is a {definition.Name}: an objective needs a counter, a histogram or a gauge."
        );
        return null;
    }

    private void Listen<T>(Func<T, double> convert)
        where T : struct =>
        _listener.SetMeasurementEventCallback<T>(
            (instrument, value, tags, state) =>
                _monitor.OnMeasurement(instrument.Name, convert(value), tags, ReferenceEquals(state, Counter))
        );
}
