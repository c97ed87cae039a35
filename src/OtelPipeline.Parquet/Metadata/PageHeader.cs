using OtelPipeline.Parquet.Thrift;

namespace OtelPipeline.Parquet.Metadata;

internal enum PageType
{
    Data = 0,
    Index = 1,
    Dictionary = 2,
    DataV2 = 3,
}

/// <summary>The header in front of each page, of all page types in one.</summary>
internal struct PageHeader
{
    public PageType Type;
    public int UncompressedSize;
    public int CompressedSize;
    public int? Crc;
    public int ValueCount;
    public ParquetEncoding Encoding;
    public ParquetEncoding DefinitionEncoding;
    public ParquetEncoding RepetitionEncoding;
    public int DefinitionLength;
    public int RepetitionLength;
    public bool IsCompressed;

    /// <summary>Reads a header at the start of <paramref name="data"/>; <paramref name="length"/> is its size in bytes.</summary>
    public static PageHeader Read(ReadOnlySpan<byte> data, out int length)
    {
        var header = new PageHeader { Type = (PageType)(-1), IsCompressed = true };
        var reader = new ThriftReader(data);
        var body = 0;
        while (reader.NextField())
        {
            switch (reader.Field)
            {
                case 1:
                    header.Type = (PageType)reader.I32();
                    break;
                case 2:
                    header.UncompressedSize = Size(ref reader, "uncompressed page size");
                    break;
                case 3:
                    header.CompressedSize = Size(ref reader, "compressed page size");
                    break;
                case 4:
                    header.Crc = reader.I32();
                    break;
                case 5 or 7 or 8:
                    body = reader.Field;
                    reader.Struct();
                    header.ReadBody(ref reader, body);
                    break;
                default:
                    reader.Skip();
                    break;
            }
        }

        length = reader.Position;
        var expected = header.Type switch
        {
            PageType.Data => 5,
            PageType.Dictionary => 7,
            PageType.DataV2 => 8,
            PageType.Index => body,
            _ => throw new CorruptException($"{(int)header.Type} is no page type", 0),
        };
        if (body != expected)
            throw new CorruptException($"a page of type {header.Type} lacks the header of its type", 0);
        return header;
    }

    private void ReadBody(ref ThriftReader reader, int body)
    {
        var outer = reader.BeginStruct();
        while (reader.NextField())
        {
            switch (body, reader.Field)
            {
                case (_, 1):
                    ValueCount = Size(ref reader, "number of values");
                    break;
                case (5 or 7, 2) or (8, 4):
                    Encoding = (ParquetEncoding)reader.I32();
                    break;
                case (5, 3):
                    DefinitionEncoding = (ParquetEncoding)reader.I32();
                    break;
                case (5, 4):
                    RepetitionEncoding = (ParquetEncoding)reader.I32();
                    break;
                case (8, 5):
                    DefinitionLength = Size(ref reader, "length of definition levels");
                    break;
                case (8, 6):
                    RepetitionLength = Size(ref reader, "length of repetition levels");
                    break;
                case (8, 7):
                    IsCompressed = reader.Bool();
                    break;
                default:
                    reader.Skip();
                    break;
            }
        }

        reader.EndStruct(outer);
    }

    private static int Size(ref ThriftReader reader, string what)
    {
        var value = reader.I32();
        return value >= 0 ? value : throw new CorruptException($"the {what} is {value}", reader.Position);
    }
}
