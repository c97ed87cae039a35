using System.Reflection;
using OtelPipeline.Parquet.Buffers;
using OtelPipeline.Parquet.Compression;
using OtelPipeline.Parquet.Metadata;
using OtelPipeline.Parquet.Writing;

namespace OtelPipeline.Parquet;

/// <summary>
/// Writes one Parquet file: fill the columns with any number of rows, call <see cref="EndBatch"/>, repeat, and <see cref="Close"/> at the end.
/// A file without <see cref="Close"/> has no footer and cannot be read. Not thread safe.
/// </summary>
public sealed class ParquetWriter : IDisposable
{
    private static readonly string CreatedBy = FindVersion();

    private readonly Stream _stream;
    private readonly bool _leaveOpen;
    private readonly ParquetWriterOptions _options;
    private readonly PageCompressor _compressor;
    private readonly ParquetColumnWriter[] _columns;
    private readonly List<WrittenRowGroup> _rowGroups = [];
    private readonly SegmentBuffer _indexes = new();
    private long _position;
    private bool _closed;
    private bool _failed;
    private bool _disposed;

    /// <summary>Writes to a stream, from where it stands; it need not seek.</summary>
    /// <exception cref="NotSupportedException">The codec is not available.</exception>
    /// <exception cref="ArgumentException">An option is out of range, or a sorting column does not exist.</exception>
    public ParquetWriter(Stream stream, ParquetSchema schema, ParquetWriterOptions? options = null, bool leaveOpen = false)
    {
        ArgumentNullException.ThrowIfNull(stream);
        ArgumentNullException.ThrowIfNull(schema);
        _options = options?.Copy() ?? new ParquetWriterOptions();
        _options.Validate();
        _stream = stream;
        _leaveOpen = leaveOpen;
        Schema = schema;
        _compressor = new PageCompressor(_options.Compression, _options.Level);
        _columns = [.. schema.Columns.Select(CreateColumn)];
        MarkSortKey();
        Write("PAR1"u8);
    }

    /// <summary>The schema of the file.</summary>
    public ParquetSchema Schema { get; }

    /// <summary>Entries for the footer; starts with those of the options, and may be changed until <see cref="Close"/>.</summary>
    public IDictionary<string, string> KeyValueMetadata => _options.KeyValueMetadata;

    /// <summary>Rows in row groups that have ended.</summary>
    public long RowCount { get; private set; }

    /// <summary>Bytes written to the stream.</summary>
    public long BytesWritten => _position;

    /// <summary>Bytes of encoded pages and of values that wait in memory for the row group's end.</summary>
    public long BufferedBytes => _columns.Sum(c => c.BufferedBytes);

    /// <summary>Creates a file, or overwrites it.</summary>
    /// <exception cref="IOException">The file cannot be created.</exception>
    public static ParquetWriter Create(string path, ParquetSchema schema, ParquetWriterOptions? options = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentNullException.ThrowIfNull(schema);
        // pages come in pieces of 4 KiB: a buffer in between would only copy them
        var stream = new FileStream(path, FileMode.Create, FileAccess.Write, FileShare.Read, bufferSize: 0);
        try
        {
            return new ParquetWriter(stream, schema, options);
        }
        catch
        {
            stream.Dispose();
            throw;
        }
    }

    /// <summary>The writer of a column of numbers or booleans; <typeparamref name="T"/> is bool, int, long, float or double.</summary>
    /// <exception cref="KeyNotFoundException">There is no such column.</exception>
    /// <exception cref="ArgumentException">The column has another type.</exception>
    public ParquetColumnWriter<T> Column<T>(string path)
        where T : unmanaged =>
        Find(path) as ParquetColumnWriter<T>
        ?? throw new ArgumentException($"Column '{path}' is {Schema[path].Type}, not {typeof(T).Name}.", nameof(path));

    /// <summary>The writer of a column of text or bytes.</summary>
    /// <exception cref="KeyNotFoundException">There is no such column.</exception>
    /// <exception cref="ArgumentException">The column has another type.</exception>
    public ParquetBytesWriter Bytes(string path) =>
        Find(path) as ParquetBytesWriter
        ?? throw new ArgumentException($"Column '{path}' is {Schema[path].Type}, not bytes.", nameof(path));

    /// <summary>
    /// Says that all columns have the same rows now. Ends the row group when it has the rows or bytes of the options; so memory is bounded when
    /// batches are.
    /// </summary>
    /// <exception cref="InvalidOperationException">The columns differ in their number of rows.</exception>
    public void EndBatch()
    {
        var rows = CheckRows();
        if (rows >= _options.RowGroupRows || BufferedBytes >= _options.RowGroupBytes)
            EndRowGroup();
    }

    /// <summary>Ends the row group, if it has rows, and writes it.</summary>
    /// <exception cref="InvalidOperationException">The columns differ in their number of rows, or an earlier write failed.</exception>
    /// <exception cref="IOException">The stream failed; only <see cref="Dispose"/> is left to do.</exception>
    public void EndRowGroup()
    {
        var rows = CheckRows();
        if (rows == 0)
            return;
        // what a failed write leaves cannot be continued; unset again when all of it is done
        _failed = true;
        WriteRowGroup(rows);
        _failed = false;
    }

    /// <summary>Ends the row group as <see cref="EndRowGroup"/> does, and gives back the memory of the columns until more rows come.</summary>
    /// <exception cref="InvalidOperationException">The columns differ in their number of rows, or an earlier write failed.</exception>
    /// <exception cref="IOException">The stream failed; only <see cref="Dispose"/> is left to do.</exception>
    public void Pause()
    {
        EndRowGroup();
        foreach (var column in _columns)
            column.Release();
    }

    /// <summary>Ends the row group and writes the footer. The file is complete then, but not yet flushed to the disk.</summary>
    /// <exception cref="InvalidOperationException">The columns differ in their number of rows.</exception>
    public void Close()
    {
        if (_closed)
            return;
        EndRowGroup();
        var indexStart = _position;
        _indexes.CopyTo(_stream);
        _position += _indexes.Length;
        using var footer = new ByteBuffer();
        new FooterWriter(footer, Schema, _options).Write(_rowGroups, indexStart, CreatedBy);
        footer.WriteInt32(footer.Length);
        footer.Write("PAR1"u8);
        Write(footer.Written);
        _stream.Flush();
        _closed = true;
    }

    /// <summary>Releases memory and the stream. Writes nothing: a file that was not closed stays incomplete, and says so to every reader.</summary>
    public void Dispose()
    {
        if (_disposed)
            return;
        _disposed = true;
        _closed = true;
        foreach (var column in _columns)
            column.Release();
        _indexes.Dispose();
        _compressor.Dispose();
        if (!_leaveOpen)
            _stream.Dispose();
    }

    private static string FindVersion()
    {
        var version =
            typeof(ParquetWriter).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "0.0.0";
        var parts = version.Split('+', 2);
        return $"otelpipeline version {parts[0]} (build {(parts.Length > 1 ? parts[1] : "unknown")})";
    }

    private ParquetColumnWriter CreateColumn(ParquetColumn column) =>
        column.Type switch
        {
            ParquetType.Boolean => new ParquetColumnWriter<bool>(column, _options, _compressor),
            ParquetType.Int32 => new ParquetColumnWriter<int>(column, _options, _compressor),
            ParquetType.Int64 => new ParquetColumnWriter<long>(column, _options, _compressor),
            ParquetType.Float => new ParquetColumnWriter<float>(column, _options, _compressor),
            ParquetType.Double => new ParquetColumnWriter<double>(column, _options, _compressor),
            ParquetType.ByteArray or ParquetType.FixedLenByteArray => new ParquetBytesWriter(column, _options, _compressor),
            _ => throw new ArgumentException($"Column '{column.Path}' of type {column.Type} can be read, but not written."),
        };

    private void MarkSortKey()
    {
        foreach (var sorting in _options.SortingColumns)
        {
            if (Schema.Find(sorting.Path) is null)
                throw new ArgumentException($"The sorting column '{sorting.Path}' is not in the schema.");
        }

        if (_options.SortingColumns.Count == 0)
            return;
        var first = _options.SortingColumns[0];
        var column = Find(first.Path);
        column.IsSortKey = true;
        column.IsDescending = first.Descending;
    }

    private ParquetColumnWriter Find(string path) => _columns[Schema[path].Ordinal];

    private long CheckRows()
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        if (_closed)
            throw new InvalidOperationException("The file is closed.");
        if (_failed)
            throw new InvalidOperationException("Writing failed before: the file is incomplete. Dispose this writer and begin a new file.");
        foreach (var column in _columns)
        {
            column.CheckComplete();
            if (column.RowCount != _columns[0].RowCount)
            {
                throw new InvalidOperationException(
                    $"Column '{column.Column.Path}' has {column.RowCount} rows, column '{_columns[0].Column.Path}' {_columns[0].RowCount}."
                );
            }
        }

        CheckMaps();
        return _columns[0].RowCount;
    }

    private void CheckMaps()
    {
        for (var i = 1; i < _columns.Length; i++)
        {
            var (key, value) = (_columns[i - 1], _columns[i]);
            if (key.Column.MaxRepetitionLevel > 0 && key.Column.Field == value.Column.Field && key.EntryCount != value.EntryCount)
                throw new InvalidOperationException(
                    $"MAP '{key.Column.Field.Name}' has {key.EntryCount} keys, but {value.EntryCount} values."
                );
        }
    }

    private void WriteRowGroup(long rows)
    {
        var start = _position;
        // the verdict on the order is complete when the last page is
        foreach (var column in _columns)
            column.FlushPage();
        var isSorted = _options.SortingColumns.Count > 0 && _columns.All(c => c.IsSorted);
        var chunks = new WrittenChunk[_columns.Length];
        for (var i = 0; i < chunks.Length; i++)
        {
            chunks[i] = _columns[i].EndRowGroup(_stream, _position, _indexes);
            _position += chunks[i].CompressedSize;
        }

        WriteBloomFilters(chunks);
        _rowGroups.Add(new WrittenRowGroup(chunks, rows, start, isSorted));
        RowCount += rows;
    }

    private void WriteBloomFilters(WrittenChunk[] chunks)
    {
        for (var i = 0; i < chunks.Length; i++)
        {
            if (_columns[i].Bloom is not { } bloom)
                continue;
            var filter = bloom.Build();
            chunks[i].BloomFilterOffset = _position;
            chunks[i].BloomFilterLength = filter.Length;
            Write(filter);
        }
    }

    private void Write(ReadOnlySpan<byte> bytes)
    {
        _stream.Write(bytes);
        _position += bytes.Length;
    }
}
