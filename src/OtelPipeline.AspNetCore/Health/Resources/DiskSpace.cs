namespace OtelPipeline.AspNetCore.Health.Resources;

/// <summary>How full file systems are.</summary>
internal static class DiskSpace
{
    /// <summary>
    /// Share that is taken, 0 to 1, of what this user could take: blocks that are reserved for root count as neither, as <c>df</c> does it.
    /// </summary>
    /// <exception cref="IOException">The path does not exist or its file system cannot be read.</exception>
    public static double Utilization(string path)
    {
        var drive = new DriveInfo(Path.GetFullPath(path));
        var taken = drive.TotalSize - drive.TotalFreeSpace;
        var all = taken + drive.AvailableFreeSpace;
        return all > 0 ? (double)taken / all : 0;
    }

    /// <summary>The mount point that holds a path, or the path itself where that cannot be found.</summary>
    public static string Mountpoint(string path)
    {
        var full = Path.GetFullPath(path);
        try
        {
            return DriveInfo
                    .GetDrives()
                    .Select(drive => drive.Name)
                    .Where(mount =>
                        full == mount
                        || full.StartsWith(
                            Path.EndsInDirectorySeparator(mount) ? mount : mount + Path.DirectorySeparatorChar,
                            StringComparison.Ordinal
                        )
                    )
                    .MaxBy(mount => mount.Length)
                ?? full;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return full;
        }
    }
}
