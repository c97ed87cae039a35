using System.Diagnostics;
using OtelPipeline;
using OtelPipeline.Signals;
using StreamBroker.Brokers;
using StreamBroker.Storage;

namespace StreamBroker.Clients;

/// <summary>A member of a group: it polls the partitions that it has, adds up what the orders cost, and commits the sums with the offsets.</summary>
internal sealed class Consumer(string id, ConsumerGroup group, Broker broker, bool isSlow, ILogger<Consumer> logger)
{
    private static readonly TimeSpan s_backOff = TimeSpan.FromMilliseconds(200);

    private readonly Dictionary<string, (int Generation, Dictionary<int, Progress> Partitions)> _assignments = [];
    private readonly Lines _lines = new();
    private int _polls;

    /// <summary>Consumes until <paramref name="isLast"/> says that no more records come and none is left, or until <paramref name="giveUp"/>.</summary>
    public async Task RunAsync(PipelineNode node, Func<bool> isLast, CancellationToken giveUp)
    {
        using var connection = broker.Connect();
        await connection.ListTopicsAsync(node.CancellationToken);
        group.Join(id);
        using var timer = new PeriodicTimer(Limits.PollInterval);
        while (!giveUp.IsCancellationRequested && await timer.WaitForNextTickAsync(node.CancellationToken))
        {
            var mayEnd = isLast();
            foreach (var topic in group.Topics)
                await ConsumeAsync(node, connection, topic);
            // what a member leaves behind that comes and goes is for those that stay
            if (mayEnd && group.Lag == 0)
                return;
        }
    }

    private async Task ConsumeAsync(PipelineNode node, BrokerConnection connection, string topic)
    {
        var logs = broker.Logs(topic);
        if (_assignments.GetValueOrDefault(topic).Generation != group.Generation)
            await SeekAsync(topic, node.CancellationToken);
        var (generation, partitions) = _assignments[topic];
        var offsets = partitions.Where(p => p.Value.Offset < logs[p.Key].EndOffset).ToDictionary(p => p.Key, p => p.Value.Offset);
        if (offsets.Count == 0)
            return;
        try
        {
            await node.ItemAsync(
                $"{group.Name}/{id}/{++_polls}",
                async _ =>
                {
                    var found = await PollAsync(connection, topic, offsets, node.CancellationToken);
                    var progress = await ProcessAsync(topic, partitions, found, node.CancellationToken);
                    var isCommitted = await CommitAsync(topic, generation, progress, node.CancellationToken);
                    if (isCommitted)
                        node.Records(read: found.Sum(static f => (long)f.Batch.Count));
                },
                type: "batch"
            );
        }
        catch (IOException e)
        {
            logger.LogWarning(
                "{Group}/{Consumer}: {Topic} is consumed again from the last commit: {Reason}",
                group.Name,
                id,
                topic,
                e.Message
            );
            _assignments.Remove(topic);
            await Task.Delay(s_backOff, node.CancellationToken);
        }
    }

    private Task SeekAsync(string topic, CancellationToken cancel) =>
        group
            .Telemetry(topic)
            .SeekAsync(
                _ =>
                {
                    _assignments[topic] = group.Assignment(id, topic);
                    return Task.CompletedTask;
                },
                cancel
            );

    private async Task<List<(int Partition, RecordBatch Batch)>> PollAsync(
        BrokerConnection connection,
        string topic,
        Dictionary<int, long> offsets,
        CancellationToken cancel
    )
    {
        var found = await group
            .Telemetry(topic)
            .PollAsync(
                c => connection.ConsumeAsync(topic, offsets, isSlow ? 1 : Limits.PollBatches, c),
                static batches => batches.Sum(static b => (long)b.Batch.Count),
                cancel
            );
        group.Telemetry(topic).LagTime(DateTimeOffset.UtcNow - found.Min(static f => f.Batch.Time));
        return found;
    }

    private async Task<Dictionary<int, Progress>> ProcessAsync(
        string topic,
        Dictionary<int, Progress> before,
        List<(int Partition, RecordBatch Batch)> found,
        CancellationToken cancel
    )
    {
        var progress = new Dictionary<int, Progress>();
        await group
            .Telemetry(topic)
            .ProcessAsync(
                async c =>
                {
                    Activity.Current?.SetTag(PipelineAttributes.MessagingBatchMessageCount, found.Sum(static f => (long)f.Batch.Count));
                    foreach (var (partition, batch) in found)
                    {
                        var last = progress.GetValueOrDefault(partition) ?? before[partition];
                        var cents = _lines.Cents(batch.Payload);
                        progress[partition] = new(batch.EndOffset, last.Records + batch.EndOffset - last.Offset, last.Cents + cents);
                    }

                    if (isSlow)
                        await Task.Delay(s_backOff, c);
                },
                [.. found.Select(static f => ConsumerTelemetry.Extract(f.Batch.Headers, static (h, key) => h.GetValueOrDefault(key)))],
                cancel
            );
        return progress;
    }

    // a rebalance in between takes the partitions away, and with them what was done since the last commit
    private async Task<bool> CommitAsync(string topic, int generation, Dictionary<int, Progress> progress, CancellationToken cancel)
    {
        var isCommitted = false;
        await group
            .Telemetry(topic)
            .CommitAsync(
                _ =>
                {
                    isCommitted = group.TryCommit(generation, topic, progress);
                    return Task.CompletedTask;
                },
                cancel
            );
        if (!isCommitted)
            return false;
        foreach (var (partition, done) in progress)
            _assignments[topic].Partitions[partition] = done;
        return true;
    }
}
