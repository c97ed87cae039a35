using System.Buffers.Binary;

namespace OtelPipeline.Data.Protobuf;

/// <summary>
/// Reads the fields of one protobuf message (<see href="https://protobuf.dev/programming-guides/encoding/">wire format</see>). The first error
/// sticks: every later call returns false or 0.
/// </summary>
internal ref struct ProtoReader(ReadOnlySpan<byte> data)
{
    public const int Varint = 0;
    public const int Fixed64 = 1;
    public const int Bytes = 2;
    public const int Fixed32 = 5;

    private readonly ReadOnlySpan<byte> _data = data;
    private int _position;

    public bool Failed { get; private set; }

    public readonly bool AtEnd => Failed || _position >= _data.Length;

    /// <summary>The number of the current field.</summary>
    public int Field { get; private set; }

    /// <summary>How the current field is encoded.</summary>
    public int WireType { get; private set; }

    /// <summary>Moves to the next field; false at the end or after an error.</summary>
    public bool Next()
    {
        if (Failed || _position >= _data.Length)
            return false;
        var tag = ReadVarint();
        Field = (int)(tag >> 3);
        WireType = (int)(tag & 7);
        if (tag > uint.MaxValue || Field == 0 || WireType is not (Varint or Fixed64 or Bytes or Fixed32))
            Failed = true;
        return !Failed;
    }

    public ulong ReadVarint()
    {
        ulong value = 0;
        for (var shift = 0; shift < 64 && _position < _data.Length; shift += 7)
        {
            var b = _data[_position++];
            value |= (ulong)(b & 0x7F) << shift;
            if (b < 0x80)
                return value;
        }

        Failed = true;
        return 0;
    }

    public ulong ReadFixed64()
    {
        if (_data.Length - _position < 8)
        {
            Failed = true;
            return 0;
        }

        _position += 8;
        return BinaryPrimitives.ReadUInt64LittleEndian(_data[(_position - 8)..]);
    }

    public uint ReadFixed32()
    {
        if (_data.Length - _position < 4)
        {
            Failed = true;
            return 0;
        }

        _position += 4;
        return BinaryPrimitives.ReadUInt32LittleEndian(_data[(_position - 4)..]);
    }

    public ReadOnlySpan<byte> ReadBytes()
    {
        var length = ReadVarint();
        if (Failed || length > (ulong)(_data.Length - _position))
        {
            Failed = true;
            return default;
        }

        _position += (int)length;
        return _data.Slice(_position - (int)length, (int)length);
    }

    /// <summary>Steps over the current field.</summary>
    public void Skip()
    {
        switch (WireType)
        {
            case Varint:
                ReadVarint();
                break;
            case Fixed64:
                ReadFixed64();
                break;
            case Bytes:
                ReadBytes();
                break;
            default:
                ReadFixed32();
                break;
        }
    }

    /// <summary>True when the current field is encoded like this.</summary>
    public readonly bool Is(int field, int wireType) => Field == field && WireType == wireType;
}
