using System.Diagnostics;
using OtelPipeline.Internal;
using OtelPipeline.Signals;

namespace OtelPipeline;

/// <summary>What a consumer of messages does: a long-lived, thread-safe object for each destination and group.</summary>
/// <remarks>Follows <see href="https://opentelemetry.io/docs/specs/semconv/messaging/"/>.</remarks>
/// <example><code>private static readonly ConsumerTelemetry Orders = new("kafka", "orders", group: "billing");</code></example>
public sealed class ConsumerTelemetry
{
    private readonly TimedOperation _poll;
    private readonly TimedOperation _commit;
    private readonly TimedOperation _seek;
    private readonly TimedOperation _process;
    private readonly KeyValuePair<string, object?>[] _tags;

    /// <summary>Makes the telemetry of a consumer.</summary>
    /// <param name="system">The messaging system, such as <c>kafka</c>.</param>
    /// <param name="destination">Name of the topic or queue, of low cardinality; the first 1,000 of a process are on metrics as they are, later ones as <c>_other</c>.</param>
    /// <param name="group">Name of the consumer group, of low cardinality, or null; folded likewise.</param>
    /// <exception cref="ArgumentException">A parameter is empty or white space, or one of the first two is null.</exception>
    public ConsumerTelemetry(string system, string destination, string? group = null)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(system);
        ArgumentException.ThrowIfNullOrWhiteSpace(destination);
        if (group is not null)
            ArgumentException.ThrowIfNullOrWhiteSpace(group);
        KeyValuePair<string, object?> systemTag = new(PipelineAttributes.MessagingSystem, MessagingInstruments.Systems.Fold(system));
        KeyValuePair<string, object?> destinationTag = new(
            PipelineAttributes.MessagingDestinationName,
            MessagingInstruments.Destinations.Fold(destination)
        );
        _tags = group is null
            ? [systemTag, destinationTag]
            : [systemTag, destinationTag, new(PipelineAttributes.MessagingConsumerGroupName, MessagingInstruments.Groups.Fold(group))];
        _poll = Client("poll", "receive");
        _commit = Client("commit", "settle");
        _seek = Client("seek", null);
        _process = MessagingInstruments.Operation(
            system,
            destination,
            group,
            "process",
            "process",
            ActivityKind.Consumer,
            MessagingInstruments.ProcessDuration
        );

        TimedOperation Client(string name, string? type) =>
            MessagingInstruments.Operation(
                system,
                destination,
                group,
                name,
                type,
                ActivityKind.Client,
                MessagingInstruments.OperationDuration,
                MessagingInstruments.Consumed
            );
    }

    /// <summary>Fetches messages as a span and returns what <paramref name="body"/> returns. What it throws is rethrown.</summary>
    /// <param name="body">Fetches them.</param>
    /// <param name="count">Says how many there are; what it throws is kept from the application and counted.</param>
    /// <param name="cancellationToken">Handed to <paramref name="body"/>.</param>
    /// <exception cref="ArgumentNullException"><paramref name="body"/> or <paramref name="count"/> is null.</exception>
    public Task<T> PollAsync<T>(Func<CancellationToken, Task<T>> body, Func<T, long> count, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(body);
        ArgumentNullException.ThrowIfNull(count);
        return _poll.RunAsync(body, cancellationToken, MessagingInstruments.Consumed.Enabled ? Counting(count) : null);
    }

    /// <summary>Reports a poll that was made without <see cref="PollAsync{T}"/>.</summary>
    /// <param name="messages">How many messages there were; 0 and negative numbers are not counted.</param>
    /// <param name="elapsed">How long it took.</param>
    /// <param name="exception">Why it failed, or null.</param>
    public void Polled(long messages, TimeSpan elapsed, Exception? exception = null)
    {
        _poll.Record(elapsed, exception);
        CountConsumed(messages);
    }

    /// <summary>Commits offsets, or acknowledges messages, as a span. What <paramref name="body"/> throws is rethrown.</summary>
    /// <exception cref="ArgumentNullException"><paramref name="body"/> is null.</exception>
    public Task CommitAsync(Func<CancellationToken, Task> body, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(body);
        return _commit.RunAsync(body, cancellationToken);
    }

    /// <summary>Goes to other offsets, as a span. What <paramref name="body"/> throws is rethrown.</summary>
    /// <exception cref="ArgumentNullException"><paramref name="body"/> is null.</exception>
    public Task SeekAsync(Func<CancellationToken, Task> body, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(body);
        return _seek.RunAsync(body, cancellationToken);
    }

    /// <summary>
    /// Processes a batch of messages as a span that is linked to those that sent them: it stays in the trace of who consumes. What
    /// <paramref name="body"/> throws is rethrown.
    /// </summary>
    /// <param name="body">Processes them.</param>
    /// <param name="senders">What <see cref="Extract"/> found in the headers of each message, or null; the first 128 different ones are linked.</param>
    /// <param name="cancellationToken">Handed to <paramref name="body"/>.</param>
    /// <exception cref="ArgumentNullException"><paramref name="body"/> is null.</exception>
    public Task ProcessAsync(
        Func<CancellationToken, Task> body,
        IReadOnlyCollection<ActivityContext>? senders = null,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentNullException.ThrowIfNull(body);
        return _process.RunAsync(body, cancellationToken, details: new() { Linked = senders, Messages = senders?.Count ?? 0 });
    }

    /// <summary>Finds the span that sent a message in its headers, <c>traceparent</c> and <c>tracestate</c>.</summary>
    /// <param name="headers">The headers.</param>
    /// <param name="get">Returns a header, or null where there is none; what it throws is kept from the application and counted.</param>
    /// <returns>The span, or the default where there is none or it cannot be read.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="get"/> is null.</exception>
    public static ActivityContext Extract<T>(T headers, Func<T, string, string?> get)
    {
        ArgumentNullException.ThrowIfNull(get);
        try
        {
            return ActivityContext.TryParse(get(headers, "traceparent"), get(headers, "tracestate"), isRemote: true, out var sender)
                ? sender
                : default;
        }
        catch (Exception e)
        {
            PipelineEventSource.Report("the headers of a message", e);
            return default;
        }
    }

    /// <summary>The partitions that the consumer has have changed.</summary>
    public void Rebalanced()
    {
        if (MessagingInstruments.Rebalances.Enabled)
            MessagingInstruments.Rebalances.TryAdd(1, _tags);
    }

    /// <summary>Reports how far behind the consumer is, whenever metrics are collected and until the result is disposed of; values of the same destination, group and partition add up.</summary>
    /// <param name="messages">Returns how many messages it has still to fetch; what it throws is kept from the application and counted.</param>
    /// <param name="partition">Id of the partition to tell it by, or null. Every one is a series; the first 1,000 of a process are kept.</param>
    /// <returns>Dispose of it with the consumer: until then, the function and what it holds stay alive.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="messages"/> is null.</exception>
    public IDisposable ObserveLag(Func<long> messages, string? partition = null)
    {
        ArgumentNullException.ThrowIfNull(messages);
        return MessagingInstruments.Lag.Add(With(partition), () => messages());
    }

    /// <summary>Reports how far behind the consumer is in time: the age of the message that it has to process next.</summary>
    /// <param name="behind">How far; negative counts as 0.</param>
    /// <param name="partition">Id of the partition to tell it by, or null. Every one is a series; the first 1,000 of a process are kept.</param>
    public void LagTime(TimeSpan behind, string? partition = null)
    {
        if (MessagingInstruments.LagTime.Enabled)
            MessagingInstruments.LagTime.TryRecord(Math.Max(0, behind.TotalSeconds), With(partition));
    }

    private KeyValuePair<string, object?>[] With(string? partition) =>
        string.IsNullOrEmpty(partition)
            ? _tags
            : [.. _tags, new(PipelineAttributes.MessagingPartitionId, MessagingInstruments.Partitions.Fold(partition))];

    // in a method of its own: the compiler makes a closure where a method begins, also on paths that do not use it
    private Action<T?, Exception?> Counting<T>(Func<T, long> count) =>
        (batch, exception) =>
        {
            if (exception is null)
                CountConsumed(count(batch!));
        };

    private void CountConsumed(long messages)
    {
        if (messages > 0 && MessagingInstruments.Consumed.Enabled)
            MessagingInstruments.Consumed.TryAdd(messages, _poll.Tags(null));
    }
}
