using OtelPipeline.Data.Files;
using OtelPipeline.Data.Parquet;

namespace OtelPipeline.Data.Compaction;

/// <summary>Writes the rows of some files into one file for each hour, reads the result back, and makes all of it visible at once.</summary>
internal sealed class CompactionGroup : IDisposable
{
    // sorted together: most rows of an export lie close to each other in time
    private const int SortedRows = 20_000;

    private readonly string _folder;
    private readonly Func<string> _nextName;
    private readonly TelemetryParquetOptions _format;
    private readonly Dictionary<(Type Row, long Hour), CompactionPart> _parts = [];
    private readonly List<TelemetryRow> _rows = [];
    private readonly HeldFiles _holds = new();
    private RowFingerprint _read;
    private bool _committed;

    public CompactionGroup(string folder, IReadOnlyList<CompactionSource> sources, Func<string> nextName)
    {
        _folder = folder;
        _nextName = nextName;
        Sources = sources;
        _format = new TelemetryParquetOptions { Promoted = Promoted(sources) };
        if (sources.All(source => source.Exports is not null && source.Instance == sources[0].Instance))
        {
            _format.Instance = sources[0].Instance;
            _format.Exports = (sources.Min(source => source.Exports!.Value.First), sources.Max(source => source.Exports!.Value.Last));
        }
    }

    public IReadOnlyList<CompactionSource> Sources { get; }

    public long Rows => _read.Rows;

    public int Files => _parts.Count;

    public long Bytes { get; private set; }

    /// <summary>Reads and writes all sources.</summary>
    /// <returns>The source that could not be read as a whole, and why; null when all could.</returns>
    public (CompactionSource Source, string Reason)? Write(Action<CompactionSource> onRead, CancellationToken cancellationToken)
    {
        foreach (var source in Sources)
        {
            var options = new TelemetryReadOptions { Report = new TelemetryReadReport() };
            TelemetryReader.Read([source.Path], Take, options, cancellationToken);
            if (options.Report.ErrorCount > 0)
                return (source, options.Report.Errors[0].ToString());
            _holds.Add(Path.GetRelativePath(_folder, source.Path));
            if (source.Compacted is { } earlier)
                _holds.Add(earlier.Holds);
            onRead(source);
        }

        WriteRows();
        return null;
    }

    /// <summary>Notes a file whose records are in the sources, too.</summary>
    public void Replaces(string path) => _holds.Add(Path.GetRelativePath(_folder, path));

    /// <summary>Completes the files under their temporary names and reads them back.</summary>
    /// <returns>False when what came back is not what was read before.</returns>
    public bool Complete(CancellationToken cancellationToken)
    {
        var group = new CompactedFile([.. _parts.Values.Select(part => part.Name)], _holds, Sources[0].Of);
        foreach (var part in _parts.Values)
            part.Close(group);
        var written = new RowFingerprint();
        TelemetryReader.Read(
            _parts.Values.Select(part => part.Temporary),
            row => written.Add(row),
            new TelemetryReadOptions { Strict = true },
            cancellationToken
        );
        Bytes = _parts.Values.Sum(part => new FileInfo(part.Temporary).Length);
        return written.Equals(_read);
    }

    /// <summary>Gives the files their names: with the first, readers take them all.</summary>
    public void Commit()
    {
        _committed = true;
        foreach (var part in _parts.Values)
            File.Move(part.Temporary, part.Path, overwrite: false);
    }

    public void Dispose()
    {
        foreach (var part in _parts.Values)
            part.Dispose();
        if (_committed)
            return;
        foreach (var part in _parts.Values)
            File.Delete(part.Temporary);
    }

    private void Take(TelemetryRow row)
    {
        _read.Add(row);
        _rows.Add(
            row switch
            {
                SpanRow span => span.Clone(),
                EventRow record => record.Clone(),
                _ => ((MetricPointRow)row).Clone(),
            }
        );
        if (_rows.Count >= SortedRows)
            WriteRows();
    }

    private void WriteRows()
    {
        _rows.Sort(static (left, right) => left.TimestampUnixNano.CompareTo(right.TimestampUnixNano));
        foreach (var row in _rows)
        {
            var key = (row.GetType(), TelemetryPartition.HourOf(row));
            if (!_parts.TryGetValue(key, out var part))
                _parts[key] = part = new CompactionPart(_folder, _nextName(), key.Item2, row, _format);
            part.Write(row);
        }

        _rows.Clear();
    }

    /// <summary>The columns of all sources; a name or a key that two of them use differently goes to the first.</summary>
    private static List<TelemetryColumn> Promoted(IReadOnlyList<CompactionSource> sources)
    {
        var columns = new List<TelemetryColumn>();
        foreach (var column in sources.SelectMany(source => source.Promoted).Concat(TelemetrySchema.Promoted))
        {
            if (!columns.Exists(known => known.Name == column.Name || known.AttributeKeys.Intersect(column.AttributeKeys).Any()))
                columns.Add(column);
        }

        return columns;
    }
}
