using OtelPipeline.Parquet.Metadata;
using OtelPipeline.Parquet.Reading;

namespace OtelPipeline.Parquet;

/// <summary>A part of a file's rows, column by column.</summary>
public sealed class ParquetRowGroup
{
    private readonly ParquetReader _reader;
    private readonly RowGroupMetadata _metadata;

    internal ParquetRowGroup(ParquetReader reader, RowGroupMetadata metadata, int ordinal)
    {
        _reader = reader;
        _metadata = metadata;
        Ordinal = ordinal;
    }

    /// <summary>The place in the file, from 0.</summary>
    public int Ordinal { get; }

    /// <summary>Rows.</summary>
    public long RowCount => _metadata.RowCount;

    /// <summary>What the footer says of each column, in the order of <see cref="ParquetSchema.Columns"/>.</summary>
    public IReadOnlyList<ParquetColumnChunk> Columns => _metadata.Columns;

    /// <summary>How the rows are sorted, as the writer declared; empty when it did not.</summary>
    public IReadOnlyList<ParquetSortingColumn> SortingColumns => _metadata.SortingColumns;

    /// <summary>
    /// Reads a column of numbers or booleans; <typeparamref name="T"/> is bool, int, long, float, double or <see cref="Int96"/>, as the column's
    /// <see cref="ParquetType"/> says. Dispose the result to give its memory back.
    /// </summary>
    /// <param name="path">Path of the column.</param>
    /// <param name="rows">The rows wanted; null for all. Pages without any of them are not read where the file has a page index.</param>
    /// <exception cref="KeyNotFoundException">There is no such column.</exception>
    /// <exception cref="ArgumentException">The column has another type.</exception>
    /// <exception cref="ParquetException">The file is damaged, or uses what this library does not read.</exception>
    public ParquetValues<T> Read<T>(string path, ParquetRowSelection? rows = null)
        where T : unmanaged => Read<T>(_reader.Schema[path], rows);

    /// <summary>As the overload with a path, for a column whose path is not unique.</summary>
    public ParquetValues<T> Read<T>(ParquetColumn column, ParquetRowSelection? rows = null)
        where T : unmanaged
    {
        ArgumentNullException.ThrowIfNull(column);
        return Fill(new ParquetValues<T>(column), rows);
    }

    /// <summary>Reads a column of text or bytes, of fixed length or not. Dispose the result to give its memory back.</summary>
    /// <param name="path">Path of the column.</param>
    /// <param name="rows">The rows wanted; null for all. Pages without any of them are not read where the file has a page index.</param>
    /// <exception cref="KeyNotFoundException">There is no such column.</exception>
    /// <exception cref="ArgumentException">The column has another type.</exception>
    /// <exception cref="ParquetException">The file is damaged, or uses what this library does not read.</exception>
    public ParquetBytes ReadBytes(string path, ParquetRowSelection? rows = null) => ReadBytes(_reader.Schema[path], rows);

    /// <summary>As the overload with a path, for a column whose path is not unique.</summary>
    public ParquetBytes ReadBytes(ParquetColumn column, ParquetRowSelection? rows = null)
    {
        ArgumentNullException.ThrowIfNull(column);
        return Fill(new ParquetBytes(column), rows);
    }

    /// <summary>
    /// Reads the dictionary of a column of text or bytes and none of its pages: <see cref="ParquetBytes.Value"/> gives the values, of which there
    /// are <see cref="ParquetBytes.ValueCount"/>, and there are no entries. A column that also has pages without the dictionary
    /// (<see cref="ParquetColumnChunk.Encodings"/>) has other values besides. Dispose the result to give its memory back.
    /// </summary>
    /// <param name="column">The column.</param>
    /// <returns>Null when the row group has no dictionary of this column.</returns>
    /// <exception cref="ArgumentException">The column has another type.</exception>
    /// <exception cref="ParquetException">The file is damaged, or uses what this library does not read.</exception>
    public ParquetBytes? ReadDictionary(ParquetColumn column)
    {
        ArgumentNullException.ThrowIfNull(column);
        var values = new ParquetBytes(column);
        try
        {
            using var reader = new ChunkReader(_reader, this, Chunk(values), values);
            if (reader.TryReadDictionary())
                return values;
        }
        catch
        {
            values.Dispose();
            throw;
        }

        values.Dispose();
        return null;
    }

    /// <summary>
    /// Finds the rows that can satisfy all filters, by the bounds of the row group, bloom filters and the bounds of pages. What is left must
    /// still be looked at: bounds only say where nothing can be.
    /// </summary>
    /// <exception cref="KeyNotFoundException">There is no such column.</exception>
    /// <exception cref="ArgumentException">A filter's values are not of its column's type.</exception>
    /// <exception cref="ParquetException">An index is damaged.</exception>
    public ParquetRowSelection Select(params ReadOnlySpan<ParquetFilter> filters)
    {
        var rows = ParquetRowSelection.All(RowCount);
        foreach (var filter in filters)
        {
            ArgumentNullException.ThrowIfNull(filter);
            rows = rows.Intersect(Pruning.Select(_reader, this, _metadata.Columns[_reader.Schema[filter.Path].Ordinal], filter));
            if (rows.IsEmpty)
                break;
        }

        return rows;
    }

    private TValues Fill<TValues>(TValues values, ParquetRowSelection? rows)
        where TValues : ParquetColumnValues
    {
        try
        {
            using var reader = new ChunkReader(_reader, this, Chunk(values), values);
            reader.Read(rows);
            return values;
        }
        catch
        {
            values.Dispose();
            throw;
        }
    }

    private ParquetColumnChunk Chunk(ParquetColumnValues values)
    {
        var chunk = _metadata.Columns[values.Column.Ordinal];
        return chunk.Column == values.Column
            ? chunk
            : throw new ArgumentException($"Column '{values.Column.Path}' belongs to another file.");
    }
}
