using System.Collections.Concurrent;
using OtelPipeline;
using StreamBroker.Storage;

namespace StreamBroker.Brokers;

/// <summary>A log of topics with partitions, which agents serve. Clients use a <see cref="BrokerConnection"/>.</summary>
internal sealed class Broker : IDisposable
{
    /// <summary>What <c>messaging.system</c> says.</summary>
    public const string MessagingSystem = "stream_broker";

    private const string TopicsFile = "topics";

    private readonly ConcurrentDictionary<string, PartitionLog[]> _topics = [];
    private readonly List<IDisposable> _observations = [];
    private readonly MetadataStore _metadata;
    private readonly ObjectStore _store;
    private readonly string _directory;
    private int _connections;

    public Broker(string directory, MetadataStore metadata, ObjectStore store, SegmentCache cache, ILoggerFactory loggers)
    {
        _directory = directory;
        _metadata = metadata;
        _store = store;
        Cache = cache;
        Agents = [.. Enumerable.Range(0, 2).Select(i => new Agent($"agent-{i}", store, loggers.CreateLogger<Agent>()))];
        Telemetry = new BrokerTelemetry(MessagingSystem);
        _observations.Add(
            Telemetry.Observe(() => Volatile.Read(ref _connections), () => _topics.Count, () => Agents.Count(static a => a.IsAtWork))
        );
    }

    public BrokerTelemetry Telemetry { get; }
    public Agent[] Agents { get; }
    public SegmentCache Cache { get; }
    public ObjectStore Store => _store;

    /// <summary>Topics and their partitions, by name.</summary>
    public IEnumerable<KeyValuePair<string, PartitionLog[]>> Topics => _topics.OrderBy(t => t.Key, StringComparer.Ordinal);

    /// <summary>Records in all partitions.</summary>
    public long Records => _topics.Values.Sum(static logs => logs.Sum(static l => l.EndOffset));

    /// <summary>Brings back the topics of an earlier process, and returns how many records they have.</summary>
    public async Task<long> RecoverAsync(CancellationToken cancel)
    {
        foreach (var (topic, partitions) in _metadata.Read(TopicsFile, MetadataJson.Default.DictionaryStringInt32))
            await OpenAsync(topic, partitions, cancel);
        return _topics.Values.Sum(static logs => logs.Sum(static l => l.Recovered));
    }

    public BrokerConnection Connect()
    {
        Interlocked.Increment(ref _connections);
        return new BrokerConnection(this, () => Interlocked.Decrement(ref _connections));
    }

    /// <summary>The partitions of a topic.</summary>
    /// <exception cref="KeyNotFoundException">There is no such topic.</exception>
    public PartitionLog[] Logs(string topic) =>
        _topics.TryGetValue(topic, out var logs)
            ? logs
            : throw new KeyNotFoundException($"There is no topic '{topic}'. Create it with POST /topics/{topic}.");

    /// <exception cref="KeyNotFoundException">There is no such topic or partition.</exception>
    public PartitionLog Log(PartitionId id) =>
        Logs(id.Topic) is var logs && (uint)id.Partition < (uint)logs.Length
            ? logs[id.Partition]
            : throw new KeyNotFoundException($"Topic '{id.Topic}' has no partition {id.Partition}; it has {Logs(id.Topic).Length}.");

    /// <summary>Makes a topic; one that exists stays as it is.</summary>
    public async Task CreateAsync(string topic, int partitions, CancellationToken cancel)
    {
        if (_topics.ContainsKey(topic))
            return;
        await OpenAsync(topic, partitions, cancel);
        _metadata.Write(TopicsFile, _topics.ToDictionary(t => t.Key, t => t.Value.Length), MetadataJson.Default.DictionaryStringInt32);
    }

    public void Dispose()
    {
        _observations.ForEach(static o => o.Dispose());
        foreach (var log in _topics.Values.SelectMany(static logs => logs))
            log.Dispose();
    }

    private async Task OpenAsync(string topic, int partitions, CancellationToken cancel)
    {
        var logs = new PartitionLog[partitions];
        for (var i = 0; i < partitions; i++)
        {
            var id = new PartitionId(topic, i);
            logs[i] = new PartitionLog(id, Path.Combine(_directory, topic, $"{i}"), Cache, _store, Agents[i % Agents.Length].Enqueue);
            await logs[i].RecoverAsync(cancel);
        }

        if (!_topics.TryAdd(topic, logs))
            return;
        for (var i = 0; i < Agents.Length; i++)
        {
            var served = logs.Where((_, partition) => partition % Agents.Length == i).LongCount();
            _observations.Add(BrokerTelemetry.ObservePartitions(topic, Agents[i].Id, () => served));
        }
    }
}
