using OtelPipeline.Data.Files;

namespace OtelPipeline.Data.Compaction;

/// <summary>
/// Merges the files that the exporters of this family wrote (JSON lines, and small Parquet files) into large Parquet files, one for each hour.
/// </summary>
/// <remarks>
/// <para>It may be interrupted at any moment, also by a kill or a loss of power: a reader that is given the directory counts each record once,
/// before, during and after. The next compaction finishes or clears away what an interrupted one has left. Originals are deleted when the files
/// that replace them have been read back, compared record by record, and are on the disk; so a compaction needs as much free space as it
/// saves no earlier than at its end.</para>
/// <para>Left alone are: files with other names than the exporters give, files that a process still writes, and files that cannot be read as a
/// whole; the report names the last. A torn last line of a killed process is given up.</para>
/// </remarks>
public static class TelemetryCompactor
{
    /// <summary>Compacts a directory and those below it.</summary>
    /// <param name="directory">The directory, such as the one that the exporters write <c>spans</c>, <c>logs</c> and <c>metrics</c> to.</param>
    /// <param name="options">Sizes and clock; null for the defaults.</param>
    /// <param name="cancellationToken">Ends the work after the group of files that is being written.</param>
    /// <exception cref="DirectoryNotFoundException">There is no such directory.</exception>
    /// <exception cref="IOException">Another compaction is at work there, or files cannot be written.</exception>
    public static TelemetryCompactionReport Compact(
        string directory,
        TelemetryCompactionOptions? options = null,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentException.ThrowIfNullOrEmpty(directory);
        if (!Directory.Exists(directory))
            throw new DirectoryNotFoundException($"There is no directory '{directory}' to compact.");
        var report = new TelemetryCompactionReport();
        var folders = TelemetryPaths
            .Files(directory)
            .Where(path => TelemetryFileName.TryParse(path, out var name) && name.HasRows)
            .Select(TelemetryFileName.SignalFolder)
            .Distinct(StringComparer.Ordinal)
            .ToList();
        foreach (var folder in folders)
            new FolderCompaction(folder, options ?? new(), report).Run(cancellationToken);
        return report;
    }
}

/// <summary>How <see cref="TelemetryCompactor"/> works.</summary>
public sealed class TelemetryCompactionOptions
{
    /// <summary>Parquet files with fewer rows are merged where an hour has several. At least 1; default 100,000.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is below 1.</exception>
    public long SmallRows
    {
        get;
        set
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, 1);
            field = value;
        }
    } = 100_000;

    /// <summary>About how many rows are read, written and verified together; memory grows with it. At least 1; default 1,000,000.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is below 1.</exception>
    public long MaxGroupRows
    {
        get;
        set
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, 1);
            field = value;
        }
    } = 1_000_000;

    /// <summary>
    /// How long to wait at the end for readers that may have the originals on their list; after that the originals stay for the next compaction,
    /// and are not counted twice meanwhile. Default: 10 seconds.
    /// </summary>
    public TimeSpan Patience { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>Is told which part of the bytes of a folder has been read, from 0 to 1; null (default) for nobody.</summary>
    public IProgress<double>? Progress { get; set; }

    /// <summary>The clock that names files. Default: <see cref="System.TimeProvider.System"/>.</summary>
    public TimeProvider TimeProvider { get; set; } = TimeProvider.System;
}

/// <summary>What a compaction did.</summary>
public sealed class TelemetryCompactionReport
{
    private readonly List<string> _problems = [];

    /// <summary>Files that were replaced and deleted.</summary>
    public int FilesBefore { get; internal set; }

    /// <summary>Files that were written.</summary>
    public int FilesAfter { get; internal set; }

    /// <summary>Files that were replaced and could not be deleted yet; the next compaction deletes them.</summary>
    public int FilesKept { get; internal set; }

    /// <summary>Rows in the files that were written.</summary>
    public long Rows { get; internal set; }

    /// <summary>Bytes of the files that were deleted.</summary>
    public long BytesBefore { get; internal set; }

    /// <summary>Bytes of the files that were written.</summary>
    public long BytesAfter { get; internal set; }

    /// <summary>What was left alone because it could not be read, written back or deleted, in words.</summary>
    public IReadOnlyList<string> Problems => _problems;

    internal void Add(string problem) => _problems.Add(problem);
}
