namespace OtelPipeline.Data.Files;

/// <summary>
/// Says which files of a directory are left out because their records are read in the other form. Exporters of one process write
/// <c>start-instance-sequence</c> with the same instance, and start within seconds of each other.
/// </summary>
internal sealed class FormChoice
{
    public const string IsHeld = "its records are read from compacted files";

    public const string IsInLines = "its records are read from JSON lines of the same process";

    private const string InTables = "files of its series are missing: its records are read from Parquet files of the same process";

    public static readonly TimeSpan SameStart = TimeSpan.FromSeconds(10);

    private readonly TelemetryForm _form;
    private readonly CompactedFiles _compacted;
    private readonly Dictionary<(string Folder, string Instance), List<Series>> _lines = [];
    private readonly Dictionary<(string Folder, string Instance), List<DateTime>> _tables = [];

    public FormChoice(CompactedFiles compacted, TelemetryForm form)
    {
        _form = form;
        _compacted = compacted;
        if (form == TelemetryForm.Jsonl)
            return;
        // a file that is held is as good as there
        foreach (var file in compacted.Files.Concat(compacted.HeldNames()))
        {
            if (!TryParse(file, out var key, out var start, out var sequence))
                continue;
            if (IsParquet(file))
                Of(_tables, key).Add(start);
            else
                SeriesOf(key, start).Sequences.Add(sequence);
        }
    }

    /// <summary>Why a file is left out; null when it is read.</summary>
    public string? WhyNot(string file)
    {
        var isParquet = IsParquet(file);
        if (_form == TelemetryForm.Parquet && !isParquet || _form == TelemetryForm.Jsonl && isParquet)
            return $"only {(isParquet ? "JSON lines" : "Parquet files")} are asked for";
        if (_form == TelemetryForm.Jsonl)
            return null;
        if (_compacted.Holds(file))
            return IsHeld;
        if (_compacted.Of(file) is { } series)
            return WhyNotInsteadOf(series, TelemetryFileName.SignalFolder(file));
        if (_form != TelemetryForm.Any || !TryParse(file, out var key, out var start, out _))
            return null;
        if (isParquet)
            return Find(key, start) is { IsComplete: true } ? IsInLines : null;
        return IsInTables(key, start) && Find(key, start) is { IsComplete: false } ? InTables : null;
    }

    /// <summary>A compacted file made of JSON lines counts where they would.</summary>
    private string? WhyNotInsteadOf(string series, string folder)
    {
        if (!TryParse(Path.Combine(folder, series + "-0" + TelemetryFileName.Lines), out var key, out var start, out _))
            return null;
        return IsInTables(key, start) && (_form == TelemetryForm.Parquet || Find(key, start) is { IsComplete: false }) ? InTables : null;
    }

    private bool IsInTables((string Folder, string Instance) key, DateTime start) =>
        _tables.TryGetValue(key, out var tables) && tables.Exists(table => IsSame(table, start));

    private static bool IsSame(DateTime left, DateTime right) => (left - right).Duration() <= SameStart;

    private static bool IsParquet(string file) =>
        file.EndsWith(TelemetryFileName.Table, StringComparison.OrdinalIgnoreCase)
        || file.EndsWith(TelemetryFileName.Table + TelemetryFileName.Compacting, StringComparison.Ordinal);

    private Series? Find((string Folder, string Instance) key, DateTime start) =>
        _lines.TryGetValue(key, out var all) ? all.Find(series => IsSame(series.Start, start)) : null;

    private Series SeriesOf((string Folder, string Instance) key, DateTime start)
    {
        var all = Of(_lines, key);
        var series = all.Find(known => known.Start == start);
        if (series is null)
            all.Add(series = new Series(start));
        return series;
    }

    private static List<T> Of<T>(Dictionary<(string Folder, string Instance), List<T>> lists, (string Folder, string Instance) key)
    {
        if (!lists.TryGetValue(key, out var list))
            lists[key] = list = [];
        return list;
    }

    private static bool TryParse(string file, out (string Folder, string Instance) key, out DateTime start, out long sequence)
    {
        (key, start, sequence) = (("", ""), default, 0);
        if (!TelemetryFileName.TryParse(file, out var name))
            return false;
        key = (TelemetryFileName.SignalFolder(file), name.Instance);
        (start, sequence) = (name.Start, name.Sequence);
        return true;
    }

    private sealed record Series(DateTime Start)
    {
        public HashSet<long> Sequences { get; } = [];

        public bool IsComplete => Sequences.Contains(0) && Sequences.Max() == Sequences.Count - 1;
    }
}
