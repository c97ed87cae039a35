using OtelPipeline;

namespace StreamBroker.Storage;

/// <summary>The batches that were written or read last, up to a number of bytes: consumers that keep up never wait for a disk.</summary>
internal sealed class SegmentCache(long capacity)
{
    private static readonly CacheTelemetry s_telemetry = new("segments");

    private readonly Lock _lock = new();
    private readonly LinkedList<(PartitionId Partition, long Offset, byte[] Frame)> _byUse = [];
    private readonly Dictionary<(PartitionId, long), LinkedListNode<(PartitionId Partition, long Offset, byte[] Frame)>> _entries = [];
    private long _size;
    private long _hits;
    private long _requests;

    /// <summary>Hits of all requests, 1 where there was none.</summary>
    public double HitRate => _requests == 0 ? 1 : (double)Volatile.Read(ref _hits) / Volatile.Read(ref _requests);

    public byte[]? Find(PartitionId partition, long offset)
    {
        lock (_lock)
        {
            _requests++;
            if (_entries.TryGetValue((partition, offset), out var node))
            {
                _hits++;
                _byUse.Remove(node);
                _byUse.AddFirst(node);
                s_telemetry.Hit();
                return node.Value.Frame;
            }
        }

        s_telemetry.Miss();
        return null;
    }

    public void Add(PartitionId partition, long offset, byte[] frame)
    {
        lock (_lock)
        {
            if (frame.Length > capacity || _entries.ContainsKey((partition, offset)))
                return;
            _entries.Add((partition, offset), _byUse.AddFirst((partition, offset, frame)));
            _size += frame.Length;
            var evicted = 0;
            for (; _size > capacity; evicted++)
            {
                var last = _byUse.Last!;
                _byUse.RemoveLast();
                _entries.Remove((last.Value.Partition, last.Value.Offset));
                _size -= last.Value.Frame.Length;
            }

            s_telemetry.Evicted(evicted);
            s_telemetry.Contents(_entries.Count, _size, capacity);
        }
    }
}
