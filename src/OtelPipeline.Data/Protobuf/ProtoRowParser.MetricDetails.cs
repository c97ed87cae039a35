namespace OtelPipeline.Data.Protobuf;

internal sealed partial class ProtoRowParser
{
    private QuantileValue ReadQuantile(ReadOnlySpan<byte> message)
    {
        double quantile = 0;
        double value = 0;
        var reader = new ProtoReader(message);
        while (Next(ref reader))
        {
            switch ((reader.Field, reader.WireType))
            {
                case (1, ProtoReader.Fixed64):
                    quantile = BitConverter.UInt64BitsToDouble(reader.ReadFixed64());
                    break;
                case (2, ProtoReader.Fixed64):
                    value = BitConverter.UInt64BitsToDouble(reader.ReadFixed64());
                    break;
                default:
                    reader.Skip();
                    break;
            }
        }

        return new(quantile, value);
    }

    private (int Offset, long[] Counts) ReadBuckets(ReadOnlySpan<byte> message)
    {
        var offset = 0;
        var counts = new List<long>();
        var reader = new ProtoReader(message);
        while (Next(ref reader))
        {
            switch ((reader.Field, reader.WireType))
            {
                case (1, ProtoReader.Varint):
                    offset = ZigZag(reader.ReadVarint());
                    break;
                case (2, ProtoReader.Bytes or ProtoReader.Varint):
                    ReadVarints(ref reader, counts);
                    break;
                default:
                    reader.Skip();
                    break;
            }
        }

        return (offset, [.. counts]);
    }

    private void AddExemplar(ReadOnlySpan<byte> message, List<Exemplar> exemplars)
    {
        if (!Within(batch.ChargeDetail()))
            return;
        var exemplar = new Exemplar();
        exemplars.Add(exemplar);
        var reader = new ProtoReader(message);
        while (Next(ref reader))
        {
            switch ((reader.Field, reader.WireType))
            {
                case (2, ProtoReader.Fixed64):
                    exemplar.TimeUnixNano = Clamp(reader.ReadFixed64());
                    break;
                case (3, ProtoReader.Fixed64):
                    exemplar.ValueDouble = BitConverter.UInt64BitsToDouble(reader.ReadFixed64());
                    break;
                case (4, ProtoReader.Bytes):
                    exemplar.SpanId = SpanIdOf(reader.ReadBytes());
                    break;
                case (5, ProtoReader.Bytes):
                    exemplar.TraceId = TraceIdOf(reader.ReadBytes());
                    break;
                case (6, ProtoReader.Fixed64):
                    exemplar.ValueInt = (long)reader.ReadFixed64();
                    break;
                case (7, ProtoReader.Bytes):
                    ReadAttribute(reader.ReadBytes(), exemplar.FilteredAttributes, 0);
                    break;
                default:
                    reader.Skip();
                    break;
            }
        }
    }

    // repeated numbers come packed into one field, or each as a field of its own from old writers
    private void ReadFixed64s(ref ProtoReader reader, List<long> values)
    {
        if (reader.WireType == ProtoReader.Fixed64)
        {
            values.Add(Clamp(reader.ReadFixed64()));
            return;
        }

        var packed = new ProtoReader(reader.ReadBytes());
        while (!packed.AtEnd && Within(batch.ChargeAttribute()))
            values.Add(Clamp(packed.ReadFixed64()));
        Check(ref packed);
    }

    private void ReadDoubles(ref ProtoReader reader, List<double> values)
    {
        if (reader.WireType == ProtoReader.Fixed64)
        {
            values.Add(BitConverter.UInt64BitsToDouble(reader.ReadFixed64()));
            return;
        }

        var packed = new ProtoReader(reader.ReadBytes());
        while (!packed.AtEnd && Within(batch.ChargeAttribute()))
            values.Add(BitConverter.UInt64BitsToDouble(packed.ReadFixed64()));
        Check(ref packed);
    }

    private void ReadVarints(ref ProtoReader reader, List<long> values)
    {
        if (reader.WireType == ProtoReader.Varint)
        {
            values.Add(Clamp(reader.ReadVarint()));
            return;
        }

        var packed = new ProtoReader(reader.ReadBytes());
        while (!packed.AtEnd && Within(batch.ChargeAttribute()))
            values.Add(Clamp(packed.ReadVarint()));
        Check(ref packed);
    }

    private static int ZigZag(ulong value) => (int)(value >> 1) ^ -(int)(value & 1);
}
