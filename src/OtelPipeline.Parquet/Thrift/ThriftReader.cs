using System.Text;

namespace OtelPipeline.Parquet.Thrift;

/// <summary>
/// Reads Thrift compact protocol from memory. A struct is read as: save <see cref="BeginStruct"/>, loop over
/// <see cref="NextField"/> until false, <see cref="EndStruct"/>. Anything malformed is a <see cref="CorruptException"/>.
/// </summary>
internal ref struct ThriftReader(ReadOnlySpan<byte> data)
{
    private const int DeepestSkip = 32;
    private readonly ReadOnlySpan<byte> _data = data;
    private int _lastField;

    public int Position { get; private set; }

    public int Field => _lastField;

    public ThriftType Type { get; private set; }

    public int BeginStruct()
    {
        var outer = _lastField;
        _lastField = 0;
        return outer;
    }

    public void EndStruct(int outer) => _lastField = outer;

    public bool NextField()
    {
        var header = ReadByte();
        if (header == 0)
            return false;
        Type = (ThriftType)(header & 15);
        var delta = header >> 4;
        var field = delta == 0 ? ReadZigzag() : _lastField + delta;
        if (field is < 0 or > short.MaxValue)
            throw new CorruptException($"Thrift field id {field} is out of range", Position);
        _lastField = (int)field;
        return true;
    }

    public bool Bool() =>
        Type switch
        {
            ThriftType.True => true,
            ThriftType.False => false,
            _ => throw Unexpected("bool"),
        };

    public int I32()
    {
        var value = I64();
        return value is >= int.MinValue and <= int.MaxValue
            ? (int)value
            : throw new CorruptException($"Thrift field {_lastField}: {value} does not fit 32 bits", Position);
    }

    public long I64() =>
        Type switch
        {
            ThriftType.Byte => (sbyte)ReadByte(),
            ThriftType.I16 or ThriftType.I32 or ThriftType.I64 => ReadZigzag(),
            _ => throw Unexpected("integer"),
        };

    public ReadOnlySpan<byte> Binary() => Type == ThriftType.Binary ? BinaryElement() : throw Unexpected("binary");

    public string String() => Encoding.UTF8.GetString(Binary());

    /// <summary>The element type and count of a list; every element takes at least one byte, so the count cannot exceed what is left.</summary>
    public int List(ThriftType element)
    {
        if (Type is not (ThriftType.List or ThriftType.Set))
            throw Unexpected("list");
        var (type, count) = ListHeader();
        // booleans are written as 1 or as 2
        if (count > 0 && type != element && !(element == ThriftType.True && type == ThriftType.False))
            throw new CorruptException($"Thrift field {_lastField} is a list of {type}, not of {element}", Position);
        return count;
    }

    public ReadOnlySpan<byte> BinaryElement()
    {
        var length = ReadVarint();
        if (length > (ulong)(_data.Length - Position))
            throw new CorruptException($"Thrift field {_lastField}: {length} bytes announced, {_data.Length - Position} left", Position);
        var value = _data.Slice(Position, (int)length);
        Position += (int)length;
        return value;
    }

    public string StringElement() => Encoding.UTF8.GetString(BinaryElement());

    public long IntElement() => ReadZigzag();

    public bool BoolElement() => ReadByte() == 1;

    public void Struct()
    {
        if (Type != ThriftType.Struct)
            throw Unexpected("struct");
    }

    public void Skip() => Skip(Type, 0);

    private void Skip(ThriftType type, int depth)
    {
        if (depth > DeepestSkip)
            throw new CorruptException($"Thrift structures are nested deeper than {DeepestSkip}", Position);
        switch (type)
        {
            case ThriftType.True or ThriftType.False:
                break;
            case ThriftType.Byte:
                ReadByte();
                break;
            case ThriftType.I16 or ThriftType.I32 or ThriftType.I64:
                ReadVarint();
                break;
            case ThriftType.Double:
                Advance(8);
                break;
            case ThriftType.Uuid:
                Advance(16);
                break;
            case ThriftType.Binary:
                BinaryElement();
                break;
            case ThriftType.List or ThriftType.Set:
                var (element, count) = ListHeader();
                for (var i = 0; i < count; i++)
                    SkipElement(element, depth + 1);
                break;
            case ThriftType.Map:
                SkipMap(depth);
                break;
            case ThriftType.Struct:
                var outer = BeginStruct();
                while (NextField())
                    Skip(Type, depth + 1);
                EndStruct(outer);
                break;
            default:
                throw new CorruptException($"Thrift type {(int)type} does not exist", Position);
        }
    }

    private void SkipElement(ThriftType element, int depth)
    {
        if (element is ThriftType.True or ThriftType.False)
            ReadByte();
        else
            Skip(element, depth);
    }

    private void SkipMap(int depth)
    {
        var count = ReadVarint();
        if (count == 0)
            return;
        if (count > (ulong)(_data.Length - Position))
            throw new CorruptException($"Thrift map of {count} entries in {_data.Length - Position} bytes", Position);
        var types = ReadByte();
        for (ulong i = 0; i < count; i++)
        {
            SkipElement((ThriftType)(types >> 4), depth + 1);
            SkipElement((ThriftType)(types & 15), depth + 1);
        }
    }

    private (ThriftType Element, int Count) ListHeader()
    {
        var header = ReadByte();
        var count = (ulong)(header >> 4);
        if (count == 15)
            count = ReadVarint();
        if (count > (ulong)(_data.Length - Position))
            throw new CorruptException($"Thrift field {_lastField}: list of {count} elements in {_data.Length - Position} bytes", Position);
        return ((ThriftType)(header & 15), (int)count);
    }

    private void Advance(int count)
    {
        if (count > _data.Length - Position)
            throw Truncated();
        Position += count;
    }

    private byte ReadByte()
    {
        if ((uint)Position >= (uint)_data.Length)
            throw Truncated();
        return _data[Position++];
    }

    private ulong ReadVarint()
    {
        ulong value = 0;
        for (var shift = 0; shift < 64; shift += 7)
        {
            var b = ReadByte();
            value |= (ulong)(b & 0x7F) << shift;
            if (b < 0x80)
                return value;
        }

        throw new CorruptException("Thrift integer is longer than ten bytes", Position);
    }

    private long ReadZigzag()
    {
        var value = ReadVarint();
        return (long)(value >> 1) ^ -(long)(value & 1);
    }

    private readonly CorruptException Unexpected(string wanted) => new($"Thrift field {_lastField} is {Type}, not {wanted}", Position);

    private readonly CorruptException Truncated() => new("Thrift structure ends too early", Position);
}
