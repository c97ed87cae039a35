using OtelPipeline.Parquet.Buffers;
using OtelPipeline.Parquet.Thrift;
using OtelPipeline.Parquet.Writing;

namespace OtelPipeline.Parquet.Metadata;

/// <summary>Writes the FileMetaData structure (https://github.com/apache/parquet-format/blob/master/src/main/thrift/parquet.thrift).</summary>
internal sealed class FooterWriter(ByteBuffer buffer, ParquetSchema schema, ParquetWriterOptions options)
{
    /// <summary>Stays 1: nobody agrees on what 2 means, and readers take both.</summary>
    private const int FormatVersion = 1;

    private readonly ThriftWriter _thrift = new(buffer);

    /// <param name="rowGroups">What the file holds.</param>
    /// <param name="indexStart">Where in the file the page indexes begin.</param>
    /// <param name="createdBy">The name and version of this library.</param>
    public void Write(IReadOnlyList<WrittenRowGroup> rowGroups, long indexStart, string createdBy)
    {
        _thrift.Begin();
        _thrift.I32(1, FormatVersion);
        WriteSchema();
        _thrift.I64(3, rowGroups.Sum(g => g.RowCount));
        _thrift.List(4, ThriftType.Struct, rowGroups.Count);
        for (var i = 0; i < rowGroups.Count; i++)
            WriteRowGroup(rowGroups[i], i, indexStart);
        if (options.KeyValueMetadata.Count > 0)
        {
            _thrift.List(5, ThriftType.Struct, options.KeyValueMetadata.Count);
            foreach (var (key, value) in options.KeyValueMetadata)
            {
                _thrift.Begin();
                _thrift.String(1, key);
                _thrift.String(2, value);
                _thrift.End();
            }
        }

        _thrift.String(6, createdBy);
        // without it, bounds mean nothing
        _thrift.List(7, ThriftType.Struct, schema.Columns.Count);
        for (var i = 0; i < schema.Columns.Count; i++)
        {
            _thrift.Begin();
            _thrift.Empty(1);
            _thrift.End();
        }

        _thrift.End();
    }

    private void WriteSchema()
    {
        _thrift.List(2, ThriftType.Struct, 1 + schema.Fields.Sum(CountElements));
        _thrift.Begin();
        _thrift.String(4, "schema");
        _thrift.I32(5, schema.Fields.Count);
        _thrift.End();
        foreach (var field in schema.Fields)
            WriteElement(field);
    }

    private static int CountElements(ParquetField field) => 1 + field.Children.Sum(CountElements);

    private void WriteElement(ParquetField field)
    {
        _thrift.Begin();
        if (field.Type is { } type)
            _thrift.I32(1, (int)type);
        if (field.TypeLength > 0)
            _thrift.I32(2, field.TypeLength);
        _thrift.I32(3, (int)field.Repetition);
        _thrift.String(4, field.Name);
        if (field.Children.Count > 0)
            _thrift.I32(5, field.Children.Count);
        if (field.LogicalType.Kind != ParquetLogicalKind.None)
            LogicalTypes.Write(_thrift, field.LogicalType);
        _thrift.End();
        foreach (var child in field.Children)
            WriteElement(child);
    }

    private void WriteRowGroup(WrittenRowGroup group, int ordinal, long indexStart)
    {
        _thrift.Begin();
        _thrift.List(1, ThriftType.Struct, group.Chunks.Length);
        for (var i = 0; i < group.Chunks.Length; i++)
            WriteChunk(group.Chunks[i], schema.Columns[i], indexStart);
        _thrift.I64(2, group.Chunks.Sum(c => c.UncompressedSize));
        _thrift.I64(3, group.RowCount);
        if (group.IsSorted)
        {
            _thrift.List(4, ThriftType.Struct, options.SortingColumns.Count);
            foreach (var sorting in options.SortingColumns)
            {
                _thrift.Begin();
                _thrift.I32(1, schema[sorting.Path].Ordinal);
                _thrift.Bool(2, sorting.Descending);
                _thrift.Bool(3, sorting.NullsFirst);
                _thrift.End();
            }
        }

        _thrift.I64(5, group.Start);
        _thrift.I64(6, group.Chunks.Sum(c => c.CompressedSize));
        if (ordinal <= short.MaxValue)
            _thrift.I16(7, (short)ordinal);
        _thrift.End();
    }

    private void WriteChunk(WrittenChunk chunk, ParquetColumn column, long indexStart)
    {
        _thrift.Begin();
        _thrift.I64(2, 0);
        _thrift.BeginField(3);
        WriteMetadata(chunk, column);
        _thrift.End();
        _thrift.I64(4, indexStart + chunk.OffsetIndex.Start);
        _thrift.I32(5, chunk.OffsetIndex.Length);
        if (chunk.ColumnIndex is { } index)
        {
            _thrift.I64(6, indexStart + index.Start);
            _thrift.I32(7, index.Length);
        }

        _thrift.End();
    }

    private void WriteMetadata(WrittenChunk chunk, ParquetColumn column)
    {
        _thrift.I32(1, (int)column.Type);
        int[] encodings = [.. chunk.Encodings.Select(e => (int)e.Encoding).Append((int)ParquetEncoding.Rle).Distinct()];
        _thrift.List(2, ThriftType.I32, encodings.Length);
        foreach (var encoding in encodings)
            _thrift.IntElement(encoding);
        _thrift.List(3, ThriftType.Binary, column.PathParts.Length);
        foreach (var part in column.PathParts)
            _thrift.StringElement(part);
        _thrift.I32(4, (int)chunk.Codec);
        _thrift.I64(5, chunk.ValueCount);
        _thrift.I64(6, chunk.UncompressedSize);
        _thrift.I64(7, chunk.CompressedSize);
        _thrift.I64(9, chunk.DataPageOffset);
        if (chunk.DictionaryPageOffset is { } dictionary)
            _thrift.I64(11, dictionary);
        WriteStatistics(chunk);
        _thrift.List(13, ThriftType.Struct, chunk.Encodings.Length);
        foreach (var (type, encoding, count) in chunk.Encodings)
        {
            _thrift.Begin();
            _thrift.I32(1, (int)type);
            _thrift.I32(2, (int)encoding);
            _thrift.I32(3, count);
            _thrift.End();
        }

        if (chunk.BloomFilterLength > 0)
        {
            _thrift.I64(14, chunk.BloomFilterOffset);
            _thrift.I32(15, chunk.BloomFilterLength);
        }
    }

    private void WriteStatistics(WrittenChunk chunk)
    {
        _thrift.BeginField(12);
        _thrift.I64(3, chunk.NullCount);
        if (chunk.Bounds is { } bounds)
        {
            _thrift.Binary(5, bounds.Max);
            _thrift.Binary(6, bounds.Min);
            _thrift.Bool(7, bounds.IsMaxExact);
            _thrift.Bool(8, bounds.IsMinExact);
        }

        if (chunk.NaNCount is { } nans)
            _thrift.I64(9, nans);
        _thrift.End();
    }
}
