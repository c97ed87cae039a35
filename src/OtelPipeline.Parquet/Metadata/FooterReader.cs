using OtelPipeline.Parquet.Thrift;

namespace OtelPipeline.Parquet.Metadata;

/// <summary>Reads the FileMetaData structure (https://github.com/apache/parquet-format/blob/master/src/main/thrift/parquet.thrift).</summary>
internal static class FooterReader
{
    public static FileMetadata Read(ReadOnlySpan<byte> footer)
    {
        // row groups name columns of the schema, and statistics need the orders that come last: find the schema and the orders first
        var (schema, orders) = ReadSchemaAndOrders(footer);
        var metadata = new FileMetadata { Schema = schema };
        var reader = new ThriftReader(footer);
        while (reader.NextField())
        {
            switch (reader.Field)
            {
                case 3:
                    metadata.RowCount = NotNegative(reader.I64(), "row count", reader.Position);
                    break;
                case 4:
                    for (var left = reader.List(ThriftType.Struct); left > 0; left--)
                        metadata.RowGroups.Add(ReadRowGroup(ref reader, schema, orders));
                    break;
                case 5:
                    for (var left = reader.List(ThriftType.Struct); left > 0; left--)
                        ReadKeyValue(ref reader, metadata.KeyValues);
                    break;
                case 6:
                    metadata.CreatedBy = reader.String();
                    break;
                case 8:
                    throw new CorruptException("the file is encrypted, which this library does not read", reader.Position);
                default:
                    reader.Skip();
                    break;
            }
        }

        return metadata;
    }

    private static (ParquetSchema Schema, int[]? Orders) ReadSchemaAndOrders(ReadOnlySpan<byte> footer)
    {
        ParquetSchema? schema = null;
        int[]? orders = null;
        var reader = new ThriftReader(footer);
        while (reader.NextField())
        {
            switch (reader.Field)
            {
                case 2:
                    schema = SchemaReader.Read(ref reader);
                    break;
                case 7:
                    orders = new int[reader.List(ThriftType.Struct)];
                    for (var i = 0; i < orders.Length; i++)
                        orders[i] = ReadUnionField(ref reader);
                    break;
                default:
                    reader.Skip();
                    break;
            }
        }

        if (schema is null)
            throw new CorruptException("the footer holds no schema", reader.Position);
        // orders that do not match the columns say nothing about any of them
        return (schema, orders?.Length == schema.Columns.Count ? orders : null);
    }

    private static int ReadUnionField(ref ThriftReader reader)
    {
        var field = 0;
        var outer = reader.BeginStruct();
        while (reader.NextField())
        {
            field = reader.Field;
            reader.Skip();
        }

        reader.EndStruct(outer);
        return field;
    }

    private static RowGroupMetadata ReadRowGroup(ref ThriftReader reader, ParquetSchema schema, int[]? orders)
    {
        ParquetColumnChunk[]? columns = null;
        long rows = 0;
        var sorting = new List<ParquetSortingColumn>();
        var outer = reader.BeginStruct();
        while (reader.NextField())
        {
            switch (reader.Field)
            {
                case 1:
                    var count = reader.List(ThriftType.Struct);
                    if (count != schema.Columns.Count)
                        throw new CorruptException($"a row group has {count} columns, the schema {schema.Columns.Count}", reader.Position);
                    columns = new ParquetColumnChunk[count];
                    for (var i = 0; i < count; i++)
                        columns[i] = ColumnChunkReader.Read(ref reader, schema.Columns[i], orders?[i] ?? 0);
                    break;
                case 3:
                    rows = NotNegative(reader.I64(), "row count", reader.Position);
                    break;
                case 4:
                    for (var left = reader.List(ThriftType.Struct); left > 0; left--)
                        ReadSortingColumn(ref reader, schema, sorting);
                    break;
                default:
                    reader.Skip();
                    break;
            }
        }

        reader.EndStruct(outer);
        if (columns is null)
            throw new CorruptException("a row group has no columns", reader.Position);
        foreach (var column in columns)
        {
            if (column.Column.MaxRepetitionLevel == 0 && column.ValueCount != rows)
            {
                throw new CorruptException(
                    $"column '{column.Column.Path}' has {column.ValueCount} values in a row group of {rows} rows",
                    reader.Position
                );
            }
        }

        return new RowGroupMetadata
        {
            Columns = columns,
            RowCount = rows,
            SortingColumns = sorting,
        };
    }

    private static void ReadSortingColumn(ref ThriftReader reader, ParquetSchema schema, List<ParquetSortingColumn> sorting)
    {
        var ordinal = -1;
        bool descending = false,
            nullsFirst = false;
        var outer = reader.BeginStruct();
        while (reader.NextField())
        {
            switch (reader.Field)
            {
                case 1:
                    ordinal = reader.I32();
                    break;
                case 2:
                    descending = reader.Bool();
                    break;
                case 3:
                    nullsFirst = reader.Bool();
                    break;
                default:
                    reader.Skip();
                    break;
            }
        }

        reader.EndStruct(outer);
        if ((uint)ordinal < (uint)schema.Columns.Count)
            sorting.Add(new ParquetSortingColumn(schema.Columns[ordinal].Path, descending, nullsFirst));
    }

    private static void ReadKeyValue(ref ThriftReader reader, Dictionary<string, string> into)
    {
        string key = "",
            value = "";
        var outer = reader.BeginStruct();
        while (reader.NextField())
        {
            switch (reader.Field)
            {
                case 1:
                    key = reader.String();
                    break;
                case 2:
                    value = reader.String();
                    break;
                default:
                    reader.Skip();
                    break;
            }
        }

        reader.EndStruct(outer);
        into[key] = value;
    }

    internal static long NotNegative(long value, string what, int position) =>
        value >= 0 ? value : throw new CorruptException($"the {what} is {value}", position);
}
