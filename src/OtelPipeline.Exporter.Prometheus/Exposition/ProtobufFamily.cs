using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Text;
using OtelPipeline.Exporter.Prometheus.Naming;

namespace OtelPipeline.Exporter.Prometheus.Exposition;

/// <summary>
/// What the protobuf format says of a family, in bytes, and the wire format itself. The messages are those of
/// https://github.com/prometheus/client_model/blob/master/io/prometheus/client/metrics.proto.
/// </summary>
internal sealed class ProtobufFamily
{
    // field number << 3 | wire type (0 varint, 1 eight bytes, 2 length-delimited)
    public const byte MetricLabel = 1 << 3 | 2;
    public const byte MetricGauge = 2 << 3 | 2;
    public const byte MetricCounter = 3 << 3 | 2;
    public const byte MetricHistogram = 7 << 3 | 2;
    public const byte FamilyMetric = 4 << 3 | 2;

    public const int MaxVarintSize = 10;

    /// <summary>A field of eight bytes with its number.</summary>
    public const int DoubleSize = 9;

    /// <summary>The message Counter or Gauge with nothing but a value: field 1, eight bytes.</summary>
    public const int NumberLength = 9;

    public ProtobufFamily(Family family)
        : this(family.Name, family.Help, family.Type, MetricName.Unit(family.Unit, UnitBearer(family), family.IsGaugeInstrument)) { }

    private ProtobufFamily(string name, string help, FamilyType type, string unit)
    {
        var header = new ByteBuffer();
        WriteString(header, 1 << 3 | 2, name);
        if (help.Length > 0)
            WriteString(header, 2 << 3 | 2, help);
        header.Write(3 << 3);
        header.Write(
            type switch
            {
                FamilyType.Counter => 0,
                FamilyType.Gauge => 1,
                _ => 4,
            }
        );
        Header = header.Written.ToArray();
        header.Clear();
        if (unit.Length > 0)
            WriteString(header, 5 << 3 | 2, unit);
        Trailer = header.Written.ToArray();
    }

    /// <summary>The fields before the metrics.</summary>
    public byte[] Header { get; }

    /// <summary>The fields behind the metrics.</summary>
    public byte[] Trailer { get; }

    /// <summary>Bytes that the length of the whole message took last time.</summary>
    public int LengthSize { get; set; } = 1;

    /// <summary>A family of gauges whose value is 1: the format has no type info.</summary>
    public static void WriteInfo(ByteBuffer output, string name, string help, List<List<Label>> series)
    {
        var start = Begin(output);
        output.Write(new ProtobufFamily(name, help, FamilyType.Gauge, "").Header);
        foreach (var labels in series)
        {
            output.Write(FamilyMetric);
            var metric = Begin(output);
            WriteLabels(output, labels, MetricLabel);
            output.Write(MetricGauge);
            output.Write(NumberLength);
            WriteDouble(output, 1 << 3 | 1, 1);
            End(output, metric);
        }

        End(output, start);
    }

    public static void WriteLabels(ByteBuffer output, List<Label> labels, byte field)
    {
        foreach (var (name, value) in labels)
        {
            output.Write(field);
            var start = Begin(output);
            WriteString(output, 1 << 3 | 2, name);
            WriteString(output, 2 << 3 | 2, value);
            End(output, start);
        }
    }

    public static void WriteVarint(ByteBuffer output, ulong value) =>
        output.Advance(WriteVarint(ref output.GetReference(MaxVarintSize), value));

    /// <summary>Writes it where there is room for <see cref="MaxVarintSize"/> bytes; returns how many it took.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int WriteVarint(ref byte target, ulong value)
    {
        var length = 0;
        for (; value >= 0x80; value >>= 7)
            Unsafe.Add(ref target, length++) = (byte)(value | 0x80);
        Unsafe.Add(ref target, length++) = (byte)value;
        return length;
    }

    public static void WriteSigned(ByteBuffer output, long value) => WriteVarint(output, (ulong)(value << 1 ^ value >> 63));

    public static void WriteDouble(ByteBuffer output, byte field, double value)
    {
        WriteDouble(ref output.GetReference(DoubleSize), field, value);
        output.Advance(DoubleSize);
    }

    /// <summary>Writes <see cref="DoubleSize"/> bytes.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void WriteDouble(ref byte target, byte field, double value)
    {
        target = field;
        var bits = BitConverter.DoubleToUInt64Bits(value);
        Unsafe.WriteUnaligned(ref Unsafe.Add(ref target, 1), BitConverter.IsLittleEndian ? bits : BinaryPrimitives.ReverseEndianness(bits));
    }

    /// <summary>Starts a message whose length is not known yet, leaving one byte for it.</summary>
    public static int Begin(ByteBuffer output)
    {
        output.GetSpan(1);
        output.Advance(1);
        return output.Length;
    }

    /// <summary>Writes the length of a message in front of it; returns how many bytes that took.</summary>
    public static int End(ByteBuffer output, int start, int reserved = 1)
    {
        var length = output.Length - start;
        var size = VarintSize(length);
        if (size != reserved)
            output.Shift(start, size - reserved);
        var span = output.Array.AsSpan(start - reserved);
        for (var i = 0; i < size; i++)
            span[i] = (byte)(i == size - 1 ? length >> 7 * i : length >> 7 * i | 0x80);
        return size;
    }

    public static int VarintSize(int value)
    {
        var size = 1;
        while ((value >>= 7) > 0)
            size++;
        return size;
    }

    private static string UnitBearer(Family family) =>
        family.Type == FamilyType.Counter && family.Name.EndsWith("_total", StringComparison.Ordinal) ? family.Name[..^6] : family.Name;

    private static void WriteString(ByteBuffer output, byte field, string text)
    {
        output.Write(field);
        WriteVarint(output, (ulong)Encoding.UTF8.GetByteCount(text));
        output.Write(text.AsSpan());
    }
}
