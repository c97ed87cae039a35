namespace OtelPipeline.Data.Protobuf;

internal sealed partial class ProtoRowParser
{
    // as deep as protobuf's own readers go
    private const int MaxDepth = 100;

    private void ReadAttribute(ReadOnlySpan<byte> message, AttributeList list, int depth)
    {
        if (!Within(batch.ChargeAttribute()))
            return;
        var key = "";
        AttributeValue value = default;
        var reader = new ProtoReader(message);
        while (Next(ref reader))
        {
            if (reader.Is(1, ProtoReader.Bytes))
                key = _strings.Get(reader.ReadBytes());
            else if (reader.Is(2, ProtoReader.Bytes))
                value = ReadAnyValue(reader.ReadBytes(), depth);
            else
                reader.Skip();
        }

        list.Add(key, value);
    }

    private AttributeValue ReadAnyValue(ReadOnlySpan<byte> message, int depth)
    {
        AttributeValue value = default;
        if (depth > MaxDepth)
        {
            _error ??= $"an attribute value nests deeper than {MaxDepth} levels";
            return value;
        }

        var reader = new ProtoReader(message);
        while (Next(ref reader))
        {
            switch ((reader.Field, reader.WireType))
            {
                case (1, ProtoReader.Bytes):
                    value = _strings.Get(reader.ReadBytes());
                    break;
                case (2, ProtoReader.Varint):
                    value = reader.ReadVarint() != 0;
                    break;
                case (3, ProtoReader.Varint):
                    value = (long)reader.ReadVarint();
                    break;
                case (4, ProtoReader.Fixed64):
                    value = BitConverter.UInt64BitsToDouble(reader.ReadFixed64());
                    break;
                case (5, ProtoReader.Bytes):
                    value = ReadArrayValue(reader.ReadBytes(), depth);
                    break;
                case (6, ProtoReader.Bytes):
                    value = ReadKeyValues(reader.ReadBytes(), depth);
                    break;
                case (7, ProtoReader.Bytes):
                    value = reader.ReadBytes().ToArray();
                    break;
                default:
                    reader.Skip();
                    break;
            }
        }

        return value;
    }

    private AttributeValue ReadArrayValue(ReadOnlySpan<byte> message, int depth)
    {
        var values = new List<AttributeValue>();
        var reader = new ProtoReader(message);
        while (Next(ref reader))
        {
            if (reader.Is(1, ProtoReader.Bytes) && Within(batch.ChargeAttribute()))
                values.Add(ReadAnyValue(reader.ReadBytes(), depth + 1));
            else
                reader.Skip();
        }

        return values.ToArray();
    }

    private AttributeValue ReadKeyValues(ReadOnlySpan<byte> message, int depth)
    {
        var list = new AttributeList();
        var reader = new ProtoReader(message);
        while (Next(ref reader))
        {
            if (reader.Is(1, ProtoReader.Bytes))
                ReadAttribute(reader.ReadBytes(), list, depth + 1);
            else
                reader.Skip();
        }

        return list;
    }
}
