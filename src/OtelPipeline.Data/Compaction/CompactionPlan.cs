using OtelPipeline.Data.Files;

namespace OtelPipeline.Data.Compaction;

/// <summary>
/// What to merge in the folder of one signal: of each process the copy of its records that readers count, so that nobody counts differently
/// afterwards.
/// </summary>
internal sealed class CompactionPlan
{
    private readonly TelemetryCompactionOptions _options;
    private readonly List<CompactionSource> _sources = [];
    private readonly Dictionary<string, List<string>> _copies = new(StringComparer.Ordinal);

    /// <param name="files">The files of the folder.</param>
    /// <param name="options">Sizes.</param>
    public CompactionPlan(CompactedFiles files, TelemetryCompactionOptions options)
    {
        _options = options;
        var choice = new FormChoice(files, TelemetryForm.Any);
        var tables = new List<CompactionSource>();
        var series = files
            .Files.Select(path => (Path: path, Parsed: TelemetryFileName.TryParse(path, out var name), Name: name))
            .Where(file => file.Parsed && file.Name.HasRows && !files.Holds(file.Path))
            .ToList();
        var writing = series
            .Where(file => !file.Name.IsTable)
            .GroupBy(file => file.Name.Series)
            .ToDictionary(group => group.Key, group => OpenFile(group.MaxBy(file => file.Name.Sequence).Path));
        foreach (var (path, _, name) in series)
        {
            var reason = choice.WhyNot(path);
            if (!name.IsTable)
            {
                var open = writing[name.Series];
                if (reason is null && path != open)
                    _sources.Add(CompactionSource.OfLines(path, name, open is null ? null : name.Series));
            }
            else if (reason is null && CompactionSource.TryTable(path, name) is { } table && table.Rows < options.SmallRows)
            {
                // once its process has ended, nothing about its lines can change any more
                tables.Add(table.Of is { } of && writing.GetValueOrDefault(of) is null ? table with { Of = null } : table);
            }
            else if (reason == FormChoice.IsInLines && LinesOf(name, writing) is { } lines && writing[lines] is null)
                CopiesOf(lines).Add(path);
        }

        AddTables(tables);
    }

    /// <summary>Sources that become one group; those of one process that still writes are not mixed with others.</summary>
    public IEnumerable<List<CompactionSource>> Groups()
    {
        var group = new List<CompactionSource>();
        long rows = 0;
        foreach (
            var source in _sources
                .OrderBy(source => source.Of, StringComparer.Ordinal)
                .ThenBy(source => source.Hour)
                .ThenBy(source => source.Path, StringComparer.Ordinal)
        )
        {
            if (group.Count > 0 && (group[0].Of != source.Of || rows + source.Rows > _options.MaxGroupRows))
            {
                yield return group;
                group = [];
                rows = 0;
            }

            group.Add(source);
            rows += source.Rows;
        }

        if (group.Count > 0)
            yield return group;
    }

    /// <summary>Files that hold the records of a source's series once more, in the form that readers do not count.</summary>
    public IEnumerable<string> Copies(CompactionSource source) =>
        source.Name.IsTable || source.Of is not null ? [] : _copies.GetValueOrDefault(source.Name.Series) ?? [];

    public long Bytes => _sources.Sum(source => source.Bytes);

    /// <summary>Small tables of an hour, where there is something to merge them with.</summary>
    private void AddTables(List<CompactionSource> tables)
    {
        var lines = _sources.ToList();
        foreach (var hour in tables.GroupBy(table => (table.Of, table.Hour)))
        {
            var end = hour.Key.Hour.AddHours(1);
            if (
                hour.Count() > 1
                || lines.Exists(line => line.Of == hour.Key.Of && line.Hour < end && File.GetLastWriteTimeUtc(line.Path) >= hour.Key.Hour)
            )
                _sources.AddRange(hour);
        }
    }

    private List<string> CopiesOf(string series)
    {
        if (!_copies.TryGetValue(series, out var copies))
            _copies[series] = copies = [];
        return copies;
    }

    private static string? LinesOf(TelemetryFileName table, Dictionary<string, string?> writing) =>
        writing.Keys.FirstOrDefault(series =>
            TelemetryFileName.TryParse(series + "-0", out var lines)
            && lines.Instance == table.Instance
            && (lines.Start - table.Start).Duration() <= FormChoice.SameStart
        );

    /// <summary>The last file of a series when a process still has it open; null when the process has ended.</summary>
    private static string? OpenFile(string path)
    {
        try
        {
            // writers and readers hold a lock that excludes this one
            using var probe = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.None, bufferSize: 0);
            return null;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return path;
        }
    }
}
