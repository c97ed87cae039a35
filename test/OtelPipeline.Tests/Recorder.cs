using System.Collections.Concurrent;
using System.Diagnostics;
using System.Diagnostics.Metrics;
using Microsoft.Extensions.Logging;
using OtelPipeline.Signals;

namespace OtelPipeline.Tests;

/// <summary>Listens to everything that core emits, with nothing but the base library: spans, measurements and events.</summary>
internal sealed class Recorder : ILoggerFactory, ILogger
{
    private readonly ActivityListener _activities;
    private readonly MeterListener _meters = new();
    private readonly ConcurrentQueue<Activity> _spans = [];
    private readonly ConcurrentQueue<Measured> _measurements = [];
    private readonly ConcurrentQueue<Written> _events = [];

    public Recorder(bool isTracing = true, bool isMetering = true, bool withExporters = false)
    {
        _activities = new ActivityListener
        {
            ShouldListenTo = source => isTracing && source.Name is PipelineSources.ActivitySource or "User",
            Sample = (ref ActivityCreationOptions<ActivityContext> options) =>
                Samples(options.Name) ? ActivitySamplingResult.AllDataAndRecorded : ActivitySamplingResult.None,
            ActivityStopped = _spans.Enqueue,
        };
        ActivitySource.AddActivityListener(_activities);
        _meters.InstrumentPublished = (instrument, listener) =>
        {
            if (
                isMetering
                && (
                    instrument.Meter.Name == PipelineSources.Meter
                    || withExporters && instrument.Meter.Name.StartsWith("OtelPipeline.Exporter.", StringComparison.Ordinal)
                )
            )
                listener.EnableMeasurementEvents(instrument);
        };
        _meters.SetMeasurementEventCallback<long>((i, v, tags, _) => _measurements.Enqueue(new(i, v, tags.ToArray())));
        _meters.SetMeasurementEventCallback<double>((i, v, tags, _) => _measurements.Enqueue(new(i, v, tags.ToArray())));
        _meters.Start();
    }

    public Func<string, bool> Samples { get; set; } = static _ => true;

    public LogLevel MinimumLevel { get; set; } = LogLevel.Trace;

    public IReadOnlyList<Activity> Spans => [.. _spans];

    public IReadOnlyList<Measured> Measurements => [.. _measurements];

    public IReadOnlyList<Written> Events => [.. _events];

    public Activity Span(string name) => _spans.Single(s => s.DisplayName == name);

    public IEnumerable<Measured> Of(string metric) => _measurements.Where(m => m.Name == metric);

    public IEnumerable<Written> Named(EventId id) => _events.Where(e => e.Id == id);

    public void Observe() => _meters.RecordObservableInstruments();

    public ILogger CreateLogger(string categoryName)
    {
        Assert.That(categoryName, Is.EqualTo(PipelineSources.LoggerCategory));
        return this;
    }

    public bool IsEnabled(LogLevel logLevel) => logLevel >= MinimumLevel;

    public void Log<TState>(
        LogLevel logLevel,
        EventId eventId,
        TState state,
        Exception? exception,
        Func<TState, Exception?, string> formatter
    ) =>
        _events.Enqueue(
            new(
                logLevel,
                eventId,
                formatter(state, exception),
                ((IReadOnlyList<KeyValuePair<string, object?>>)(object)state!).ToDictionary(),
                exception,
                Activity.Current
            )
        );

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public void AddProvider(ILoggerProvider provider) { }

    public void Dispose()
    {
        _activities.Dispose();
        _meters.Dispose();
    }

    internal sealed record Measured(Instrument Instrument, double Value, KeyValuePair<string, object?>[] Tags)
    {
        public string Name => Instrument.Name;

        public object? this[string key] => Tags.SingleOrDefault(t => t.Key == key).Value;
    }

    internal sealed record Written(
        LogLevel Level,
        EventId Id,
        string Message,
        Dictionary<string, object?> Attributes,
        Exception? Exception,
        Activity? Current
    );
}
