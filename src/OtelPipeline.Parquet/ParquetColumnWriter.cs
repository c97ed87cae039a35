using OtelPipeline.Parquet.Buffers;
using OtelPipeline.Parquet.Encodings;
using OtelPipeline.Parquet.Metadata;
using OtelPipeline.Parquet.Writing;

namespace OtelPipeline.Parquet;

/// <summary>
/// Takes the values of one column, row by row or many at once; <see cref="ParquetColumnWriter{T}"/> for numbers and booleans,
/// <see cref="ParquetBytesWriter"/> for bytes and text. Not thread safe; the columns of a writer share a compressor.
/// </summary>
public abstract class ParquetColumnWriter
{
    private readonly ValueBuffer<byte> _definitions = new();
    private readonly ValueBuffer<byte> _repetitions = new();
    private readonly ByteBuffer _body = new();
    private readonly byte _present;
    private readonly byte _elementLevel;
    private readonly bool _rowsNullable;
    private readonly bool _valuesNullable;
    private int _entries;
    private int _nulls;
    private int _pageRows;
    private int _elementsLeft;
    private bool _firstElement;

    private protected ParquetColumnWriter(ParquetColumn column, ParquetWriterOptions options, Compression.PageCompressor compressor)
    {
        Column = column;
        Options = options;
        Chunk = new ChunkBuilder(column, compressor);
        _present = (byte)column.MaxDefinitionLevel;
        _elementLevel = (byte)column.ElementLevel;
        _valuesNullable = column.Leaf.Repetition == ParquetRepetition.Optional;
        _rowsNullable = column.Field.Repetition == ParquetRepetition.Optional;
        Bloom = column.Leaf.BloomFilter ? new BloomFilterBuilder() : null;
    }

    /// <summary>The column.</summary>
    public ParquetColumn Column { get; }

    /// <summary>Rows begun since the last row group ended.</summary>
    public long RowCount { get; private set; }

    internal long EntryCount { get; private set; }

    internal long BufferedBytes => Chunk.BufferedBytes + PendingBytes;

    internal bool IsSortKey { get; set; }

    internal bool IsDescending { get; set; }

    internal bool IsSorted { get; private protected set; } = true;

    internal BloomFilterBuilder? Bloom { get; }

    private protected ChunkBuilder Chunk { get; }

    private protected ParquetWriterOptions Options { get; }

    /// <summary>Bytes of values in the page that is being filled.</summary>
    private protected abstract int PendingBytes { get; }

    private bool IsRepeated => Column.MaxRepetitionLevel > 0;

    /// <summary>
    /// Begins a row of a LIST or MAP column; exactly <paramref name="elements"/> values (or NULLs) must follow. The key and the value column of
    /// a MAP need the same numbers.
    /// </summary>
    /// <exception cref="InvalidOperationException">The column is not repeated, or the row before is not complete.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="elements"/> is negative.</exception>
    public void BeginRow(int elements)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(elements);
        if (!IsRepeated)
            throw new InvalidOperationException($"Column '{Column.Path}' holds one value per row: append it without {nameof(BeginRow)}.");
        ThrowIfRowIsOpen();
        NextRow();
        if (elements == 0)
            AddEntry((byte)(_elementLevel - 1), 0, isNull: true);
        _elementsLeft = elements;
        _firstElement = true;
    }

    /// <summary>Appends NULL: as an element where a row of a LIST or MAP is open, else as a row.</summary>
    /// <exception cref="InvalidOperationException">The schema says that it cannot be NULL.</exception>
    public void AppendNull()
    {
        if (IsRepeated && _elementsLeft == 0)
        {
            if (!_rowsNullable)
                throw new InvalidOperationException(
                    $"Rows of column '{Column.Path}' cannot be NULL; an empty one is {nameof(BeginRow)}(0)."
                );
            NextRow();
            AddEntry(0, 0, isNull: true);
            return;
        }

        if (!_valuesNullable)
            throw new InvalidOperationException($"Values of column '{Column.Path}' cannot be NULL.");
        NextEntry(isNull: true);
    }

    /// <summary>Notes the levels of one value; the caller stores the value itself.</summary>
    private protected void NextValue() => NextEntry(isNull: false);

    /// <summary>Notes the levels of rows with one value each, and returns how many of them fit the page.</summary>
    private protected int NextValues(int count)
    {
        if (IsRepeated)
            throw new InvalidOperationException($"Column '{Column.Path}' is repeated: say how many values each row has.");
        if (_pageRows >= Options.PageRows || PendingBytes >= Options.PageBytes)
            FlushPage();
        count = Math.Min(count, Options.PageRows - _pageRows);
        if (_present > 0)
            _definitions.Fill(_present, count);
        _entries += count;
        EntryCount += count;
        _pageRows += count;
        RowCount += count;
        return count;
    }

    private protected void ThrowIfRowIsOpen()
    {
        if (_elementsLeft > 0)
            throw new InvalidOperationException($"The current row of column '{Column.Path}' still lacks {_elementsLeft} values.");
    }

    /// <summary>Writes what the page holds to <paramref name="body"/>, behind the levels.</summary>
    private protected abstract ParquetEncoding EncodeValues(ByteBuffer body);

    /// <summary>Bounds of the page's values and counts of NaNs; false without bounds.</summary>
    private protected abstract bool Measure(out ReadOnlySpan<byte> min, out ReadOnlySpan<byte> max, out int nans);

    /// <summary>Forgets the values of the page.</summary>
    private protected abstract void ClearPage();

    /// <summary>Adds the dictionary page, if the chunk has one, and prepares for the next row group.</summary>
    private protected abstract void EndDictionary();

    internal void FlushPage()
    {
        if (_entries == 0)
            return;
        var hasBounds = Measure(out var min, out var max, out var nans);
        _body.Truncate(0);
        WriteLevels(_repetitions, Column.MaxRepetitionLevel);
        WriteLevels(_definitions, Column.MaxDefinitionLevel);
        var encoding = EncodeValues(_body);
        var facts = new PageFacts
        {
            Type = PageType.Data,
            Encoding = encoding,
            ValueCount = _entries,
            RowCount = _pageRows,
            NullCount = _nulls,
            NaNCount = nans,
            HasBounds = hasBounds,
            Min = min,
            Max = max,
        };
        Chunk.AddPage(facts, _body.Written);
        ClearPage();
        _definitions.Truncate(0);
        _repetitions.Truncate(0);
        _entries = _nulls = _pageRows = 0;
    }

    internal WrittenChunk EndRowGroup(Stream stream, long position, SegmentBuffer indexes)
    {
        FlushPage();
        EndDictionary();
        RowCount = 0;
        EntryCount = 0;
        IsSorted = true;
        return Chunk.Complete(stream, position, indexes);
    }

    internal void CheckComplete() => ThrowIfRowIsOpen();

    internal virtual void Release()
    {
        _definitions.Dispose();
        _repetitions.Dispose();
        _body.Dispose();
        Chunk.Dispose();
        Bloom?.Dispose();
    }

    private void NextEntry(bool isNull)
    {
        var definition = isNull ? (byte)(_present - 1) : _present;
        if (!IsRepeated)
        {
            NextRow();
            AddEntry(definition, 0, isNull);
            return;
        }

        if (_elementsLeft == 0)
            throw new InvalidOperationException($"Column '{Column.Path}' is repeated: call {nameof(BeginRow)} before the values of a row.");
        AddEntry(definition, (byte)(_firstElement ? 0 : 1), isNull);
        _firstElement = false;
        _elementsLeft--;
    }

    private void NextRow()
    {
        // pages end between rows, as a page index demands
        if (_pageRows >= Options.PageRows || PendingBytes >= Options.PageBytes)
            FlushPage();
        _pageRows++;
        RowCount++;
    }

    private void AddEntry(byte definition, byte repetition, bool isNull)
    {
        if (_present > 0)
            _definitions.Add(definition);
        if (IsRepeated)
            _repetitions.Add(repetition);
        if (isNull)
            _nulls++;
        _entries++;
        EntryCount++;
    }

    private void WriteLevels(ValueBuffer<byte> levels, int highest)
    {
        if (highest == 0)
            return;
        var start = _body.Length;
        _body.WriteInt32(0);
        RleHybrid.Encode<byte>(levels.Written, BitPacking.BitWidth((ulong)highest), _body);
        System.Buffers.Binary.BinaryPrimitives.WriteInt32LittleEndian(_body.Slice(start, 4), _body.Length - start - 4);
    }
}
