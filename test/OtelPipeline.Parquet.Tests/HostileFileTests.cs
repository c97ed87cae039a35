using OtelPipeline.Parquet.Buffers;
using OtelPipeline.Parquet.Thrift;

namespace OtelPipeline.Parquet.Tests;

/// <summary>Files that are built to hurt: a few bytes that ask for everything.</summary>
public sealed class HostileFileTests
{
    [Test]
    public void Two_thousand_million_NULLs_in_a_few_bytes_are_refused_before_memory_is_asked_for()
    {
        // one run of 2^31 - 1 NULLs: legal, and eight gigabytes when decoded
        byte[] body = [6, 0, 0, 0, 0xFE, 0xFF, 0xFF, 0xFF, 0x0F, 0];
        var error = Refused(int.MaxValue, int.MaxValue, body, uncompressed: body.Length, codec: 0);

        Assert.That(error.Message, Does.Contain("MaxColumnBytes"));
    }

    [TestCase(0)]
    [TestCase(1)]
    [TestCase(2)]
    [TestCase(4)]
    [TestCase(6)]
    [TestCase(7)]
    public void Pages_that_announce_gigabytes_are_refused(int codec)
    {
        var error = Refused(1, 1, new byte[20], uncompressed: 1 << 30, codec);

        Assert.That(error.Message, Does.Contain("MaxPageBytes"));
        Assert.That(error.FileName, Is.EqualTo("hostile"));
    }

    [TestCase(0)]
    [TestCase(1)]
    [TestCase(2)]
    [TestCase(4)]
    [TestCase(6)]
    [TestCase(7)]
    [TestCase(3)]
    [TestCase(99)]
    public void Garbage_of_every_codec_is_refused(int codec) => Refused(1, 1, [1, 2, 3, 4, 5, 6, 7, 8], uncompressed: 40, codec);

    [Test]
    public void A_schema_nested_without_end_is_refused()
    {
        var error = Assert.Throws<ParquetException>(() => Open(Footer(thrift => WriteNestedSchema(thrift, 5000))));

        Assert.That(error!.Message, Does.Contain("nested deeper"));
    }

    [Test]
    public void Values_nested_without_end_are_refused()
    {
        using var buffer = new ByteBuffer();
        // field 20 is unknown: a list of a list of a list …
        buffer.Write([0x09, 40]);
        for (var i = 0; i < 100_000; i++)
            buffer.WriteByte(0x19);
        Assert.That(() => Open(WithEnds([], buffer.Written)), Throws.InstanceOf<ParquetException>().With.Message.Contains("nested deeper"));
    }

    [Test]
    public void Files_that_are_none_are_refused()
    {
        Assert.That(
            () => Open([]),
            Throws.InstanceOf<ParquetException>().With.Message.StartsWith("hostile: offset 0: 0 bytes are too few")
        );
        Assert.That(() => Open(new byte[100]), Throws.InstanceOf<ParquetException>().With.Message.Contains("no Parquet file"));
        Assert.That(
            () => Open([.. "PARE"u8, .. new byte[100], .. "PARE"u8]),
            Throws.InstanceOf<ParquetException>().With.Message.Contains("encrypted")
        );
        Assert.That(
            () => Open([.. "PAR1"u8, 255, 255, 255, 127, .. "PAR1"u8]),
            Throws.InstanceOf<ParquetException>().With.Message.Contains("does not fit")
        );
    }

    private static ParquetException Refused(int rows, int values, byte[] body, int uncompressed, int codec)
    {
        using var page = new ByteBuffer();
        var thrift = new ThriftWriter(page);
        thrift.Begin();
        thrift.I32(1, 0);
        thrift.I32(2, uncompressed);
        thrift.I32(3, body.Length);
        thrift.BeginField(5);
        thrift.I32(1, values);
        thrift.I32(2, 0);
        thrift.I32(3, 3);
        thrift.I32(4, 3);
        thrift.End();
        thrift.End();
        page.Write(body);
        var bytes = WithEnds(page.Written, FooterBytes(t => WriteOneColumn(t, rows, values, codec, page.Length)));
        using var reader = ParquetReader.Open(new MemoryStream(bytes), "hostile");
        var before = GC.GetAllocatedBytesForCurrentThread();
        var error = Assert.Throws<ParquetException>(() => reader.RowGroups[0].Read<int>("n").Dispose());
        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.LessThan(1 << 20));
        return error!;
    }

    private static void WriteOneColumn(ThriftWriter thrift, int rows, int values, int codec, int size)
    {
        thrift.List(2, ThriftType.Struct, 2);
        thrift.Begin();
        thrift.String(4, "schema");
        thrift.I32(5, 1);
        thrift.End();
        thrift.Begin();
        thrift.I32(1, (int)ParquetType.Int32);
        thrift.I32(3, (int)ParquetRepetition.Optional);
        thrift.String(4, "n");
        thrift.End();
        thrift.I64(3, rows);
        thrift.List(4, ThriftType.Struct, 1);
        thrift.Begin();
        thrift.List(1, ThriftType.Struct, 1);
        thrift.Begin();
        thrift.BeginField(3);
        thrift.I32(1, (int)ParquetType.Int32);
        thrift.I32(4, codec);
        thrift.I64(5, values);
        thrift.I64(6, size);
        thrift.I64(7, size);
        thrift.I64(9, 4);
        thrift.End();
        thrift.End();
        thrift.I64(3, rows);
        thrift.End();
    }

    private static void WriteNestedSchema(ThriftWriter thrift, int depth)
    {
        thrift.List(2, ThriftType.Struct, depth);
        for (var i = 0; i < depth; i++)
        {
            thrift.Begin();
            thrift.I32(3, 1);
            thrift.String(4, "g");
            thrift.I32(5, 1);
            thrift.End();
        }
    }

    private static byte[] Footer(Action<ThriftWriter> fields) => WithEnds([], FooterBytes(fields));

    private static byte[] FooterBytes(Action<ThriftWriter> fields)
    {
        using var buffer = new ByteBuffer();
        var thrift = new ThriftWriter(buffer);
        thrift.Begin();
        thrift.I32(1, 1);
        fields(thrift);
        thrift.End();
        return buffer.Written.ToArray();
    }

    private static byte[] WithEnds(ReadOnlySpan<byte> pages, ReadOnlySpan<byte> footer) =>
        [.. "PAR1"u8, .. pages, .. footer, .. BitConverter.GetBytes(footer.Length), .. "PAR1"u8];

    private static ParquetReader Open(byte[] bytes) => ParquetReader.Open(new MemoryStream(bytes), "hostile");
}
