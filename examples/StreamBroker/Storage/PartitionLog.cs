using OtelPipeline;

namespace StreamBroker.Storage;

/// <summary>One partition: segments in a folder, of which the last is appended to, and older ones in the object store.</summary>
internal sealed class PartitionLog : IDisposable
{
    // closed segments that stay on disk though the store has them
    private const int KeptSegments = 4;

    private readonly string _directory;
    private readonly SegmentCache _cache;
    private readonly ObjectStore _store;
    private readonly Action<PartitionLog, Segment> _closed;
    private readonly SegmentTelemetry _telemetry;
    private readonly Lock _lock = new();
    private readonly List<Segment> _segments = [];

    // the last batch of each producer: one that comes again is answered, not written
    private readonly Dictionary<long, (int Sequence, long BaseOffset)> _producers = [];

    public PartitionLog(PartitionId id, string directory, SegmentCache cache, ObjectStore store, Action<PartitionLog, Segment> closed)
    {
        Id = id;
        _directory = Directory.CreateDirectory(directory).FullName;
        _cache = cache;
        _store = store;
        _closed = closed;
        _telemetry = new SegmentTelemetry(id.Topic);
    }

    public PartitionId Id { get; }

    /// <summary>Records that the files of an earlier process had.</summary>
    public long Recovered { get; private set; }

    /// <summary>Offset of the next record.</summary>
    public long EndOffset
    {
        get
        {
            lock (_lock)
                return _segments.Count == 0 ? 0 : _segments[^1].EndOffset;
        }
    }

    /// <summary>Finds what earlier processes left, on disk and in the store. What the store lacks is handed on to be uploaded.</summary>
    public async Task RecoverAsync(CancellationToken cancel)
    {
        var remote = (await _store.ListAsync($"{Id}/", cancel))
            .Select(key => key[(key.LastIndexOf('/') + 1)..].Split('-').Select(s => long.Parse(s, provider: null)).ToArray())
            .ToDictionary(offsets => offsets[0], offsets => offsets[1]);
        var files = Directory.GetFiles(_directory, "*.log").Order(StringComparer.Ordinal).ToList();
        foreach (var file in files)
        {
            var segment = Segment.Recover(file, isLast: file == files[^1], Remember);
            segment.IsUploaded = remote.Remove(segment.BaseOffset, out var end) && end == segment.EndOffset;
            if (segment.IsUploaded || file != files[^1])
                segment.Close();
            _segments.Add(segment);
        }

        _segments.AddRange(remote.Select(r => Segment.Remote(_directory, r.Key, r.Value)));
        _segments.Sort(static (a, b) => a.BaseOffset.CompareTo(b.BaseOffset));
        Recovered = EndOffset;
        foreach (var segment in _segments.Where(s => s is { IsClosed: true, IsUploaded: false }))
            _closed(this, segment);
    }

    /// <summary>Appends a batch and returns the offset of its first record; a batch that came again gets the offset it has.</summary>
    public (long BaseOffset, bool IsDuplicate) Append(RecordBatch batch)
    {
        lock (_lock)
        {
            if (_producers.TryGetValue(batch.ProducerId, out var last) && batch.Sequence <= last.Sequence)
            {
                return batch.Sequence == last.Sequence
                    ? (last.BaseOffset, true)
                    : throw new ArgumentException(
                        $"Partition {Id} has batch {last.Sequence} of producer {batch.ProducerId} already; batch {batch.Sequence} comes too late."
                    );
            }

            if (_segments.Count == 0 || _segments[^1].IsClosed)
                _segments.Add(Segment.Create(_directory, EndOffset));
            var segment = _segments[^1];
            var baseOffset = segment.EndOffset;
            _cache.Add(Id, baseOffset, segment.Append(batch));
            _producers[batch.ProducerId] = (batch.Sequence, baseOffset);
            if (segment.Size >= Limits.SegmentBytes)
                Close(segment);
            return (baseOffset, false);
        }
    }

    /// <summary>Appends a batch as a span.</summary>
    public async Task<(long BaseOffset, bool IsDuplicate)> AppendAsync(RecordBatch batch, CancellationToken cancel)
    {
        (long, bool) result = default;
        await _telemetry.AppendAsync(
            _ =>
            {
                result = Append(batch);
                return Task.CompletedTask;
            },
            cancel
        );
        return result;
    }

    /// <summary>The batches from an offset on: from the cache, else from disk, else from the store.</summary>
    public async Task<List<RecordBatch>> ReadAsync(long offset, int maxBatches, CancellationToken cancel)
    {
        var batches = new List<RecordBatch>();
        while (batches.Count < maxBatches && await ReadAsync(offset, cancel) is { } batch)
        {
            batches.Add(batch);
            offset = batch.EndOffset;
        }

        return batches;
    }

    /// <summary>Closes the segment that is appended to; the next batch begins a new one.</summary>
    public void Roll()
    {
        lock (_lock)
        {
            if (_segments.Count > 0 && !_segments[^1].IsClosed && _segments[^1].Size > 0)
                Close(_segments[^1]);
        }
    }

    /// <summary>Makes what was appended survive the loss of power.</summary>
    public void Flush()
    {
        lock (_lock)
        {
            if (_segments.Count > 0)
                _segments[^1].Flush();
        }
    }

    /// <summary>Uploads a closed segment, as a span, and deletes the oldest files that the store has.</summary>
    public async Task UploadAsync(Segment segment, CancellationToken cancel)
    {
        await _telemetry.FlushAsync(
            async c => await _store.UploadAsync($"{Id}/{segment.ObjectName}", await File.ReadAllBytesAsync(segment.Path, c), c),
            cancel
        );
        _telemetry.Flushed();
        lock (_lock)
        {
            segment.IsUploaded = true;
            foreach (var old in _segments.Where(s => s is { IsUploaded: true, IsLocal: true }).SkipLast(KeptSegments))
                old.DeleteFile();
        }
    }

    public void Dispose()
    {
        lock (_lock)
            _segments.ForEach(static s => s.Dispose());
    }

    private async Task<RecordBatch?> ReadAsync(long offset, CancellationToken cancel)
    {
        Segment? segment;
        Segment.Entry? entry;
        lock (_lock)
        {
            segment = _segments.Find(s => s.BaseOffset <= offset && offset < s.EndOffset);
            entry = segment?.Find(offset);
        }

        if (segment is null)
            return null;
        if (_cache.Find(Id, entry?.Offset ?? offset) is { } cached)
            return RecordBatch.Decode(cached, out _);
        if (entry is { } known && segment.IsLocal)
        {
            try
            {
                var frame = segment.Read(known);
                _cache.Add(Id, known.Offset, frame);
                return RecordBatch.Decode(frame, out _);
            }
            catch (FileNotFoundException)
            {
                // deleted a moment ago, because the store has it
            }
        }

        return await DownloadAsync(segment, offset, cancel);
    }

    private async Task<RecordBatch?> DownloadAsync(Segment segment, long offset, CancellationToken cancel)
    {
        ReadOnlyMemory<byte> bytes = await _store.GetAsync($"{Id}/{segment.ObjectName}", cancel);
        RecordBatch? found = null;
        while (RecordBatch.Decode(bytes, out var size) is { } batch)
        {
            _cache.Add(Id, batch.BaseOffset, bytes[..size].ToArray());
            if (batch.BaseOffset <= offset && offset < batch.EndOffset)
                found = batch;
            bytes = bytes[size..];
        }

        return found;
    }

    private void Remember(RecordBatch batch) => _producers[batch.ProducerId] = (batch.Sequence, batch.BaseOffset);

    private void Close(Segment segment)
    {
        segment.Close();
        _telemetry.Written();
        _closed(this, segment);
    }
}
