using OtelPipeline.Data.Files;

namespace OtelPipeline.Data;

/// <summary>
/// Deletes old telemetry: files with the names that the exporters of this family and <see cref="Compaction.TelemetryCompactor"/> give, in
/// folders <c>spans</c>, <c>logs</c> and <c>metrics</c>, and no others. A file that a process has open is left alone.
/// </summary>
public static class TelemetryCleaner
{
    /// <summary>Deletes files below a directory, the oldest first.</summary>
    /// <param name="directory">The directory that holds the folders of the signals, one of these, or one above.</param>
    /// <param name="maxAge">Files that were last written longer ago are deleted; null for any age.</param>
    /// <param name="maxBytes">The oldest are deleted until the rest of them together has no more; null for any size.</param>
    /// <param name="dryRun">True: nothing is deleted, and the result says what would be.</param>
    /// <param name="timeProvider">The clock; null for the system's.</param>
    /// <exception cref="DirectoryNotFoundException">There is no such directory.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A limit is negative.</exception>
    public static IReadOnlyList<CleanedFile> Clean(
        string directory,
        TimeSpan? maxAge,
        long? maxBytes,
        bool dryRun = false,
        TimeProvider? timeProvider = null
    )
    {
        ArgumentException.ThrowIfNullOrEmpty(directory);
        ArgumentOutOfRangeException.ThrowIfLessThan(maxAge ?? TimeSpan.Zero, TimeSpan.Zero, nameof(maxAge));
        ArgumentOutOfRangeException.ThrowIfNegative(maxBytes ?? 0, nameof(maxBytes));
        if (!Directory.Exists(directory))
            throw new DirectoryNotFoundException($"There is no directory '{directory}' to clean.");
        var now = (timeProvider ?? TimeProvider.System).GetUtcNow().UtcDateTime;
        var files = Find(directory);
        var bytes = files.Sum(file => file.Length);
        var cleaned = new List<CleanedFile>();
        foreach (var file in files)
        {
            var age = now - file.LastWriteTimeUtc;
            var isOld = maxAge is { } oldest && age > oldest;
            if (!isOld && !(maxBytes is { } most && bytes > most))
                continue;
            if (!TryDelete(file, dryRun))
                continue;
            bytes -= file.Length;
            cleaned.Add(new CleanedFile(file.FullName, file.Length, age, isOld ? "age" : "size"));
        }

        return cleaned;
    }

    /// <summary>The oldest first.</summary>
    private static List<FileInfo> Find(string directory)
    {
        var options = new EnumerationOptions { RecurseSubdirectories = true, IgnoreInaccessible = true };
        return
        [
            .. new DirectoryInfo(directory)
                .EnumerateFiles("*", options)
                .Where(file =>
                    file.LinkTarget is null
                    && TelemetryFileName.TryParse(file.Name, out var name)
                    && name.HasRows
                    && Array.IndexOf(TelemetryPaths.SignalFolders, Path.GetFileName(TelemetryFileName.SignalFolder(file.FullName))) >= 0
                )
                .OrderBy(file => file.LastWriteTimeUtc)
                .ThenBy(file => file.FullName, StringComparer.Ordinal),
        ];
    }

    /// <summary>
    /// False when a process has the file open, or when it may not be deleted. On Unix it is deleted under the lock that nobody gets while a
    /// writer or a reader has it open; Windows refuses to delete a file that is open.
    /// </summary>
    private static bool TryDelete(FileInfo file, bool dryRun)
    {
        try
        {
            using (
                OperatingSystem.IsWindows() && !dryRun
                    ? null
                    : new FileStream(file.FullName, FileMode.Open, FileAccess.Read, FileShare.None, 0)
            )
            {
                if (!dryRun)
                    File.Delete(file.FullName);
            }

            return true;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // open, or gone already, or not ours to delete
            return false;
        }
    }
}

/// <summary>A file that <see cref="TelemetryCleaner"/> deleted.</summary>
/// <param name="Path">The file.</param>
/// <param name="Bytes">Its size.</param>
/// <param name="Age">How long ago it was last written.</param>
/// <param name="Reason"><c>age</c> or <c>size</c>: the limit that it was over.</param>
public sealed record CleanedFile(string Path, long Bytes, TimeSpan Age, string Reason);
