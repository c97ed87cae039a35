using OtelPipeline.Data.Files;

namespace OtelPipeline.Data.Compaction;

/// <summary>The compaction of the folder of one signal. At every moment a reader of the folder counts each record once.</summary>
internal sealed class FolderCompaction(string folder, TelemetryCompactionOptions options, TelemetryCompactionReport report)
{
    private const string LockFile = ".otelpipeline-compaction";

    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(20);

    private readonly List<string> _obsolete = [];
    private DateTime _start = options.TimeProvider.GetUtcNow().UtcDateTime;
    private int _sequence;
    private long _bytesRead;

    /// <exception cref="IOException">Another compaction of the folder is at work, or the disk is full or read-only.</exception>
    public void Run(CancellationToken cancellationToken)
    {
        using var exclusive = Lock();
        // readers that begin from now on take a lease of it
        using (new FileStream(Path.Combine(folder, ReadLease.FileName), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.ReadWrite))
        { }
        Finish();
        var files = new CompactedFiles(Listed());
        _obsolete.AddRange(files.Files.Where(files.Holds));
        var plan = new CompactionPlan(files, options);
        try
        {
            foreach (var sources in plan.Groups())
                Compact([.. sources], plan, cancellationToken);
        }
        finally
        {
            // what is complete is complete, also when the rest was cancelled
            DeleteObsolete(cancellationToken);
        }
    }

    private void Compact(List<CompactionSource> sources, CompactionPlan plan, CancellationToken cancellationToken)
    {
        while (sources.Count > 1 || (sources.Count == 1 && !sources[0].Name.IsTable))
        {
            using var group = new CompactionGroup(folder, sources, NextName);
            var bytes = _bytesRead;
            if (group.Write(source => OnRead(source, plan), cancellationToken) is { } unreadable)
            {
                report.Add(unreadable.Reason);
                sources.Remove(unreadable.Source);
                _bytesRead = bytes;
                continue;
            }

            var copies = sources.SelectMany(plan.Copies).Distinct(StringComparer.Ordinal).ToList();
            copies.ForEach(group.Replaces);
            if (!group.Complete(cancellationToken))
            {
                report.Add(
                    $"{folder}: {sources.Count} files were not compacted, since what was read back differs from what was written; they are as they were"
                );
                return;
            }

            group.Commit();
            _obsolete.AddRange(sources.Select(source => source.Path));
            _obsolete.AddRange(copies);
            report.FilesAfter += group.Files;
            report.BytesAfter += group.Bytes;
            report.Rows += group.Rows;
            return;
        }
    }

    /// <summary>What an interrupted compaction has left: files of groups that count get their names, others are deleted.</summary>
    private void Finish()
    {
        var leftovers = Directory
            .EnumerateFiles(folder, "*" + TelemetryFileName.Table + TelemetryFileName.Compacting, SearchOption.AllDirectories)
            .Where(path => TelemetryFileName.SignalFolder(path) == folder)
            .ToHashSet(StringComparer.Ordinal);
        foreach (var path in new CompactedFiles(Listed()).Files)
        {
            if (!leftovers.Remove(path))
                continue;
            File.Move(path, path[..^TelemetryFileName.Compacting.Length]);
        }

        foreach (var path in leftovers)
            File.Delete(path);
    }

    private void DeleteObsolete(CancellationToken cancellationToken)
    {
        if (_obsolete.Count == 0)
            return;
        using var lease = Alone(cancellationToken);
        foreach (var path in _obsolete.Distinct(StringComparer.Ordinal))
        {
            if (lease is null)
            {
                report.FilesKept++;
                continue;
            }

            try
            {
                var bytes = new FileInfo(path).Length;
                File.Delete(path);
                report.FilesBefore++;
                report.BytesBefore += bytes;
            }
            catch (FileNotFoundException)
            {
                // retention was faster
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                report.FilesKept++;
                report.Add($"{path}: {exception.Message}");
            }
        }
    }

    /// <summary>Waits until no reader is left that may have the originals on its list; null when that takes too long.</summary>
    private FileStream? Alone(CancellationToken cancellationToken)
    {
        var begin = options.TimeProvider.GetTimestamp();
        while (true)
        {
            try
            {
                return new FileStream(
                    Path.Combine(folder, ReadLease.FileName),
                    FileMode.OpenOrCreate,
                    FileAccess.ReadWrite,
                    FileShare.None,
                    bufferSize: 0
                );
            }
            catch (IOException)
            {
                if (options.TimeProvider.GetElapsedTime(begin) >= options.Patience || cancellationToken.WaitHandle.WaitOne(Poll))
                    return null;
            }
        }
    }

    private FileStream Lock()
    {
        try
        {
            return new FileStream(
                Path.Combine(folder, LockFile),
                FileMode.OpenOrCreate,
                FileAccess.ReadWrite,
                FileShare.None,
                bufferSize: 0
            );
        }
        catch (IOException exception) when (File.Exists(Path.Combine(folder, LockFile)))
        {
            throw new IOException($"{folder}: another compaction is at work here: wait for its end.", exception);
        }
    }

    private List<string> Listed() => [.. TelemetryPaths.Files(folder).Where(path => TelemetryFileName.SignalFolder(path) == folder)];

    private string NextName()
    {
        while (true)
        {
            var name = TelemetryFileName.Compacted(_start, _sequence);
            if (_sequence > 0 || !Listed().Exists(path => Path.GetFileName(path).StartsWith(name[..20], StringComparison.Ordinal)))
            {
                _sequence++;
                return name;
            }

            // a compaction in the same millisecond
            _start = _start.AddMilliseconds(1);
        }
    }

    private void OnRead(CompactionSource source, CompactionPlan plan)
    {
        _bytesRead += source.Bytes;
        options.Progress?.Report(plan.Bytes == 0 ? 1 : (double)_bytesRead / plan.Bytes);
    }
}
