namespace OtelPipeline.Data.Files;

/// <summary>
/// The compacted files among the files of a directory: what they hold is not read a second time, and all files of a group are read once one of
/// them is there, also those that a compaction has not renamed yet.
/// </summary>
internal sealed class CompactedFiles
{
    private readonly Dictionary<string, HeldFiles> _held = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _of = new(StringComparer.Ordinal);

    public CompactedFiles(IReadOnlyList<string> files)
    {
        var known = new HashSet<string>(files, StringComparer.Ordinal);
        var all = new List<string>(files);
        foreach (var file in files)
        {
            if (!TelemetryFileName.IsCompacted(file, out var folder) || CompactedFile.TryRead(file) is not { } group)
                continue;
            if (!_held.TryGetValue(folder, out var held))
                _held[folder] = held = new HeldFiles();
            held.Add(group.Holds);
            foreach (var part in group.Parts)
            {
                var path = Path.Combine(folder, part.Replace('/', Path.DirectorySeparatorChar));
                if (group.Of is not null)
                    _of[path] = _of[path + TelemetryFileName.Compacting] = group.Of;
                if (!known.Contains(path) && Find(path) is { } found && known.Add(found))
                    all.Add(found);
            }
        }

        Files = all;
    }

    /// <summary>The files given, and those of groups that only have their temporary names yet.</summary>
    public IReadOnlyList<string> Files { get; }

    /// <summary>Whether the records of a file lie in compacted ones, too.</summary>
    public bool Holds(string file) =>
        _held.Count > 0
        && TelemetryFileName.SignalFolder(file) is var folder
        && _held.TryGetValue(folder, out var held)
        && held.Contains(Path.GetRelativePath(folder.Length == 0 ? "." : folder, file));

    /// <summary>The series of JSON lines that a compacted file counts instead of; null where it counts in any case.</summary>
    public string? Of(string file) => _of.GetValueOrDefault(file);

    /// <summary>The files held, as if they were there.</summary>
    public IEnumerable<string> HeldNames() =>
        from folder in _held
        from name in folder.Value.Names()
        select Path.Combine(folder.Key, name.Replace('/', Path.DirectorySeparatorChar));

    // between two looks a compaction may rename it
    private static string? Find(string path) =>
        File.Exists(path) ? path
        : File.Exists(path + TelemetryFileName.Compacting) ? path + TelemetryFileName.Compacting
        : File.Exists(path) ? path
        : null;
}
