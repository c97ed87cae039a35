using Microsoft.Win32.SafeHandles;

namespace StreamBroker.Storage;

/// <summary>A part of a partition: a file that batches are appended to until it is large enough, and then an object in the store.</summary>
/// <remarks>Its owner, the partition, takes care that one thread at a time appends and closes.</remarks>
internal sealed class Segment : IDisposable
{
    private readonly List<Entry> _entries = [];
    private SafeFileHandle? _file;

    private Segment(string path, long baseOffset)
    {
        Path = path;
        BaseOffset = EndOffset = baseOffset;
    }

    public string Path { get; }
    public long BaseOffset { get; }
    public long EndOffset { get; private set; }
    public long Size { get; private set; }
    public bool IsClosed { get; private set; }

    /// <summary>Whether the store has it, so that the file may go.</summary>
    public bool IsUploaded { get; set; }

    /// <summary>Whether there is a file of it.</summary>
    public bool IsLocal { get; private set; } = true;

    /// <summary>Name of its object within the partition; it tells all that has to be known without reading it.</summary>
    public string ObjectName => $"{BaseOffset:D20}-{EndOffset:D20}";

    public static Segment Create(string directory, long baseOffset) =>
        new(System.IO.Path.Combine(directory, $"{baseOffset:D20}.log"), baseOffset);

    /// <summary>One that is in the store only.</summary>
    public static Segment Remote(string directory, long baseOffset, long endOffset)
    {
        var segment = Create(directory, baseOffset);
        segment.EndOffset = endOffset;
        segment.IsClosed = segment.IsUploaded = true;
        segment.IsLocal = false;
        return segment;
    }

    /// <summary>
    /// Reads a file that another process left. What a killed process had not written completely, and so not acknowledged, is cut off from the
    /// end of the last file; elsewhere nothing may be missing.
    /// </summary>
    public static Segment Recover(string path, bool isLast, Action<RecordBatch> seen)
    {
        var bytes = File.ReadAllBytes(path).AsMemory();
        var baseOffset = long.Parse(System.IO.Path.GetFileNameWithoutExtension(path), provider: null);
        var segment = new Segment(path, baseOffset);
        while (segment.Size < bytes.Length)
        {
            if (RecordBatch.Decode(bytes[(int)segment.Size..], out var size) is not { } batch || batch.BaseOffset != segment.EndOffset)
                break;
            segment.Add(batch, size);
            seen(batch);
        }

        if (segment.Size == bytes.Length)
            return segment;
        if (!isLast)
            throw new InvalidDataException($"{path}: the batch at byte {segment.Size} is damaged. Restore the file from the object store.");
        using var file = File.OpenHandle(path, FileMode.Open, FileAccess.Write);
        RandomAccess.SetLength(file, segment.Size);
        return segment;
    }

    /// <summary>Appends a batch; when it returns, the operating system has it, and a killed process loses nothing.</summary>
    public byte[] Append(RecordBatch batch)
    {
        var frame = batch.Encode(EndOffset);
        _file ??= File.OpenHandle(Path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.Read);
        RandomAccess.Write(_file, frame, Size);
        Add(batch, frame.Length);
        return frame;
    }

    public void Close()
    {
        IsClosed = true;
        _file?.Dispose();
        _file = null;
    }

    /// <summary>Makes what was appended survive the loss of power, too.</summary>
    public void Flush()
    {
        if (_file is { } file)
            RandomAccess.FlushToDisk(file);
    }

    public void DeleteFile()
    {
        IsLocal = false;
        File.Delete(Path);
    }

    /// <summary>Where the batch with this offset is, or null.</summary>
    public Entry? Find(long offset)
    {
        var index = _entries.BinarySearch(new Entry(offset, 0, 0), Entry.ByOffset);
        index = index >= 0 ? index : ~index - 1;
        return index >= 0 ? _entries[index] : null;
    }

    public byte[] Read(Entry entry)
    {
        using var file = File.OpenHandle(Path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        var frame = new byte[entry.Length];
        return RandomAccess.Read(file, frame, entry.Position) == frame.Length
            ? frame
            : throw new InvalidDataException($"{Path}: the file ends before byte {entry.Position + entry.Length}.");
    }

    public void Dispose() => _file?.Dispose();

    private void Add(RecordBatch batch, int size)
    {
        _entries.Add(new Entry(EndOffset, Size, size));
        Size += size;
        EndOffset += batch.Count;
    }

    /// <summary>Where a batch is in the file.</summary>
    internal readonly record struct Entry(long Offset, long Position, int Length)
    {
        public static readonly IComparer<Entry> ByOffset = Comparer<Entry>.Create(static (a, b) => a.Offset.CompareTo(b.Offset));
    }
}
