using System.IO.Enumeration;

namespace OtelPipeline.Data.Files;

/// <summary>Turns what a user calls a path (a file, a directory, a pattern, <c>-</c>) into files, each once, in the order of their names.</summary>
internal static class TelemetryPaths
{
    private static readonly string[] Extensions = [".jsonl", ".json", ".ndjson", ".parquet"];

    /// <summary>The folders that exporters make in theirs, one for each signal.</summary>
    public static readonly string[] SignalFolders = ["spans", "logs", "metrics"];

    /// <exception cref="FileNotFoundException">A path names nothing.</exception>
    /// <param name="paths">What the user named.</param>
    /// <param name="form">Which files of a directory are read.</param>
    /// <param name="sequences">Is told of files that are not there because they were compacted.</param>
    public static IEnumerable<(string Path, bool Named, string? SkippedBecause)> Expand(
        IEnumerable<string> paths,
        TelemetryForm form,
        SequenceGaps sequences
    )
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var path in paths)
        {
            var leases = new List<FileStream>();
            try
            {
                foreach (var (file, named, reason) in Expand(path, form, sequences, leases))
                {
                    if (file == "-" || seen.Add(Path.GetFullPath(file)))
                        yield return (file, named, reason);
                }
            }
            finally
            {
                leases.ForEach(static lease => lease.Dispose());
            }
        }
    }

    /// <summary>All files below a directory that readers would look at, the compressed form where there are two.</summary>
    public static List<string> Files(string directory) => WithoutCompressed([.. InDirectory(directory)]);

    private static IEnumerable<(string Path, bool Named, string? SkippedBecause)> Expand(
        string path,
        TelemetryForm form,
        SequenceGaps sequences,
        List<FileStream> leases
    )
    {
        if (path == "-" || File.Exists(path))
            return [(path, true, null)];
        if (Directory.Exists(path))
        {
            var compacted = new CompactedFiles(WithoutCompressed(Listed(path, leases)));
            foreach (var name in compacted.HeldNames())
                sequences.Note(name);
            var choice = new FormChoice(compacted, form);
            return compacted.Files.Select(file => (file, HasKnownExtension(file), choice.WhyNot(file)));
        }

        if (!path.AsSpan().ContainsAny('*', '?'))
            throw new FileNotFoundException($"There is no file or directory '{path}' to read telemetry from.", path);
        var matches = Matches(path).ToList();
        if (matches.Count == 0)
            throw new FileNotFoundException($"No file matches '{path}'.", path);
        var held = new CompactedFiles(WithoutCompressed(matches));
        return held.Files.Select(file => (file, true, held.Holds(file) ? FormChoice.IsHeld : null));
    }

    /// <summary>
    /// All files below a directory. Where a compaction once was, it is listed again under leases, so that nothing on the list is deleted before
    /// it is read.
    /// </summary>
    private static List<string> Listed(string directory, List<FileStream> leases)
    {
        var files = InDirectory(directory).ToList();
        foreach (var folder in files.Select(TelemetryFileName.SignalFolder).Distinct(StringComparer.Ordinal))
        {
            if (ReadLease.TryTake(folder) is { } lease)
                leases.Add(lease);
        }

        return leases.Count == 0 ? files : [.. InDirectory(directory)];
    }

    /// <summary>
    /// All files below a directory, without hidden ones and those still being written under a temporary name. Folders beside those of the exporters
    /// hold something else: what a program made is no telemetry because it lies next to it.
    /// </summary>
    private static IEnumerable<string> InDirectory(string directory)
    {
        var options = new EnumerationOptions
        {
            RecurseSubdirectories = false,
            IgnoreInaccessible = true,
            AttributesToSkip = FileAttributes.Hidden,
        };
        var isTelemetry = SignalFolders.Any(folder => Directory.Exists(Path.Combine(directory, folder)));
        foreach (var entry in Directory.EnumerateFileSystemEntries(directory, "*", options).Order(StringComparer.Ordinal))
        {
            if (Directory.Exists(entry))
            {
                if (isTelemetry && !SignalFolders.Contains(Path.GetFileName(entry)))
                    continue;
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
    private static List<string> WithoutCompressed(List<string> files)
    {
        var names = files.ToHashSet(StringComparer.Ordinal);
        return files.FindAll(file =>
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
        if (name.EndsWith(TelemetryFileName.Compacting, StringComparison.Ordinal))
            return true;
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
