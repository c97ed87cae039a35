using System.Globalization;

namespace OtelPipeline.Data.Files;

/// <summary>
/// Says which files of a directory are left out because their records are read in the other form. Exporters of one process write
/// <c>start-instance-sequence</c> with the same instance, and start within seconds of each other.
/// </summary>
internal sealed class FormChoice
{
    private static readonly TimeSpan SameStart = TimeSpan.FromSeconds(10);

    private readonly TelemetryForm _form;
    private readonly Dictionary<(string Folder, string Instance), List<Series>> _lines = [];
    private readonly Dictionary<(string Folder, string Instance), List<DateTime>> _tables = [];

    public FormChoice(IEnumerable<string> files, TelemetryForm form)
    {
        _form = form;
        if (form != TelemetryForm.Any)
            return;
        foreach (var file in files)
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
        if (_form != TelemetryForm.Any || !TryParse(file, out var key, out var start, out _))
            return null;
        if (isParquet)
            return Find(key, start) is { IsComplete: true } ? "its records are read from JSON lines of the same process" : null;
        return
            _tables.TryGetValue(key, out var tables)
            && tables.Exists(table => IsSame(table, start))
            && Find(key, start) is { IsComplete: false }
            ? "files of its series are missing: its records are read from Parquet files of the same process"
            : null;
    }

    private static bool IsSame(DateTime left, DateTime right) => (left - right).Duration() <= SameStart;

    private static bool IsParquet(string file) => file.EndsWith(".parquet", StringComparison.OrdinalIgnoreCase);

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
        var name = Path.GetFileName(file);
        var dot = name.IndexOf('.', StringComparison.Ordinal);
        var stem = dot < 0 ? name : name[..dot];
        var first = stem.IndexOf('-', StringComparison.Ordinal);
        var last = stem.LastIndexOf('-');
        (key, start, sequence) = (("", ""), default, 0);
        if (
            first < 0
            || last <= first
            || !DateTime.TryParseExact(
                stem[..first],
                "yyyyMMdd'T'HHmmssfff'Z'",
                CultureInfo.InvariantCulture,
                DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal,
                out start
            )
            || !long.TryParse(stem[(last + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out sequence)
        )
        {
            return false;
        }

        // hive partitions lie between the folder of the signal and a Parquet file
        var folder = Path.GetDirectoryName(file) ?? "";
        while (Path.GetFileName(folder).Contains('=', StringComparison.Ordinal))
            folder = Path.GetDirectoryName(folder) ?? "";
        key = (folder, stem[(first + 1)..last]);
        return true;
    }

    private sealed record Series(DateTime Start)
    {
        public HashSet<long> Sequences { get; } = [];

        public bool IsComplete => Sequences.Contains(0) && Sequences.Max() == Sequences.Count - 1;
    }
}
