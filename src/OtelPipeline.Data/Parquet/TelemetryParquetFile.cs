using OtelPipeline.Data.Files;
using OtelPipeline.Data.Json;
using OtelPipeline.Data.TraceQL;
using OtelPipeline.Parquet;

namespace OtelPipeline.Data.Parquet;

/// <summary>Reads the rows of a Parquet file, a few at a time, row group after row group.</summary>
internal sealed class TelemetryParquetFile : IDisposable
{
    private const int BatchRows = 1024;

    private readonly ParquetReader _file;
    private readonly TelemetryTable _table;
    private readonly PromotedSources _promoted;
    private readonly JsonRowParser _json;
    private readonly RowBatch _batch;
    private readonly SpanColumnSink? _sink;
    private RowColumns? _columns;
    private int _group;
    private readonly int _groupEnd;
    private int _row;

    private TelemetryParquetFile(
        ParquetReader file,
        TelemetryTable table,
        JsonRowParser json,
        RowBatch batch,
        SpanColumnSink? sink,
        FilePart part
    )
    {
        (_group, _groupEnd) = part.Kind == FilePartKind.RowGroups ? ((int)part.Start, (int)part.End) : (0, file.RowGroups.Count);
        _sink = sink?.Wants(table.Signal) == true ? sink : null;
        _file = file;
        _table = table;
        _promoted = new PromotedSources(file);
        _json = json;
        _batch = batch;
    }

    /// <summary>Which rows are in the file.</summary>
    public TelemetrySignals Signal => _table.Signal;

    /// <summary>Rows that a query looked at as columns and that nobody gets to see as rows.</summary>
    public long Passed { get; private set; }

    /// <summary>Takes the file over; null, and the file is closed, when it holds no telemetry table.</summary>
    public static TelemetryParquetFile? Open(ParquetReader file, JsonRowParser json, RowBatch batch, SpanColumnSink? sink, FilePart part)
    {
        try
        {
            if (FindTable(file) is { } table)
                return new TelemetryParquetFile(file, table, json, batch, sink, part);
        }
        catch
        {
            file.Dispose();
            throw;
        }

        file.Dispose();
        return null;
    }

    /// <summary>Adds the next rows to the batch.</summary>
    /// <exception cref="ParquetException">The file is damaged.</exception>
    /// <exception cref="InvalidDataException">A column holds what no telemetry table does.</exception>
    public ReadStep Next()
    {
        while (_columns is null || _row == _columns.RowCount)
        {
            _columns?.Dispose();
            _columns = null;
            if (_group == Math.Min(_groupEnd, _file.RowGroups.Count))
                return ReadStep.End;
            var group = _file.RowGroups[_group++];
            var rows = _sink?.Take(_table.Signal, _file, group, _promoted, _json);
            Passed += rows is null ? 0 : group.RowCount - rows.RowCount;
            // the caller may want to end between row groups
            if (rows is { IsEmpty: true })
                return ReadStep.Rows;
            _columns = Load(group, rows);
            _row = 0;
        }

        var end = Math.Min(_row + BatchRows, _columns.RowCount);
        for (; _row < end; _row++)
            _columns.Add(_batch, _row);
        return ReadStep.Rows;
    }

    public void Dispose()
    {
        _columns?.Dispose();
        _file.Dispose();
    }

    /// <summary>By the footer, else by columns that only one table has: another program may have copied the rows.</summary>
    private static TelemetryTable? FindTable(ParquetReader file)
    {
        if (file.KeyValueMetadata.TryGetValue(ParquetKeys.Schema, out var schema))
        {
            foreach (var table in (ReadOnlySpan<TelemetryTable>)[TelemetryTable.Spans, TelemetryTable.Logs, TelemetryTable.Metrics])
            {
                // all versions of a table are read: columns that a file does not have are NULL
                if (schema.AsSpan().StartsWith(table.Version.AsSpan()[..(table.Version.IndexOf('/', StringComparison.Ordinal) + 1)]))
                    return table;
            }
        }

        return Has("span_id", "start_time_unix_nano", "duration_nano", "name") ? TelemetryTable.Spans
            : Has("metric_name", "metric_type", "time_unix_nano") ? TelemetryTable.Metrics
            : Has("severity_number", "time_unix_nano", "body") ? TelemetryTable.Logs
            : null;

        bool Has(params ReadOnlySpan<string> names)
        {
            foreach (var name in names)
            {
                if (file.Schema.Find(name) is null)
                    return false;
            }

            return true;
        }
    }

    private RowColumns Load(ParquetRowGroup group, ParquetRowSelection? rows)
    {
        var columns = new GroupColumns(_file, group, rows);
        try
        {
            return _table.Signal switch
            {
                TelemetrySignals.Spans => new SpanColumns(columns, _promoted, _json),
                TelemetrySignals.Events => new EventColumns(columns, _promoted, _json),
                _ => new MetricPointColumns(columns, _promoted, _json),
            };
        }
        catch
        {
            columns.Dispose();
            throw;
        }
    }
}
