using System.Threading.Channels;
using OtelPipeline;
using StreamBroker.Storage;

namespace StreamBroker.Brokers;

/// <summary>Serves some of the partitions: it uploads their closed segments to the object store.</summary>
internal sealed class Agent(string id, ObjectStore store, ILogger<Agent> logger)
{
    // every so manieth upload is read back and looked at
    private const int VerifyEvery = 25;
    private static readonly TimeSpan s_pause = TimeSpan.FromMilliseconds(200);

    private readonly Channel<(PartitionLog Log, Segment Segment)> _queue = Channel.CreateUnbounded<(PartitionLog, Segment)>();
    private int _uploads;

    public string Id => id;

    public bool IsAtWork { get; private set; }

    /// <summary>Hands over a segment that was closed.</summary>
    public void Enqueue(PartitionLog log, Segment segment) => _queue.Writer.TryWrite((log, segment));

    /// <summary>Uploads until <see cref="Finish"/> was called and the queue is empty. What cannot be uploaded stays on disk and is tried again.</summary>
    public async Task RunAsync(PipelineNode node)
    {
        IsAtWork = true;
        try
        {
            await foreach (var (log, segment) in _queue.Reader.ReadAllAsync(node.CancellationToken))
            {
                try
                {
                    await node.ItemAsync(
                        $"{log.Id}/{segment.ObjectName}",
                        _ => UploadAsync(log, segment, node.CancellationToken),
                        type: "segment"
                    );
                    node.Records(written: 1, bytes: segment.Size);
                }
                catch (IOException e)
                {
                    logger.LogWarning(
                        "{Agent}: segment {Segment} of {Partition} stays on disk: {Reason}",
                        id,
                        segment.ObjectName,
                        log.Id,
                        e.Message
                    );
                    await PauseAsync(log, segment, node.CancellationToken);
                }
            }
        }
        finally
        {
            IsAtWork = false;
        }
    }

    /// <summary>No more segments come.</summary>
    public void Finish() => _queue.Writer.TryComplete();

    // once no more segments come, what fails is left to the next process
    private async Task PauseAsync(PartitionLog log, Segment segment, CancellationToken cancel)
    {
        if (_queue.Writer.TryWrite((log, segment)))
            await Task.Delay(s_pause, cancel);
    }

    private async Task UploadAsync(PartitionLog log, Segment segment, CancellationToken cancel)
    {
        using var scope = logger.BeginScope(new Dictionary<string, object> { ["agent"] = id, ["partition"] = $"{log.Id}" });
        await log.UploadAsync(segment, cancel);
        if (_uploads++ % VerifyEvery != 0)
            return;
        ReadOnlyMemory<byte> bytes = await store.GetAsync($"{log.Id}/{segment.ObjectName}", cancel);
        long records = 0;
        for (; RecordBatch.Decode(bytes, out var size) is { } batch; bytes = bytes[size..])
            records += batch.Count;
        if (records != segment.EndOffset - segment.BaseOffset)
            throw new InvalidDataException($"The object {log.Id}/{segment.ObjectName} holds {records} records that can be read.");
        logger.LogInformation(
            "{Agent}: segment {Segment} of {Partition} was read back: {Records} records",
            id,
            segment.ObjectName,
            log.Id,
            records
        );
    }
}
