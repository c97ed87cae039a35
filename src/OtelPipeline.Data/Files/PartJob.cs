using Microsoft.Win32.SafeHandles;

namespace OtelPipeline.Data.Files;

/// <summary>A part of a file that is to be read, and what it is read from.</summary>
/// <param name="Path">The file.</param>
/// <param name="Named">Whether the caller named this very file.</param>
/// <param name="SkippedBecause">Why the file is not read, or null.</param>
/// <param name="Source">What all parts of the file share; null when the file is opened when its turn comes.</param>
/// <param name="Part">Which part.</param>
/// <param name="IsLast">Whether it is the last part of the file.</param>
internal sealed record PartJob(string Path, bool Named, string? SkippedBecause, FileStream? Source, FilePart Part, bool IsLast)
{
    /// <summary>Whether reading it takes about as long as other parts, and not as long as the writer of a pipe wants.</summary>
    public bool IsBounded { get; init; } = true;

    public bool IsFirst => Part.Start == 0;

    /// <summary>What the part is read from; null to open the file.</summary>
    public Stream? Open()
    {
        if (Source is null)
            return null;
        return Source.CanSeek ? new PartStream(Handle, Part) : Source;
    }

    private SafeFileHandle Handle => Source!.SafeFileHandle;
}

/// <summary>Cuts files into parts that can be read at the same time, whatever the number of threads is.</summary>
internal static class PartJobs
{
    /// <summary>How many bytes of JSON text make a part.</summary>
    public const int LineBytes = 4 * 1024 * 1024;

    // what takes less time than to start a thread is not cut
    private const int LeastTable = 256 * 1024;
    private const int RowsOfPart = 50_000;

    // compressed or framed files cannot be cut; beyond that they are no match for a part of the others
    private const int LargestWhole = 1024 * 1024;

    public static IEnumerable<PartJob> Of(string path, bool named, string? skippedBecause, int lineBytes)
    {
        if (skippedBecause is not null || path == "-")
        {
            yield return new PartJob(path, named, skippedBecause, null, FilePart.Whole, IsLast: true) { IsBounded = path != "-" };
            yield break;
        }

        FileStream? source = null;
        List<FilePart> parts = [];
        var isBounded = true;
        try
        {
            source = FileReading.OpenFile(path);
            isBounded = source.CanSeek;
            if (isBounded)
                parts = Cut(source, path, named, lineBytes, out isBounded);
        }
        catch (Exception exception) when (FileReading.IsReadError(exception))
        {
            // the same will happen when the file is read, and be reported
            source?.Dispose();
            source = null;
        }

        if (parts.Count == 0)
            parts.Add(FilePart.Whole);
        for (var i = 0; i < parts.Count; i++)
            yield return new PartJob(path, named, null, source, parts[i], i == parts.Count - 1) { IsBounded = isBounded };
    }

    private static List<FilePart> Cut(FileStream source, string path, bool named, int lineBytes, out bool isBounded)
    {
        Span<byte> head = stackalloc byte[FileFormat.HeadSize];
        head = head[..RandomAccess.Read(source.SafeFileHandle, head, 0)];
        var kind = FileFormat.Detect(head);
        var parts = new List<FilePart>();
        isBounded = kind is FileKind.Parquet or FileKind.Json || source.Length <= LargestWhole;
        if (kind == FileKind.Parquet && source.Length >= LeastTable)
            AddRowGroups(source, path, parts);
        if (kind == FileKind.Json && source.Length >= 2L * lineBytes && (named || FileFormat.LooksLikeJson(head)))
        {
            for (long start = 0; start < source.Length; start += lineBytes)
            {
                // the last part reads what has been appended meanwhile, too
                var end = start + lineBytes < source.Length ? start + lineBytes : long.MaxValue;
                parts.Add(new FilePart(FilePartKind.Lines, start, end, AfterLines: start > 0));
            }
        }

        return parts;
    }

    private static void AddRowGroups(FileStream source, string path, List<FilePart> parts)
    {
        using var file = OtelPipeline.Parquet.ParquetReader.Open(new PartStream(source.SafeFileHandle, FilePart.Whole), path);
        var groups = file.RowGroups;
        long rows = 0;
        var first = 0;
        for (var i = 0; i < groups.Count; i++)
        {
            rows += groups[i].RowCount;
            if (rows < RowsOfPart && i < groups.Count - 1)
                continue;
            parts.Add(new FilePart(FilePartKind.RowGroups, first, i + 1, Table: file));
            (first, rows) = (i + 1, 0);
        }
    }
}
