using System.Buffers.Binary;
using System.Text;

namespace OtelPipeline.Data.Tests;

/// <summary>Writes protobuf messages by hand, field by field.</summary>
internal sealed class Proto
{
    private readonly MemoryStream _bytes = new();

    public static implicit operator byte[](Proto proto) => proto._bytes.ToArray();

    public Proto Varint(int field, ulong value)
    {
        Raw((ulong)field << 3);
        Raw(value);
        return this;
    }

    public Proto Fixed64(int field, ulong value)
    {
        Raw(((ulong)field << 3) | 1);
        Span<byte> bytes = stackalloc byte[8];
        BinaryPrimitives.WriteUInt64LittleEndian(bytes, value);
        _bytes.Write(bytes);
        return this;
    }

    public Proto Double(int field, double value) => Fixed64(field, BitConverter.DoubleToUInt64Bits(value));

    public Proto Fixed32(int field, uint value)
    {
        Raw(((ulong)field << 3) | 5);
        Span<byte> bytes = stackalloc byte[4];
        BinaryPrimitives.WriteUInt32LittleEndian(bytes, value);
        _bytes.Write(bytes);
        return this;
    }

    public Proto Bytes(int field, byte[] value)
    {
        Raw(((ulong)field << 3) | 2);
        Raw((ulong)value.Length);
        _bytes.Write(value);
        return this;
    }

    public Proto Text(int field, string value) => Bytes(field, Encoding.UTF8.GetBytes(value));

    public Proto Packed(int field, params double[] values) => Bytes(field, [.. values.SelectMany(value => BitConverter.GetBytes(value))]);

    public Proto Packed(int field, params ulong[] values) => Bytes(field, [.. values.SelectMany(value => BitConverter.GetBytes(value))]);

    public static byte[] Attribute(string key, byte[] value) => new Proto().Text(1, key).Bytes(2, value);

    public static byte[] String(string value) => new Proto().Text(1, value);

    /// <summary>Wraps a record (span, log record or metric) into resource and scope.</summary>
    public static byte[] Message(params byte[][] records)
    {
        var scope = new Proto().Bytes(1, new Proto().Text(1, "lib").Text(2, "1"));
        foreach (var record in records)
            scope.Bytes(2, record);
        scope.Text(3, "scope-schema");
        var resource = new Proto().Bytes(1, new Proto().Bytes(1, Attribute("service.name", String("etl"))));
        return new Proto().Bytes(1, resource.Bytes(2, scope).Text(3, "resource-schema"));
    }

    public static byte[] Span() =>
        new Proto()
            .Bytes(1, Convert.FromHexString("0102030405060708090a0b0c0d0e0f10"))
            .Bytes(2, Convert.FromHexString("0102030405060708"))
            .Text(3, "state")
            .Bytes(4, Convert.FromHexString("1112131415161718"))
            .Text(5, "a")
            .Varint(6, 3)
            .Fixed64(7, 1000)
            .Fixed64(8, 3000)
            .Bytes(9, Attribute("s", String("v")))
            .Bytes(9, Attribute("b", new Proto().Varint(2, 1)))
            .Bytes(9, Attribute("i", new Proto().Varint(3, unchecked((ulong)-5))))
            .Bytes(9, Attribute("d", new Proto().Double(4, 1.5)))
            .Bytes(9, Attribute("a", new Proto().Bytes(5, new Proto().Bytes(1, String("x")).Bytes(1, []))))
            .Bytes(9, Attribute("m", new Proto().Bytes(6, new Proto().Bytes(1, Attribute("y", String("z"))))))
            .Bytes(9, Attribute("y", new Proto().Bytes(7, [1, 2, 255])))
            .Varint(10, 4)
            .Bytes(11, new Proto().Fixed64(1, 1500).Text(2, "e").Bytes(3, Attribute("k", String("v"))).Varint(4, 1))
            .Varint(12, 5)
            .Bytes(13, new Proto().Bytes(1, new byte[16]).Bytes(2, Convert.FromHexString("2122232425262728")).Text(3, "ls").Fixed32(6, 1))
            .Varint(14, 6)
            .Bytes(15, new Proto().Text(2, "bad").Varint(3, 2))
            .Fixed32(16, 257);

    public static byte[] LogRecord() =>
        new Proto()
            .Fixed64(1, 5)
            .Varint(2, 9)
            .Text(3, "Info")
            .Bytes(5, String("hello"))
            .Bytes(6, Attribute("k", String("v")))
            .Varint(7, 1)
            .Fixed32(8, 1)
            .Bytes(9, Convert.FromHexString("0102030405060708090a0b0c0d0e0f10"))
            .Bytes(10, Convert.FromHexString("0102030405060708"))
            .Fixed64(11, 6)
            .Text(12, "event");

    public static byte[] Gauge(string name = "g") =>
        new Proto()
            .Text(1, name)
            .Text(3, "s")
            .Bytes(5, new Proto().Bytes(1, new Proto().Fixed64(3, 5).Double(4, 2.5).Bytes(7, Attribute("k", String("v")))));

    public static byte[] Sum() =>
        new Proto().Text(1, "sum").Bytes(7, new Proto().Bytes(1, new Proto().Fixed64(3, 5).Fixed64(6, 7)).Varint(2, 2).Varint(3, 1));

    public static byte[] Histogram() =>
        new Proto()
            .Text(1, "h")
            .Bytes(
                9,
                new Proto()
                    .Bytes(
                        1,
                        new Proto()
                            .Fixed64(3, 5)
                            .Fixed64(4, 3)
                            .Double(5, 6)
                            .Packed(6, 1UL, 2UL)
                            .Packed(7, 10.0)
                            .Bytes(8, new Proto().Fixed64(2, 4).Double(3, 1.25).Bytes(4, new byte[8]).Bytes(5, new byte[16]))
                            .Double(11, 1)
                            .Double(12, 4)
                    )
                    .Varint(2, 1)
            );

    public static byte[] ExponentialHistogram() =>
        new Proto()
            .Text(1, "e")
            .Bytes(
                10,
                new Proto()
                    .Bytes(
                        1,
                        new Proto()
                            .Fixed64(3, 5)
                            .Fixed64(4, 3)
                            .Varint(6, 5)
                            .Fixed64(7, 1)
                            .Bytes(8, new Proto().Varint(1, 4).Bytes(2, [1, 0x80, 1]))
                            .Double(14, 0.5)
                    )
                    .Varint(2, 2)
            );

    public static byte[] Summary() =>
        new Proto()
            .Text(1, "q")
            .Bytes(
                11,
                new Proto().Bytes(1, new Proto().Fixed64(3, 5).Fixed64(4, 3).Double(5, 6).Bytes(6, new Proto().Double(1, 0.5).Double(2, 2)))
            );

    private void Raw(ulong value)
    {
        for (; value >= 0x80; value >>= 7)
            _bytes.WriteByte((byte)(value | 0x80));
        _bytes.WriteByte((byte)value);
    }
}
