using System.Collections.Concurrent;
using System.Diagnostics.Metrics;

namespace OtelPipeline.OpenTelemetry.Internal;

/// <summary>
/// Knows what was handed to the SDK and what its processors have finished with, so that a shutdown can say what was lost. It listens to the
/// SDK's own metrics (https://opentelemetry.io/docs/specs/semconv/otel/sdk-metrics/).
/// </summary>
internal sealed class DeliveryLedger : IDisposable
{
    /// <summary>The meter on which the SDK counts what its processors have finished with or dropped.</summary>
    public const string SdkMeter = "otel.sdk.experimental";

    public const int Spans = 0;
    public const int Logs = 1;

    private readonly long[] _offered = new long[2];
    private readonly ConcurrentDictionary<string, long>[] _finished = [new(StringComparer.Ordinal), new(StringComparer.Ordinal)];
    private readonly MeterListener _listener = new();

    public DeliveryLedger()
    {
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Meter.Name != SdkMeter)
                return;
            if (instrument.Name == "otel.sdk.processor.span.processed")
                listener.EnableMeasurementEvents(instrument, _finished[Spans]);
            else if (instrument.Name == "otel.sdk.processor.log.processed")
                listener.EnableMeasurementEvents(instrument, _finished[Logs]);
        };
        _listener.SetMeasurementEventCallback<long>(
            static (_, count, tags, state) => Finished((ConcurrentDictionary<string, long>)state!, count, tags)
        );
        _listener.Start();
    }

    public void Offered(int signal) => Interlocked.Increment(ref _offered[signal]);

    /// <summary>
    /// What the slowest processor has not delivered. A processor that never finished anything is not heard of: where a flush failed although
    /// all others are done, it is taken to hold everything.
    /// </summary>
    public long Outstanding(int signal, bool flushed)
    {
        var offered = Volatile.Read(ref _offered[signal]);
        var finished = _finished[signal];
        var missing = finished.IsEmpty ? 0 : Math.Max(0, offered - finished.Values.Min());
        return missing == 0 && !flushed ? offered : missing;
    }

    public void Dispose() => _listener.Dispose();

    private static void Finished(ConcurrentDictionary<string, long> finished, long count, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        var component = "";
        foreach (var (key, value) in tags)
        {
            // dropped because the queue was full or shut down: finished with, but not delivered
            if (key == "error.type" && value is not null)
                return;
            if (key == "otel.component.name")
                component = value as string ?? "";
        }

        finished.AddOrUpdate(component, static (_, c) => c, static (_, sum, c) => sum + c, count);
    }
}
