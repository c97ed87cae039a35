using System.Runtime.InteropServices;
using OtelPipeline.Parquet.Metadata;
using OtelPipeline.Parquet.Thrift;

namespace OtelPipeline.Parquet.Reading;

/// <summary>Reads what lies at a bloom filter's offset.</summary>
internal static class BloomHeaderReader
{
    private const int BlockBytes = 32;

    /// <summary>The size of the bits, 0 for a kind of filter that this library does not know, and the length of the header in front of them.</summary>
    public static (int Size, int HeaderLength) Read(ReadOnlySpan<byte> data)
    {
        var size = 0;
        var known = 0;
        var reader = new ThriftReader(data);
        while (reader.NextField())
        {
            switch (reader.Field)
            {
                case 1:
                    size = reader.I32();
                    break;
                case 2 or 3 or 4:
                    // the first and so far only algorithm, hash and compression
                    if (ReadUnion(ref reader) == 1)
                        known++;
                    break;
                default:
                    reader.Skip();
                    break;
            }
        }

        if (size < BlockBytes || size % BlockBytes != 0)
            throw new CorruptException($"a bloom filter of {size} bytes", 0);
        return (known == 3 ? size : 0, reader.Position);
    }

    public static bool MightContain(ReadOnlySpan<byte> bits, ulong hash) =>
        BloomFilter.MightContain(MemoryMarshal.Cast<byte, uint>(bits), hash);

    private static int ReadUnion(ref ThriftReader reader)
    {
        var field = 0;
        reader.Struct();
        var outer = reader.BeginStruct();
        while (reader.NextField())
        {
            field = reader.Field;
            reader.Skip();
        }

        reader.EndStruct(outer);
        return field;
    }
}
