namespace OtelPipeline.Exporter.Parquet.Sinks;

/// <summary>Deletes files that processes which no longer live left unfinished.</summary>
internal static class Orphans
{
    /// <summary>Never throws: what cannot be deleted now is tried again at the next start.</summary>
    public static void Delete(string directory)
    {
        try
        {
            if (!Directory.Exists(directory))
                return;
            var options = new EnumerationOptions { RecurseSubdirectories = true, IgnoreInaccessible = true };
            foreach (var path in Directory.EnumerateFiles(directory, "*" + ParquetFileName.Extension + ParquetFileName.Temporary, options))
            {
                if (ParquetFileName.IsTemporary(Path.GetFileName(path)) && TryDelete(path))
                    ParquetEventSource.Log.OrphanDeleted(path);
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            ParquetEventSource.Log.CleanUpFailed(directory, exception.Message);
        }
    }

    /// <summary>
    /// False when a process has the file open: the system releases its lock when the process ends, however it ends. On Unix the file is
    /// deleted under the lock that nobody gets while a writer has it open (flock); Windows refuses to open it. File systems without locks,
    /// such as some network shares, cannot tell: give each machine a folder of its own there.
    /// </summary>
    private static bool TryDelete(string path)
    {
        try
        {
            using (var file = new FileStream(path, FileMode.Open, FileAccess.ReadWrite, FileShare.None, bufferSize: 0))
            {
                if (!OperatingSystem.IsWindows())
                    File.Delete(path);
            }

            if (OperatingSystem.IsWindows())
                File.Delete(path);
            return true;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // open, or gone already, or not ours to delete
            return false;
        }
    }
}
