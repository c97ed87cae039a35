using OtelPipeline;
using StreamBroker.Storage;

namespace StreamBroker.Brokers;

/// <summary>How far a group has come in a partition, and the results of what it has processed: both are committed together, so that each record counts once.</summary>
internal sealed record Progress(long Offset, long Records, long Cents)
{
    public static readonly Progress None = new(0, 0, 0);
}

/// <summary>Consumers that share the partitions of all topics. A member that comes or goes means a rebalance; commits from before it are refused.</summary>
internal sealed class ConsumerGroup : IDisposable
{
    private readonly Broker _broker;
    private readonly MetadataStore _metadata;
    private readonly ILogger<ConsumerGroup> _logger;
    private readonly Dictionary<string, ConsumerTelemetry> _telemetry;
    private readonly List<IDisposable> _lags;
    private readonly Lock _lock = new();
    private readonly List<string> _members = [];
    private readonly Dictionary<string, Progress> _progress;

    public ConsumerGroup(string name, IEnumerable<string> topics, Broker broker, MetadataStore metadata, ILogger<ConsumerGroup> logger)
    {
        Name = name;
        _broker = broker;
        _metadata = metadata;
        _logger = logger;
        _telemetry = topics.ToDictionary(t => t, t => new ConsumerTelemetry(Broker.MessagingSystem, t, name));
        _progress = metadata.Read(FileName, MetadataJson.Default.DictionaryStringProgress);
        _lags = [.. _telemetry.Select(t => t.Value.ObserveLag(() => LagOf(t.Key)))];
    }

    public string Name { get; }

    /// <summary>Counts the rebalances.</summary>
    public int Generation { get; private set; }

    public IEnumerable<string> Topics => _telemetry.Keys;

    /// <summary>Records that wait, in all topics.</summary>
    public long Lag => _telemetry.Keys.Sum(LagOf);

    private string FileName => "group-" + Name;

    public ConsumerTelemetry Telemetry(string topic) => _telemetry[topic];

    /// <summary>How far the group has come, by partition.</summary>
    public Dictionary<PartitionId, Progress> Committed()
    {
        lock (_lock)
            return _progress.ToDictionary(p => PartitionId.Parse(p.Key), p => p.Value);
    }

    public void Join(string member) => Rebalance(member, isJoining: true);

    public void Leave(string member) => Rebalance(member, isJoining: false);

    /// <summary>The partitions of a topic that a member has, each with the offset of the next record, and the generation in which that holds.</summary>
    public (int Generation, Dictionary<int, Progress> Partitions) Assignment(string member, string topic)
    {
        lock (_lock)
        {
            var index = _members.IndexOf(member);
            var partitions = Enumerable
                .Range(0, index < 0 ? 0 : _broker.Logs(topic).Length)
                .Where(p => p % _members.Count == index)
                .ToDictionary(p => p, p => _progress.GetValueOrDefault($"{topic}/{p}", Progress.None));
            return (Generation, partitions);
        }
    }

    /// <summary>Commits offsets and results, all or nothing. False where there was a rebalance meanwhile: then somebody else has the partitions.</summary>
    /// <exception cref="IOException">The metadata store does not answer; nothing has changed.</exception>
    public bool TryCommit(int generation, string topic, IReadOnlyDictionary<int, Progress> partitions)
    {
        lock (_lock)
        {
            if (generation != Generation)
                return false;
            var all = new Dictionary<string, Progress>(_progress);
            foreach (var (partition, progress) in partitions)
                all[$"{topic}/{partition}"] = progress;
            _metadata.Write(FileName, all, MetadataJson.Default.DictionaryStringProgress);
            foreach (var (partition, progress) in partitions)
                _progress[$"{topic}/{partition}"] = progress;
            return true;
        }
    }

    public void Dispose() => _lags.ForEach(static l => l.Dispose());

    private long LagOf(string topic)
    {
        var logs = _broker.Logs(topic);
        lock (_lock)
            return logs.Sum(log => log.EndOffset - (_progress.GetValueOrDefault($"{log.Id}")?.Offset ?? 0));
    }

    private void Rebalance(string member, bool isJoining)
    {
        lock (_lock)
        {
            if (isJoining)
                _members.Add(member);
            else
                _members.Remove(member);
            Generation++;
        }

        foreach (var telemetry in _telemetry.Values)
            telemetry.Rebalanced();
        _logger.LogInformation("{Group}: rebalance {Generation}, {Member} {Change}", Name, Generation, member, isJoining ? "came" : "left");
    }
}
