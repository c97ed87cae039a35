using OtelPipeline;
using StreamBroker.Storage;

namespace StreamBroker.Brokers;

/// <summary>What one client may ask of the broker; each call is a SERVER span.</summary>
internal sealed class BrokerConnection(Broker broker, Action closed) : IDisposable
{
    public Task CreateTopicAsync(string topic, int partitions, CancellationToken cancel) =>
        broker.Telemetry.HandleAsync(
            BrokerOperation.Create,
            topic,
            c => broker.CreateAsync(topic, partitions, c),
            cancellationToken: cancel
        );

    /// <summary>The topics, each with the number of its partitions.</summary>
    public Task<Dictionary<string, int>> ListTopicsAsync(CancellationToken cancel) =>
        broker.Telemetry.HandleAsync(
            BrokerOperation.List,
            null,
            _ => Task.FromResult(broker.Topics.ToDictionary(t => t.Key, t => t.Value.Length)),
            cancellationToken: cancel
        );

    /// <summary>Takes a batch; when it returns, a killed process does not lose it.</summary>
    public Task<(long BaseOffset, bool IsDuplicate)> ProduceAsync(PartitionId id, RecordBatch batch, CancellationToken cancel) =>
        broker.Telemetry.HandleAsync(
            batch.Count == 1 ? BrokerOperation.Produce : BrokerOperation.ProduceBatch,
            id.Topic,
            c => broker.Log(id).AppendAsync(batch, c),
            batch.Count,
            cancellationToken: cancel
        );

    /// <summary>Gives the batches from some offsets of a topic on.</summary>
    /// <param name="topic">The topic.</param>
    /// <param name="offsets">The offset of the next record to read, by partition.</param>
    /// <param name="maxBatches">Most batches of each partition.</param>
    /// <param name="cancel">Gives up.</param>
    public Task<List<(int Partition, RecordBatch Batch)>> ConsumeAsync(
        string topic,
        IReadOnlyDictionary<int, long> offsets,
        int maxBatches,
        CancellationToken cancel
    ) =>
        broker.Telemetry.HandleAsync(
            BrokerOperation.Consume,
            topic,
            async c =>
            {
                var found = new List<(int, RecordBatch)>();
                foreach (var (partition, offset) in offsets)
                {
                    var batches = await broker.Log(new(topic, partition)).ReadAsync(offset, maxBatches, c);
                    found.AddRange(batches.Select(batch => (partition, batch)));
                }

                return found;
            },
            cancellationToken: cancel
        );

    /// <summary>Makes what was produced so far survive the loss of power.</summary>
    public Task FlushAsync(string topic)
    {
        foreach (var log in broker.Logs(topic))
            log.Flush();
        return Task.CompletedTask;
    }

    public void Dispose() => closed();
}
