namespace OtelPipeline.Data.Files;

/// <summary>
/// Held while the files of a directory are read: a compaction deletes nothing meanwhile that the reader may have on its list. The file is there
/// where a compaction once was. File systems without locks, such as some network shares, know no lease: a file that vanishes is then an error.
/// </summary>
internal static class ReadLease
{
    public const string FileName = ".otelpipeline-readers";

    /// <summary>Takes the lease of a folder; null where there is none, or where a compaction is just deleting what it has replaced.</summary>
    public static FileStream? TryTake(string folder)
    {
        var path = Path.Combine(folder, FileName);
        if (!File.Exists(path))
            return null;
        try
        {
            return new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // all groups of a folder have their names before the first of their originals is deleted: no lease is needed then
            return null;
        }
    }
}
