using System.Diagnostics;
using OtelPipeline.Internal;
using OtelPipeline.Signals;

namespace OtelPipeline;

/// <summary>What a broker of messages is asked for, and what it has: a long-lived, thread-safe object for each broker.</summary>
/// <remarks>
/// The other side of <see cref="ProducerTelemetry"/> and <see cref="ConsumerTelemetry"/>. What it has is reported whenever metrics are collected, so that
/// a connection that opens or closes costs nothing.
/// </remarks>
/// <example>
/// <code>
/// private static readonly BrokerTelemetry Broker = new("kafka");
/// using var observation = Broker.Observe(connections: () => _connections.Count, topics: () => _topics.Count, agents: () => 1);
/// await Broker.HandleAsync(BrokerOperation.ProduceBatch, "orders", cancel => AppendAsync(batch, cancel), messages: batch.Count);
/// </code>
/// </example>
public sealed class BrokerTelemetry
{
    private readonly KeyValuePair<string, object?> _systemTag;
    private readonly TimeProvider _time;

    /// <summary>Makes the telemetry of a broker.</summary>
    /// <param name="system">The messaging system, such as <c>kafka</c>; on spans only.</param>
    /// <param name="timeProvider">The clock of the uptime; null for the system's.</param>
    /// <exception cref="ArgumentException"><paramref name="system"/> is null, empty or white space.</exception>
    public BrokerTelemetry(string system, TimeProvider? timeProvider = null)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(system);
        _systemTag = new(PipelineAttributes.MessagingSystem, system);
        _time = timeProvider ?? TimeProvider.System;
    }

    /// <summary>
    /// Reports what the broker has, and how long it has been up, until the result is disposed of. Brokers of one process add up, but for the
    /// uptime, which is the longest. What the functions throw is kept from the application and counted.
    /// </summary>
    /// <param name="connections">Returns how many connections clients have to it, or null where nobody counts them.</param>
    /// <param name="topics">Returns how many topics it has, or null.</param>
    /// <param name="agents">Returns how many of its agents are at work, or null.</param>
    /// <returns>Dispose of it with the broker: until then, the functions and what they hold stay alive.</returns>
    public IDisposable Observe(Func<long>? connections = null, Func<long>? topics = null, Func<long>? agents = null) =>
        new Observations(
            BrokerInstruments.Start(_time),
            Add(BrokerInstruments.Connections, connections),
            Add(BrokerInstruments.Topics, topics),
            Add(BrokerInstruments.AgentsActive, agents)
        );

    /// <summary>Reports how many partitions of a topic an agent serves, until the result is disposed of.</summary>
    /// <param name="topic">Name of the topic, of low cardinality; the first 1,000 of a process are on metrics as they are, later ones as <c>_other</c>.</param>
    /// <param name="agent">Id of the agent that stays the same when it restarts; folded likewise.</param>
    /// <param name="partitions">Returns how many there are; what it throws is kept from the application and counted.</param>
    /// <returns>Dispose of it with the topic or the agent: until then, the function and what it holds stay alive.</returns>
    /// <exception cref="ArgumentException"><paramref name="topic"/> or <paramref name="agent"/> is null, empty or white space, or <paramref name="partitions"/> is null.</exception>
    public static IDisposable ObservePartitions(string topic, string agent, Func<long> partitions)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(topic);
        ArgumentException.ThrowIfNullOrWhiteSpace(agent);
        ArgumentNullException.ThrowIfNull(partitions);
        return BrokerInstruments.Partitions.Add(
            [
                new(PipelineAttributes.MessagingDestinationName, MessagingInstruments.Destinations.Fold(topic)),
                new(PipelineAttributes.AgentId, BrokerInstruments.Agents.Fold(agent)),
            ],
            () => partitions()
        );
    }

    /// <summary>Answers a call of a client as a span of kind SERVER and returns what <paramref name="body"/> returns. What it throws is rethrown.</summary>
    /// <param name="operation">What is asked.</param>
    /// <param name="topic">Name of the topic, or null where the call is about none.</param>
    /// <param name="body">Answers it.</param>
    /// <param name="messages">How many messages the call brings; more than 1 are recorded on the span. Default: 0.</param>
    /// <param name="caller">The span of the client, where it is in another process and nothing else, such as ASP.NET, continues its trace. Default: the current span.</param>
    /// <param name="cancellationToken">Handed to <paramref name="body"/>.</param>
    /// <exception cref="ArgumentException"><paramref name="body"/> is null, or <paramref name="topic"/> is empty.</exception>
    public Task<T> HandleAsync<T>(
        BrokerOperation operation,
        string? topic,
        Func<CancellationToken, Task<T>> body,
        long messages = 0,
        in ActivityContext caller = default,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentNullException.ThrowIfNull(body);
        ThrowIfEmpty(topic);
        if (Instruments.Source.HasListeners())
            return ObserveAsync(operation, topic, body, messages, in caller, cancellationToken);
        try
        {
            return body(cancellationToken);
        }
        catch (Exception e)
        {
            return Task.FromException<T>(e);
        }
    }

    /// <inheritdoc cref="HandleAsync{T}"/>
    public Task HandleAsync(
        BrokerOperation operation,
        string? topic,
        Func<CancellationToken, Task> body,
        long messages = 0,
        in ActivityContext caller = default,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentNullException.ThrowIfNull(body);
        ThrowIfEmpty(topic);
        if (Instruments.Source.HasListeners())
            return ObserveAsync(operation, topic, body, messages, in caller, cancellationToken);
        try
        {
            return body(cancellationToken);
        }
        catch (Exception e)
        {
            return Task.FromException(e);
        }
    }

    // methods of their own: the details of a span would cost time also where nobody listens
    private Task<T> ObserveAsync<T>(
        BrokerOperation operation,
        string? topic,
        Func<CancellationToken, Task<T>> body,
        long messages,
        in ActivityContext caller,
        CancellationToken cancellationToken
    ) => Of(operation, topic).RunAsync(body, cancellationToken, details: new() { Messages = messages, Parent = caller });

    private Task ObserveAsync(
        BrokerOperation operation,
        string? topic,
        Func<CancellationToken, Task> body,
        long messages,
        in ActivityContext caller,
        CancellationToken cancellationToken
    ) => Of(operation, topic).RunAsync(body, cancellationToken, details: new() { Messages = messages, Parent = caller });

    private static void ThrowIfEmpty(string? topic)
    {
        if (topic is { Length: 0 })
            throw new ArgumentException("The name of a topic must not be empty; give null where the call is about none.", nameof(topic));
    }

    private static IDisposable? Add(ObservedSums sums, Func<long>? value) => value is null ? null : sums.Add([], () => value());

    // made for each call: topics come and go, and nothing here may grow with them
    private TimedOperation Of(BrokerOperation operation, string? topic)
    {
        KeyValuePair<string, object?> operationTag = new(PipelineAttributes.MessagingOperationName, Words.Of(operation));
        return topic is null
            ? new(Words.Of(operation), ActivityKind.Server, [_systemTag, operationTag], [], duration: null)
            : new(
                $"{Words.Of(operation)} {topic}",
                ActivityKind.Server,
                [_systemTag, new(PipelineAttributes.MessagingDestinationName, topic), operationTag],
                [],
                duration: null
            );
    }
}
