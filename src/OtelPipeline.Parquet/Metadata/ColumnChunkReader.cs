using OtelPipeline.Parquet.Thrift;

namespace OtelPipeline.Parquet.Metadata;

/// <summary>
/// Reads ColumnChunk and ColumnMetaData structures of a footer. Optional fields of an unexpected type are skipped, as Thrift's own readers do: some
/// writers use numbers that the format gave to other fields later.
/// </summary>
internal static class ColumnChunkReader
{
    private const int TypeDefinedOrder = 1;

    public static ParquetColumnChunk Read(ref ThriftReader reader, ParquetColumn column, int order)
    {
        var chunk = new ParquetColumnChunk(column) { TrustsBounds = ValueOrder.TrustsBounds(column, order == TypeDefinedOrder) };
        var hasMetadata = false;
        var outer = reader.BeginStruct();
        while (reader.NextField())
        {
            switch (reader.Field)
            {
                case 1:
                    chunk.FilePath = reader.String();
                    break;
                case 3:
                    reader.Struct();
                    ReadMetadata(ref reader, chunk);
                    hasMetadata = true;
                    break;
                case 4 when reader.Type == ThriftType.I64:
                    chunk.OffsetIndexOffset = reader.I64();
                    break;
                case 5 when reader.Type == ThriftType.I32:
                    chunk.OffsetIndexLength = reader.I32();
                    break;
                case 6 when reader.Type == ThriftType.I64:
                    chunk.ColumnIndexOffset = reader.I64();
                    break;
                case 7 when reader.Type == ThriftType.I32:
                    chunk.ColumnIndexLength = reader.I32();
                    break;
                case 8:
                    chunk.IsEncrypted = true;
                    reader.Skip();
                    break;
                default:
                    reader.Skip();
                    break;
            }
        }

        reader.EndStruct(outer);
        if (!hasMetadata && !chunk.IsEncrypted)
            throw new CorruptException($"column '{column.Path}' has no metadata", reader.Position);
        return chunk;
    }

    private static void ReadMetadata(ref ThriftReader reader, ParquetColumnChunk chunk)
    {
        var outer = reader.BeginStruct();
        while (reader.NextField())
        {
            switch (reader.Field)
            {
                case 1:
                    var type = reader.I32();
                    if (type != (int)chunk.Column.Type)
                    {
                        var name = $"{chunk.Column.Path}' is {chunk.Column.Type} in the schema, but type {type}";
                        throw new CorruptException($"column '{name} in a row group", reader.Position);
                    }

                    break;
                case 2:
                    var encodings = new ParquetEncoding[reader.List(ThriftType.I32)];
                    for (var i = 0; i < encodings.Length; i++)
                        encodings[i] = (ParquetEncoding)reader.IntElement();
                    chunk.Encodings = encodings;
                    break;
                case 4:
                    chunk.Compression = (ParquetCompression)reader.I32();
                    break;
                case 5:
                    chunk.ValueCount = FooterReader.NotNegative(reader.I64(), "value count", reader.Position);
                    break;
                case 6:
                    chunk.UncompressedSize = FooterReader.NotNegative(reader.I64(), "uncompressed size", reader.Position);
                    break;
                case 7:
                    chunk.CompressedSize = FooterReader.NotNegative(reader.I64(), "compressed size", reader.Position);
                    break;
                case 9:
                    chunk.DataPageOffset = FooterReader.NotNegative(reader.I64(), "data page offset", reader.Position);
                    break;
                case 11 when reader.Type == ThriftType.I64:
                    chunk.DictionaryPageOffset = FooterReader.NotNegative(reader.I64(), "dictionary page offset", reader.Position);
                    break;
                case 12 when reader.Type == ThriftType.Struct:
                    chunk.Statistics = ReadStatistics(ref reader, chunk);
                    break;
                case 14 when reader.Type == ThriftType.I64:
                    chunk.BloomFilterOffset = reader.I64();
                    break;
                case 15 when reader.Type == ThriftType.I32:
                    chunk.BloomFilterLength = reader.I32();
                    break;
                default:
                    reader.Skip();
                    break;
            }
        }

        reader.EndStruct(outer);
    }

    private static ParquetStatistics ReadStatistics(ref ThriftReader reader, ParquetColumnChunk chunk)
    {
        var column = chunk.Column;
        var statistics = new ParquetStatistics();
        byte[]? oldMin = null,
            oldMax = null;
        bool? minExact = null,
            maxExact = null;
        var outer = reader.BeginStruct();
        while (reader.NextField())
        {
            switch (reader.Field)
            {
                case 1:
                    oldMax = reader.Binary().ToArray();
                    break;
                case 2:
                    oldMin = reader.Binary().ToArray();
                    break;
                case 3:
                    statistics.NullCount = reader.I64();
                    break;
                case 4:
                    statistics.DistinctCount = reader.I64();
                    break;
                case 5:
                    statistics.Max = reader.Binary().ToArray();
                    break;
                case 6:
                    statistics.Min = reader.Binary().ToArray();
                    break;
                case 7:
                    maxExact = reader.Bool();
                    break;
                case 8:
                    minExact = reader.Bool();
                    break;
                case 9:
                    statistics.NaNCount = reader.I64();
                    break;
                default:
                    reader.Skip();
                    break;
            }
        }

        reader.EndStruct(outer);
        if (!chunk.TrustsBounds)
        {
            statistics.Min = null;
            statistics.Max = null;
        }

        // the deprecated pair was compared as signed numbers: of use where that is the column's order, too
        if (statistics.Min is null && statistics.Max is null && ValueOrder.IsSignedNumber(column))
        {
            statistics.Min = oldMin is null ? null : (ReadOnlyMemory<byte>?)oldMin;
            statistics.Max = oldMax is null ? null : (ReadOnlyMemory<byte>?)oldMax;
        }

        // writers from before the exact flags cut text only
        statistics.IsMinExact = statistics.Min is not null && (minExact ?? column.Type != ParquetType.ByteArray);
        statistics.IsMaxExact = statistics.Max is not null && (maxExact ?? column.Type != ParquetType.ByteArray);
        return statistics;
    }
}
