using System.Diagnostics;
using System.Security.Cryptography;
using OtelPipeline;
using StreamBroker.Brokers;
using StreamBroker.Storage;

namespace StreamBroker.Clients;

/// <summary>Sends a number of orders to one topic, a batch for each partition in turn, at a given rate; a machine that is too slow takes longer.</summary>
internal sealed class Producer(string topic, int rate, long total, int seed, Broker broker)
{
    private static readonly TimeSpan s_first = TimeSpan.FromMilliseconds(10);

    private readonly ProducerTelemetry _telemetry = new(Broker.MessagingSystem, topic);
    private readonly Lines _lines = new();
    private readonly Random _random = new(seed);

    // no other process, and none before, has had it
    private readonly long _id = BitConverter.ToInt64(RandomNumberGenerator.GetBytes(8));
    private readonly Dictionary<int, int> _sequences = [];
    private long _sent;

    /// <summary>Records that the broker has acknowledged.</summary>
    public long Sent => Volatile.Read(ref _sent);

    /// <summary>Sends all of them, then waits until everything has arrived.</summary>
    public async Task RunAsync(PipelineNode node)
    {
        using var connection = broker.Connect();
        var partitions = (await connection.ListTopicsAsync(node.CancellationToken))[topic];
        var watch = Stopwatch.StartNew();
        for (var batch = 0; _sent < total; batch++)
        {
            // the first record goes alone, so that whoever looks at the log sees at once that it works
            var due = batch == 0 ? 1 : Math.Min(total, (long)(watch.Elapsed.TotalSeconds * rate)) - _sent;
            if (due > 0)
                await SendAsync(node, connection, batch % partitions, (int)Math.Min(due, rate));
            await Task.Delay(batch == 0 ? s_first : Limits.Linger, node.CancellationToken);
        }

        await _telemetry.FlushAsync(_ => connection.FlushAsync(topic), node.CancellationToken);
    }

    // a trace for each batch: one that held all of them would be of no use to anybody
    private Task SendAsync(PipelineNode node, BrokerConnection connection, int partition, int count)
    {
        var sequence = _sequences[partition] = _sequences.GetValueOrDefault(partition) + 1;
        return node.ItemAsync(
            $"{topic}/{partition}/{sequence}",
            async _ =>
            {
                var payload = _lines.Compress(Enumerable.Range(0, count).Select(i => Order.Next(_sent + i, _random)));
                await _telemetry.SendAsync(
                    c =>
                    {
                        var batch = new RecordBatch(_id, sequence, count, DateTimeOffset.UtcNow, [], payload);
                        ProducerTelemetry.Inject(batch.Headers, static (headers, key, value) => headers[key] = value);
                        return connection.ProduceAsync(new(topic, partition), batch, c);
                    },
                    count,
                    payload.Length,
                    node.CancellationToken
                );
                Volatile.Write(ref _sent, _sent + count);
                node.Records(written: count);
            },
            type: "batch"
        );
    }
}
