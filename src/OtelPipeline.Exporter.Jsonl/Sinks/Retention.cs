namespace OtelPipeline.Exporter.Jsonl.Sinks;

/// <summary>
/// Deletes old files of one signal and instance. A file is only deleted when its name is one that this exporter makes, with this
/// instance id, and when no process has it open.
/// </summary>
internal sealed class Retention(string directory, JsonlExporterOptions options, TimeProvider time, ExporterMetrics metrics)
{
    /// <summary>Never throws: what cannot be deleted now is tried again when the next file is opened.</summary>
    public void Apply(TelemetryFileName active)
    {
        try
        {
            Delete(Find(active), active);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            JsonlEventSource.Log.RetentionFailed(directory, exception.Message);
        }
    }

    /// <summary>Oldest first. A clock that was set back must not make the files of this run the oldest: its series comes last.</summary>
    private List<(TelemetryFileName Name, FileInfo File)> Find(TelemetryFileName active)
    {
        var files = new List<(TelemetryFileName Name, FileInfo File)>();
        foreach (var file in new DirectoryInfo(directory).EnumerateFiles($"*-{active.Instance}-*.jsonl*"))
        {
            if (!TelemetryFileName.TryParse(file.Name, out var name) || name.Instance != active.Instance || name == active)
                continue;
            if (name.IsTemporary)
                TryDelete(file); // left behind by a process that was killed while it compressed
            else
                files.Add((name, file));
        }

        files.Sort(
            (left, right) =>
            {
                var own = (left.Name.Start == active.Start).CompareTo(right.Name.Start == active.Start);
                var start = own != 0 ? own : string.CompareOrdinal(left.Name.Start, right.Name.Start);
                return start != 0 ? start : left.Name.Sequence.CompareTo(right.Name.Sequence);
            }
        );
        return files;
    }

    private void Delete(List<(TelemetryFileName Name, FileInfo File)> files, TelemetryFileName active)
    {
        var count = 1 + files.Count;
        var size = options.MaxFileSize + files.Sum(file => file.File.Length);
        var oldest = options.RetainAge is { } age ? time.GetUtcNow().UtcDateTime - age : DateTime.MinValue;
        foreach (var (name, file) in files)
        {
            var reason =
                count > options.RetainFiles ? "count"
                : size > options.RetainTotalSize ? "size"
                : file.LastWriteTimeUtc < oldest ? "age"
                : null;
            if (reason is null || !TryDelete(file))
                continue;
            count--;
            size -= file.Length;
            metrics.Deleted(reason);
            JsonlEventSource.Log.FileDeleted(file.FullName, reason, active.Stem);
        }
    }

    /// <summary>
    /// False when a process has the file open, or when it may not be deleted. On Unix the file is deleted under the lock that nobody gets
    /// while a writer or a reader has it open (flock): a process that is just creating the file sees that it is gone. Windows refuses to
    /// delete a file that is open. File systems without locks, such as some network shares, cannot tell.
    /// </summary>
    private static bool TryDelete(FileInfo file)
    {
        try
        {
            using (OperatingSystem.IsWindows() ? null : new FileStream(file.FullName, FileMode.Open, FileAccess.Read, FileShare.None, 0))
                File.Delete(file.FullName);
            return true;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // open, or gone already, or not ours to delete: the next file that is opened tries again
            return false;
        }
    }
}
