using System.Globalization;

namespace OtelPipeline.AspNetCore.Health.Resources;

/// <summary>
/// Reads the pseudo files of Linux and finds the control groups of this process; on other systems there are none. Version 2:
/// https://docs.kernel.org/admin-guide/cgroup-v2.html, version 1: https://docs.kernel.org/admin-guide/cgroup-v1/
/// </summary>
internal sealed class SystemFiles(string root)
{
    private string Groups => Path.Combine(root, "sys/fs/cgroup");

    /// <summary>A file's text, or null where it does not exist or cannot be read.</summary>
    public static string? Text(string path)
    {
        try
        {
            return File.ReadAllText(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // not this kind of system, or a group that went away: the caller has a second way
            return null;
        }
    }

    public string? Proc(string name) => Text(Path.Combine(root, "proc", name));

    /// <summary>
    /// The directories that hold a controller's limits, from this process' own group up to the outermost that can be seen: a limit
    /// anywhere on the way counts.
    /// </summary>
    public (bool IsVersion2, string[] Levels) Levels(string controller)
    {
        var version2 = "/";
        foreach (var line in (Proc("self/cgroup") ?? "").Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            // hierarchy:controllers:path, where the path may hold colons
            var fields = line.Split(':', 3);
            if (fields.Length < 3)
                continue;
            if (fields[1].Length == 0)
                version2 = fields[2];
            else if (fields[1].Split(',').Contains(controller))
                return (false, Existing(Mount(fields[1], controller), fields[2]));
        }

        return (true, Existing(Groups, version2));
    }

    /// <summary>The value behind a key in lines of <c>key value</c>, or null.</summary>
    public static long? Value(string? text, string key)
    {
        foreach (var line in (text ?? "").Split('\n'))
        {
            var fields = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            if (fields.Length >= 2 && fields[0] == key)
                return Number(fields[1]);
        }

        return null;
    }

    /// <summary>A whole number, or null for anything else, such as <c>max</c>.</summary>
    public static long? Number(string? text) =>
        long.TryParse(text, NumberStyles.AllowLeadingSign | NumberStyles.AllowTrailingWhite, CultureInfo.InvariantCulture, out var value)
            ? value
            : null;

    // the directory is named by all controllers of the hierarchy, in most systems with a link for each of them
    private string Mount(string controllers, string controller)
    {
        var all = Path.Combine(Groups, controllers);
        return Directory.Exists(all) ? all : Path.Combine(Groups, controller);
    }

    // in a container the path may be the host's, of which nothing exists here: then the mount itself is the container's group
    private static string[] Existing(string mount, string path)
    {
        var levels = new List<string>();
        var parts = path.Split('/', StringSplitOptions.RemoveEmptyEntries);
        for (var depth = parts.Contains("..") ? 0 : parts.Length; depth >= 0; depth--)
        {
            var level = Path.Combine([mount, .. parts.AsSpan(0, depth)]);
            if (Directory.Exists(level))
                levels.Add(level);
        }

        return [.. levels];
    }
}
