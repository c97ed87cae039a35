using OpenTelemetry;
using OtelPipeline.Data;

namespace OtelPipeline.Exporter.Parquet.Sinks;

/// <summary>
/// Takes rows on the exporting thread and writes them on one of its own. Two lists change places: one fills while the other is written. When
/// both together hold as much as may wait, rows are dropped and counted.
/// </summary>
internal sealed class ParquetSink<TRow> : IDisposable
    where TRow : TelemetryRow
{
    private static readonly TimeSpan DisposePatience = TimeSpan.FromSeconds(5);

    private readonly object _gate = new();
    private readonly ParquetExporterOptions _options;
    private readonly TimeProvider _time;
    private readonly PartitionWriter<TRow> _writer;
    private List<TRow> _filling = [];
    private List<TRow> _writing = [];
    private long _fillingBytes;
    private long _writingBytes;
    private (long First, long Last) _exports;
    private long _export;
    private long _full;
    private bool _isDue;
    private bool _isClosing;
    private Thread? _thread;
    private ITimer? _timer;

    public ParquetSink(
        RowTable<TRow> table,
        ParquetExporterOptions options,
        ParquetSignal signal,
        TimeProvider time,
        Func<string, FileStream>? open = null
    )
    {
        _options = options;
        _time = time;
        Metrics = new ExporterMetrics(signal);
        _writer = new PartitionWriter<TRow>(table, options, signal, Metrics, time, open);
    }

    public ExporterMetrics Metrics { get; }

    /// <summary>The folder of the signal.</summary>
    public string Directory => _writer.Directory;

    /// <summary>The instance that the files name; set before the first row.</summary>
    public string Instance { get; set; } = "unknown";

    /// <summary>Rows lost since the export began, without those of files that cannot be written.</summary>
    public long Dropped { get; private set; }

    /// <summary>Rows taken or lost since the export began.</summary>
    public long Handled { get; private set; }

    public void BeginExport()
    {
        Dropped = Handled = _full = 0;
        _export++;
    }

    /// <summary>Takes a row over.</summary>
    public void Add(TRow row)
    {
        var size = RowSize.Of(row);
        lock (_gate)
        {
            if (!_isClosing && IsRoom(size))
            {
                if (_filling.Count == 0)
                    Begin();
                _filling.Add(row);
                _fillingBytes += size;
                _exports.Last = _export;
                Handled++;
                if (IsEnough)
                    Monitor.PulseAll(_gate);
                return;
            }
        }

        Handled++;
        Dropped++;
        _full++;
    }

    /// <summary>Counts rows that could not be made.</summary>
    public void Drop(long rows, Exception exception)
    {
        Handled += rows;
        Dropped += rows;
        Metrics.Failed(rows, exception.GetType().FullName!);
        ParquetEventSource.Log.RecordsFailed(Directory, rows, exception);
    }

    public void EndExport()
    {
        if (_full == 0)
            return;
        Metrics.Failed(_full, "queue_full");
        ParquetEventSource.Log.BufferFull(Directory, _full);
    }

    /// <summary>Writes what is left; rows that come later are lost and counted.</summary>
    /// <returns>False when the time was too short: the rest is written as long as the process lives.</returns>
    public bool Close(TimeSpan patience)
    {
        lock (_gate)
        {
            _isClosing = true;
            _timer?.Dispose();
            Monitor.PulseAll(_gate);
        }

        if (_thread is null || _thread.Join(patience))
            return true;
        ParquetEventSource.Log.ShutdownTimedOut(Directory);
        return false;
    }

    public void Dispose() => Close(DisposePatience);

    private bool IsEnough => _filling.Count >= _options.MaxUnwrittenRows / 2 || _fillingBytes >= _options.MaxUnwrittenBytes / 2;

    private bool IsRoom(long size) =>
        size <= _options.MaxUnwrittenBytes / 2
        && _filling.Count + _writing.Count < _options.MaxUnwrittenRows
        && _fillingBytes + _writingBytes + size <= _options.MaxUnwrittenBytes;

    /// <summary>The first row of a file.</summary>
    private void Begin()
    {
        _exports.First = _export;
        // the time of a file that was full before
        _isDue = false;
        if (_thread is null)
            Start();
        _timer!.Change(_options.MaxFileAge, Timeout.InfiniteTimeSpan);
    }

    private void Start()
    {
        // neither timer nor thread may keep the current span or run alive
        var isFlowing = !ExecutionContext.IsFlowSuppressed();
        if (isFlowing)
            ExecutionContext.SuppressFlow();
        try
        {
            _timer = _time.CreateTimer(_ => OnTime(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        }
        finally
        {
            if (isFlowing)
                ExecutionContext.RestoreFlow();
        }

        _writer.Begin();
        _thread = new Thread(Run) { IsBackground = true, Name = "OtelPipeline Parquet exporter" };
        _thread.UnsafeStart();
    }

    private void OnTime()
    {
        lock (_gate)
        {
            _isDue = true;
            Monitor.PulseAll(_gate);
        }
    }

    private void Run()
    {
        using var suppressed = SuppressInstrumentationScope.Begin();
        Orphans.Delete(Directory);
        while (Take(out var exports))
        {
            _writer.Write(_writing, Instance, exports);
            lock (_gate)
            {
                _writing.Clear();
                _writingBytes = 0;
            }
        }
    }

    /// <summary>Waits until there is a file's worth of rows, and swaps the lists; false when there will be no more.</summary>
    private bool Take(out (long First, long Last) exports)
    {
        lock (_gate)
        {
            while (!_isClosing && !(_filling.Count > 0 && (_isDue || IsEnough)))
                Monitor.Wait(_gate);
            exports = _exports;
            (_filling, _writing) = (_writing, _filling);
            _writingBytes = _fillingBytes;
            _fillingBytes = 0;
            _isDue = false;
            return _writing.Count > 0;
        }
    }
}
