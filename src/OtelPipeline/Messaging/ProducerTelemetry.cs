using System.Diagnostics;
using OtelPipeline.Internal;
using OtelPipeline.Signals;

namespace OtelPipeline;

/// <summary>What a producer of messages does: a long-lived, thread-safe object for each destination.</summary>
/// <remarks>Follows <see href="https://opentelemetry.io/docs/specs/semconv/messaging/"/>.</remarks>
public sealed class ProducerTelemetry
{
    private readonly TimedOperation _send;
    private readonly TimedOperation _flush;
    private readonly KeyValuePair<string, object?>[] _destinationTag;

    /// <summary>Makes the telemetry of a producer.</summary>
    /// <param name="system">The messaging system, such as <c>kafka</c>.</param>
    /// <param name="destination">Name of the topic or queue, of low cardinality; the first 1,000 of a process are on metrics as they are, later ones as <c>_other</c>.</param>
    /// <exception cref="ArgumentException">A parameter is null, empty or white space.</exception>
    public ProducerTelemetry(string system, string destination)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(system);
        ArgumentException.ThrowIfNullOrWhiteSpace(destination);
        _destinationTag = [new(PipelineAttributes.MessagingDestinationName, MessagingInstruments.Destinations.Fold(destination))];
        _send = MessagingInstruments.Operation(
            system,
            destination,
            null,
            "send",
            "send",
            ActivityKind.Producer,
            MessagingInstruments.OperationDuration,
            MessagingInstruments.Sent,
            MessagingInstruments.BatchSize,
            MessagingInstruments.ProducerIo
        );
        _flush = MessagingInstruments.Operation(
            system,
            destination,
            null,
            "flush",
            null,
            ActivityKind.Internal,
            MessagingInstruments.OperationDuration
        );
    }

    /// <summary>Sends a batch of messages as a span; in <paramref name="body"/>, <see cref="Inject"/> puts that span into their headers. What it throws is rethrown.</summary>
    /// <param name="body">Sends them.</param>
    /// <param name="messages">How many there are; 0 and negative numbers are not counted.</param>
    /// <param name="bytes">How large they are together, 0 if unknown.</param>
    /// <param name="cancellationToken">Handed to <paramref name="body"/>.</param>
    /// <exception cref="ArgumentNullException"><paramref name="body"/> is null.</exception>
    public Task SendAsync(
        Func<CancellationToken, Task> body,
        long messages = 1,
        long bytes = 0,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentNullException.ThrowIfNull(body);
        // only where somebody listens is this worth a closure
        return
            Instruments.Source.HasListeners()
            || MessagingInstruments.Sent.Enabled
            || MessagingInstruments.BatchSize.Enabled
            || MessagingInstruments.ProducerIo.Enabled
            ? ObserveAsync(body, messages, bytes, cancellationToken)
            : _send.RunAsync(body, cancellationToken);
    }

    /// <summary>Reports messages that were sent, or could not be, without <see cref="SendAsync"/>.</summary>
    /// <param name="messages">How many there are; 0 and negative numbers are not counted.</param>
    /// <param name="elapsed">How long it took.</param>
    /// <param name="bytes">How large they are together, 0 if unknown.</param>
    /// <param name="exception">Why they could not be sent, or null.</param>
    public void Sent(long messages, TimeSpan elapsed, long bytes = 0, Exception? exception = null)
    {
        _send.Record(elapsed, exception);
        Count(messages, bytes, exception);
    }

    /// <summary>Waits until what was sent has arrived, as a span. What <paramref name="body"/> throws is rethrown.</summary>
    /// <exception cref="ArgumentNullException"><paramref name="body"/> is null.</exception>
    public Task FlushAsync(Func<CancellationToken, Task> body, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(body);
        return _flush.RunAsync(body, cancellationToken);
    }

    /// <summary>
    /// Puts the current span and the id of the current run into the headers of a message: <c>traceparent</c>, <c>tracestate</c> and, in
    /// <c>baggage</c>, <c>pipeline.run.id</c> alone. See <see href="https://www.w3.org/TR/trace-context/"/>.
    /// </summary>
    /// <param name="headers">The headers.</param>
    /// <param name="set">Sets a header; what it throws is kept from the application and counted.</param>
    /// <exception cref="ArgumentNullException"><paramref name="set"/> is null.</exception>
    public static void Inject<T>(T headers, Action<T, string, string> set)
    {
        ArgumentNullException.ThrowIfNull(set);
        try
        {
            if (Activity.Current is { IdFormat: ActivityIdFormat.W3C, Id: { } id } span)
            {
                set(headers, "traceparent", id);
                if (!string.IsNullOrEmpty(span.TraceStateString))
                    set(headers, "tracestate", span.TraceStateString);
            }

            if (PipelineRun.Current is { } run)
                set(headers, "baggage", $"{PipelineAttributes.RunId}={run.Id}");
        }
        catch (Exception e)
        {
            PipelineEventSource.Report("the headers of a message", e);
        }
    }

    private Task ObserveAsync(Func<CancellationToken, Task> body, long messages, long bytes, CancellationToken cancellationToken) =>
        _send.RunAsync(body, cancellationToken, (_, exception) => Count(messages, bytes, exception), new() { Messages = messages });

    private void Count(long messages, long bytes, Exception? exception)
    {
        if (messages > 0 && MessagingInstruments.Sent.Enabled)
            MessagingInstruments.Sent.TryAdd(messages, _send.Tags(exception));
        if (exception is not null)
            return;
        if (messages > 0 && MessagingInstruments.BatchSize.Enabled)
            MessagingInstruments.BatchSize.TryRecord(messages, _destinationTag);
        if (bytes > 0 && MessagingInstruments.ProducerIo.Enabled)
            MessagingInstruments.ProducerIo.TryAdd(bytes, _destinationTag);
    }
}
