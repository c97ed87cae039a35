using OtelPipeline.Parquet.Thrift;

namespace OtelPipeline.Parquet.Metadata;

/// <summary>Reads the two parts of a page index (https://github.com/apache/parquet-format/blob/master/PageIndex.md).</summary>
internal static class PageIndexReader
{
    public static PageLocation[] ReadOffsets(ReadOnlySpan<byte> data)
    {
        PageLocation[] pages = [];
        var reader = new ThriftReader(data);
        while (reader.NextField())
        {
            if (reader.Field != 1)
            {
                reader.Skip();
                continue;
            }

            pages = new PageLocation[reader.List(ThriftType.Struct)];
            for (var i = 0; i < pages.Length; i++)
            {
                pages[i] = ReadLocation(ref reader);
                if (i == 0 ? pages[0].FirstRow != 0 : pages[i].FirstRow < pages[i - 1].FirstRow)
                    throw new CorruptException($"the offset index lets page {i} start at row {pages[i].FirstRow}", reader.Position);
            }
        }

        return pages;
    }

    public static ColumnIndex ReadBounds(ReadOnlySpan<byte> data)
    {
        bool[] nullPages = [];
        byte[][] min = [],
            max = [];
        long[]? nullCounts = null;
        var reader = new ThriftReader(data);
        while (reader.NextField())
        {
            switch (reader.Field)
            {
                case 1:
                    nullPages = new bool[reader.List(ThriftType.True)];
                    for (var i = 0; i < nullPages.Length; i++)
                        nullPages[i] = reader.BoolElement();
                    break;
                case 2:
                    min = ReadBinaries(ref reader);
                    break;
                case 3:
                    max = ReadBinaries(ref reader);
                    break;
                case 5:
                    nullCounts = new long[reader.List(ThriftType.I64)];
                    for (var i = 0; i < nullCounts.Length; i++)
                        nullCounts[i] = reader.IntElement();
                    break;
                default:
                    reader.Skip();
                    break;
            }
        }

        if (
            min.Length != nullPages.Length
            || max.Length != nullPages.Length
            || (nullCounts?.Length ?? nullPages.Length) != nullPages.Length
        )
            throw new CorruptException("the lists of a column index differ in length", reader.Position);
        return new ColumnIndex
        {
            NullPages = nullPages,
            Min = min,
            Max = max,
            NullCounts = nullCounts,
        };
    }

    private static byte[][] ReadBinaries(ref ThriftReader reader)
    {
        var values = new byte[reader.List(ThriftType.Binary)][];
        for (var i = 0; i < values.Length; i++)
            values[i] = reader.BinaryElement().ToArray();
        return values;
    }

    private static PageLocation ReadLocation(ref ThriftReader reader)
    {
        var location = new PageLocation();
        var outer = reader.BeginStruct();
        while (reader.NextField())
        {
            switch (reader.Field)
            {
                case 1:
                    location.Offset = FooterReader.NotNegative(reader.I64(), "page offset", reader.Position);
                    break;
                case 2:
                    location.CompressedSize = (int)FooterReader.NotNegative(reader.I32(), "page size", reader.Position);
                    break;
                case 3:
                    location.FirstRow = FooterReader.NotNegative(reader.I64(), "first row of a page", reader.Position);
                    break;
                default:
                    reader.Skip();
                    break;
            }
        }

        reader.EndStruct(outer);
        return location;
    }
}
