using System.IO.Enumeration;

namespace OtelPipeline.Data.Files;

/// <summary>Turns what a user calls a path (a file, a directory, a pattern, <c>-</c>) into files, each once, in the order of their names.</summary>
internal static class TelemetryPaths
{
    private static readonly string[] Extensions = [".jsonl", ".json", ".ndjson", ".parquet"];

    /// <exception cref="FileNotFoundException">A path names nothing.</exception>
    public static IEnumerable<(string Path, bool Named, string? SkippedBecause)> Expand(IEnumerable<string> paths, TelemetryForm form)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var path in paths)
        {
            foreach (var (file, named, reason) in Expand(path, form))
            {
                if (file == "-" || seen.Add(Path.GetFullPath(file)))
                    yield return (file, named, reason);
            }
        }
    }

    private static IEnumerable<(string Path, bool Named, string? SkippedBecause)> Expand(string path, TelemetryForm form)
    {
        if (path == "-" || File.Exists(path))
            return [(path, true, null)];
        if (Directory.Exists(path))
        {
            var files = WithoutCompressed(InDirectory(path)).ToList();
            var choice = new FormChoice(files, form);
            return files.Select(file => (file, HasKnownExtension(file), choice.WhyNot(file)));
        }

        if (!path.AsSpan().ContainsAny('*', '?'))
            throw new FileNotFoundException($"There is no file or directory '{path}' to read telemetry from.", path);
        var matches = Matches(path).ToList();
        if (matches.Count == 0)
            throw new FileNotFoundException($"No file matches '{path}'.", path);
        return WithoutCompressed(matches).Select(file => (file, true, (string?)null));
    }

    /// <summary>All files below a directory, without hidden ones and those still being written under a temporary name.</summary>
    private static IEnumerable<string> InDirectory(string directory)
    {
        var options = new EnumerationOptions
        {
            RecurseSubdirectories = false,
            IgnoreInaccessible = true,
            AttributesToSkip = FileAttributes.Hidden,
        };
        foreach (var entry in Directory.EnumerateFileSystemEntries(directory, "*", options).Order(StringComparer.Ordinal))
        {
            if (Directory.Exists(entry))
            {
                // a link to a directory may lead back up
                if (new DirectoryInfo(entry).LinkTarget is not null)
                    continue;
                foreach (var file in InDirectory(entry))
                    yield return file;
            }
            else if (!entry.EndsWith(".tmp", StringComparison.Ordinal))
                yield return entry;
        }
    }

    /// <summary>
    /// Leaves out a file of JSON lines whose compressed form is there as well: a writer that compresses a closed file deletes it afterwards,
    /// and both hold the same records.
    /// </summary>
    private static IEnumerable<string> WithoutCompressed(IEnumerable<string> files)
    {
        var all = files.ToList();
        var names = all.ToHashSet(StringComparer.Ordinal);
        return all.Where(file =>
            !file.EndsWith(".jsonl", StringComparison.Ordinal) || !(names.Contains(file + ".gz") || names.Contains(file + ".zst"))
        );
    }

    private static IEnumerable<string> Matches(string pattern)
    {
        var segments = pattern.Split('/', Path.DirectorySeparatorChar);
        var fixedSegments = segments.TakeWhile(segment => !segment.AsSpan().ContainsAny('*', '?')).ToArray();
        var root = string.Join(Path.DirectorySeparatorChar, fixedSegments);
        if (fixedSegments.Length > 0 && root.Length == 0)
            root = Path.DirectorySeparatorChar.ToString();
        var directory = root.Length == 0 ? "." : root;
        if (!Directory.Exists(directory))
            yield break;
        foreach (var file in InDirectory(directory))
        {
            var relative = Path.GetRelativePath(directory, file).Split(Path.DirectorySeparatorChar);
            if (IsMatch(relative, segments.AsSpan(fixedSegments.Length)))
                yield return root.Length == 0 ? Path.GetRelativePath(directory, file) : file;
        }
    }

    /// <summary><c>**</c> stands for any number of directories, <c>*</c> and <c>?</c> for characters of one name.</summary>
    private static bool IsMatch(ReadOnlySpan<string> names, ReadOnlySpan<string> pattern)
    {
        if (pattern.IsEmpty)
            return names.IsEmpty;
        if (pattern[0] == "**")
            return IsMatch(names, pattern[1..]) || (!names.IsEmpty && IsMatch(names[1..], pattern));
        return !names.IsEmpty
            && FileSystemName.MatchesSimpleExpression(pattern[0], names[0], ignoreCase: false)
            && IsMatch(names[1..], pattern[1..]);
    }

    private static bool HasKnownExtension(string file)
    {
        var name = file.AsSpan();
        foreach (var compression in (ReadOnlySpan<string>)[".gz", ".zst"])
        {
            if (name.EndsWith(compression, StringComparison.OrdinalIgnoreCase))
                name = name[..^compression.Length];
        }

        foreach (var extension in Extensions)
        {
            if (name.EndsWith(extension, StringComparison.OrdinalIgnoreCase))
                return true;
        }

        return false;
    }
}
