using System.Globalization;
using OtelPipeline.Data;
using OtelPipeline.Data.Parquet;

namespace OtelPipeline.Cli.Output;

/// <summary>
/// The files that a conversion writes, with the names and in the folders that the exporters use: readers, <c>compact</c> and <c>clean</c> know
/// them. Until all are complete they have temporary names, and go when the conversion fails.
/// </summary>
internal sealed class ConvertedFiles(string directory, string form, DateTime start) : IDisposable
{
    private const string Temporary = ".converting.tmp";
    private const long NanosecondsPerHour = 3_600_000_000_000;

    // an hour that comes back later gets another file: memory must not grow with the number of hours, and an hour that is over soon lets go of its own
    private const int MostOpenHours = 8;
    private const int IdleRows = 10_000;

    // ... nor with that of rows: a file keeps the index of its pages until it is complete
    private const int MostRows = 1_000_000;

    private readonly Dictionary<(string Signal, long Hour), File> _open = [];
    private readonly List<(string Path, long Rows)> _closed = [];
    private int _sequence;
    private long _written;
    private bool _complete;

    public void Write(TelemetryRow row)
    {
        var signal = row switch
        {
            SpanRow => "spans",
            EventRow => "logs",
            _ => "metrics",
        };
        var key = (signal, form == "parquet" ? Math.Max(0, row.TimestampUnixNano) / NanosecondsPerHour : 0);
        if (!_open.TryGetValue(key, out var file))
        {
            MakeRoom(signal);
            _open[key] = file = Open(row, signal, key.Item2);
        }

        file.LastWrite = ++_written;
        file.Write(row);
        if (form == "parquet" && file.Rows == MostRows)
            Close(key);
        if (_written % IdleRows == 0)
            CloseIdle();
    }

    /// <summary>Completes the files and gives them their names.</summary>
    public IReadOnlyList<(string Path, long Rows, long Bytes)> Complete()
    {
        foreach (var key in _open.Keys)
            Close(key);
        _complete = true;
        foreach (var (path, _) in _closed)
            System.IO.File.Move(path + Temporary, path, overwrite: false);
        return [.. _closed.Select(file => (file.Path, file.Rows, new FileInfo(file.Path).Length))];
    }

    public void Dispose()
    {
        foreach (var file in _open.Values)
            file.Dispose();
        if (_complete)
            return;
        foreach (var path in _closed.Select(file => file.Path).Concat(_open.Values.Select(file => file.Path)))
            System.IO.File.Delete(path + Temporary);
    }

    // one hour ends and another begins: late rows of the first are few
    private void MakeRoom(string signal)
    {
        var open = _open.Where(pair => pair.Key.Signal == signal).OrderBy(pair => pair.Value.LastWrite).ToList();
        if (open.Count == MostOpenHours)
            Close(open[0].Key);
        if (open.Count > 0)
            open[^1].Value.Pause();
    }

    private void CloseIdle()
    {
        foreach (var signal in _open.GroupBy(pair => pair.Key.Signal).ToList())
        {
            foreach (
                var (key, _) in signal
                    .OrderByDescending(pair => pair.Value.LastWrite)
                    .Skip(1)
                    .Where(pair => pair.Value.LastWrite <= _written - IdleRows)
            )
                Close(key);
        }
    }

    private void Close((string Signal, long Hour) key)
    {
        var file = _open[key];
        file.Close();
        _closed.Add((file.Path, file.Rows));
        _open.Remove(key);
    }

    private File Open(TelemetryRow row, string signal, long hour)
    {
        var folder = Path.Combine(directory, signal);
        if (form == "parquet")
        {
            var time = DateTime.UnixEpoch.AddHours(hour);
            folder = Path.Combine(
                folder,
                string.Create(CultureInfo.InvariantCulture, $"date={time:yyyy-MM-dd}"),
                string.Create(CultureInfo.InvariantCulture, $"hour={time:HH}")
            );
        }

        Directory.CreateDirectory(folder);
        // of lines, each signal has a series of its own, which begins at 0
        var number = form == "parquet" ? _sequence++ : 0;
        var name = string.Create(
            CultureInfo.InvariantCulture,
            $"{start:yyyyMMdd'T'HHmmssfff'Z'}-converted-{number:D6}{(form == "parquet" ? ".parquet" : ".jsonl")}"
        );
        return new File(Path.Combine(folder, name), form, row);
    }

    private sealed class File : IDisposable
    {
        // the values of a page wait in memory for its end, pages for that of their row group: small ones keep a long conversion as small as a short one
        private static readonly TelemetryParquetOptions Parquet = new()
        {
            Format = new() { PageRows = 4_000, RowGroupRows = 50_000 },
        };

        private readonly FileStream _stream;
        private readonly TelemetryJsonWriter? _lines;
        private readonly TelemetryParquetWriter<SpanRow>? _spans;
        private readonly TelemetryParquetWriter<EventRow>? _events;
        private readonly TelemetryParquetWriter<MetricPointRow>? _points;

        public File(string path, string form, TelemetryRow first)
        {
            Path = path;
            _stream = new FileStream(path + Temporary, FileMode.CreateNew, FileAccess.Write, FileShare.Read, 64 * 1024);
            switch (form, first)
            {
                case ("otlp", _):
                    _lines = TelemetryJsonWriter.ForOtlp(_stream);
                    break;
                case ("flat", _):
                    _lines = TelemetryJsonWriter.ForFlat(_stream);
                    break;
                case (_, SpanRow):
                    _spans = TelemetryParquetWriter.ForSpans(_stream, Parquet);
                    break;
                case (_, EventRow):
                    _events = TelemetryParquetWriter.ForEvents(_stream, Parquet);
                    break;
                default:
                    _points = TelemetryParquetWriter.ForMetricPoints(_stream, Parquet);
                    break;
            }
        }

        public string Path { get; }

        public long Rows { get; private set; }

        public long LastWrite { get; set; }

        public void Write(TelemetryRow row)
        {
            Rows++;
            _lines?.Write(row);
            _spans?.Write((SpanRow)row);
            _events?.Write((EventRow)row);
            _points?.Write((MetricPointRow)row);
        }

        public void Pause()
        {
            _spans?.Pause();
            _events?.Pause();
            _points?.Pause();
        }

        public void Close()
        {
            _lines?.Flush();
            _spans?.Close();
            _events?.Close();
            _points?.Close();
            _stream.Flush(flushToDisk: true);
            Dispose();
        }

        public void Dispose()
        {
            _lines?.Dispose();
            _spans?.Dispose();
            _events?.Dispose();
            _points?.Dispose();
            _stream.Dispose();
        }
    }
}
