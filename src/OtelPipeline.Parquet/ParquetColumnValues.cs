using OtelPipeline.Parquet.Buffers;
using OtelPipeline.Parquet.Reading;

namespace OtelPipeline.Parquet;

/// <summary>
/// The decoded values of a column in a row group. A flat column has one entry per row. A LIST or MAP column has an entry per element, and one for
/// each NULL or empty row; <see cref="Row"/> gives the elements of a row. The memory is pooled: dispose, and keep no span afterwards.
/// </summary>
public abstract class ParquetColumnValues : IDisposable
{
    private readonly ValueBuffer<byte> _definitions = new();
    private readonly ValueBuffer<byte> _repetitions = new();
    private readonly ValueBuffer<int> _rowStarts = new();

    private protected ParquetColumnValues(ParquetColumn column) => Column = column;

    /// <summary>The column.</summary>
    public ParquetColumn Column { get; }

    /// <summary>Entries: values, NULLs and empty rows.</summary>
    public int Count { get; private set; }

    /// <summary>Rows.</summary>
    public int RowCount => Column.MaxRepetitionLevel == 0 ? Count : _rowStarts.Count;

    /// <summary>Entries without a value.</summary>
    public int NullCount { get; private set; }

    /// <summary>The definition level of each entry; empty for a required column, where all are present.</summary>
    public ReadOnlySpan<byte> DefinitionLevels => _definitions.Written;

    /// <summary>The repetition level of each entry, 0 where a row begins; empty for a flat column.</summary>
    public ReadOnlySpan<byte> RepetitionLevels => _repetitions.Written;

    /// <summary>Whether an entry has no value.</summary>
    public bool IsNull(int entry) => Column.MaxDefinitionLevel > 0 && _definitions[entry] < Column.MaxDefinitionLevel;

    /// <summary>The entries that are elements of a row: none for a NULL or empty LIST or MAP. For deeper nesting use the levels.</summary>
    public Range Row(int row)
    {
        if (Column.MaxRepetitionLevel == 0)
            return row..(row + 1);
        var start = _rowStarts.Written[row];
        var end = row + 1 < _rowStarts.Count ? _rowStarts[row + 1] : Count;
        return _definitions[start] < Column.ElementLevel ? start..start : start..end;
    }

    /// <summary>Whether a row is NULL: not merely empty, for a LIST or MAP.</summary>
    public bool IsRowNull(int row)
    {
        if (Column.MaxRepetitionLevel == 0)
            return IsNull(row);
        return _definitions[_rowStarts.Written[row]] < Column.ElementLevel - 1;
    }

    /// <summary>Gives the memory back to the pool.</summary>
    public void Dispose()
    {
        _definitions.Dispose();
        _repetitions.Dispose();
        _rowStarts.Dispose();
        Release();
        Count = 0;
        NullCount = 0;
        GC.SuppressFinalize(this);
    }

    /// <summary>Bytes that one more entry takes, levels included.</summary>
    internal int EntrySize => SlotSize + (Column.MaxDefinitionLevel > 0 ? 1 : 0) + (Column.MaxRepetitionLevel > 0 ? 5 : 0);

    /// <summary>Bytes of memory in use.</summary>
    internal virtual long MemoryBytes => (long)Count * EntrySize;

    private protected abstract int SlotSize { get; }

    /// <summary>Makes room for entries that will come page by page.</summary>
    internal void Expect(int entries)
    {
        if (Column.MaxDefinitionLevel > 0)
            _definitions.Reserve(entries);
        if (Column.MaxRepetitionLevel > 0)
            _repetitions.Reserve(entries);
        ReserveValues(entries);
    }

    internal Span<byte> AppendDefinitions(int count) => _definitions.Append(count);

    internal Span<byte> AppendRepetitions(int count) => _repetitions.Append(count);

    /// <summary>Decodes a dictionary page, which begins at the end of what <see cref="PageMemory"/> holds.</summary>
    internal abstract void AddDictionary(PageMemory memory, int bodyStart, int bodyLength, int count);

    /// <summary>
    /// Decodes the values of a page, whose levels have been appended before; <paramref name="present"/> of <paramref name="count"/> entries
    /// have a value.
    /// </summary>
    internal void AddPage(PageMemory memory, int bodyStart, int bodyLength, ParquetEncoding encoding, int count, int present)
    {
        var definitions = Column.MaxDefinitionLevel > 0 ? _definitions.Written[Count..] : default;
        AddValues(memory, bodyStart, bodyLength, encoding, present);
        if (present < count)
            Spread(definitions, present);
        Count += count;
        NullCount += count - present;
    }

    /// <summary>Drops the entries from <paramref name="first"/> on whose flag is false.</summary>
    internal void Keep(int first, ReadOnlySpan<bool> wanted)
    {
        var kept = first;
        for (var i = 0; i < wanted.Length; i++)
        {
            if (!wanted[i])
            {
                if (IsNull(first + i))
                    NullCount--;
                continue;
            }

            if (Column.MaxDefinitionLevel > 0)
                _definitions[kept] = _definitions[first + i];
            if (Column.MaxRepetitionLevel > 0)
                _repetitions[kept] = _repetitions[first + i];
            Move(first + i, kept);
            kept++;
        }

        Count = kept;
        if (Column.MaxDefinitionLevel > 0)
            _definitions.Truncate(kept);
        if (Column.MaxRepetitionLevel > 0)
            _repetitions.Truncate(kept);
        Shorten(kept);
    }

    /// <summary>Finds where rows begin, when all pages are there.</summary>
    internal void Finish()
    {
        var levels = _repetitions.Written;
        for (var i = 0; i < levels.Length; i++)
        {
            if (levels[i] == 0)
                _rowStarts.Add(i);
        }
    }

    private protected abstract void ReserveValues(int count);

    private protected abstract void AddValues(PageMemory memory, int bodyStart, int bodyLength, ParquetEncoding encoding, int present);

    /// <summary>Moves the last <paramref name="present"/> values to the entries whose definition level says that they are there.</summary>
    private protected abstract void Spread(ReadOnlySpan<byte> definitions, int present);

    private protected abstract void Move(int from, int to);

    private protected abstract void Shorten(int count);

    private protected abstract void Release();
}
