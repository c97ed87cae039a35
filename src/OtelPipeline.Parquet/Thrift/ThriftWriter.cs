using System.Text;
using OtelPipeline.Parquet.Buffers;

namespace OtelPipeline.Parquet.Thrift;

/// <summary>
/// Writes Thrift compact protocol: <see cref="Begin"/> and <see cref="End"/> bracket every struct, the outermost included.
/// </summary>
internal sealed class ThriftWriter(ByteBuffer buffer)
{
    private const int DeepestStruct = 16;
    private readonly int[] _outerFields = new int[DeepestStruct];
    private int _depth;
    private int _lastField;

    public void Begin()
    {
        _outerFields[_depth++] = _lastField;
        _lastField = 0;
    }

    public void End()
    {
        buffer.WriteByte((byte)ThriftType.Stop);
        _lastField = _outerFields[--_depth];
    }

    /// <summary>A struct as a field of the current one.</summary>
    public void BeginField(int field)
    {
        Header(field, ThriftType.Struct);
        Begin();
    }

    /// <summary>A field that is a struct without fields (a union's marker).</summary>
    public void Empty(int field)
    {
        BeginField(field);
        End();
    }

    public void Bool(int field, bool value) => Header(field, value ? ThriftType.True : ThriftType.False);

    public void Byte(int field, sbyte value)
    {
        Header(field, ThriftType.Byte);
        buffer.WriteByte((byte)value);
    }

    public void I16(int field, short value)
    {
        Header(field, ThriftType.I16);
        buffer.WriteZigzag(value);
    }

    public void I32(int field, int value)
    {
        Header(field, ThriftType.I32);
        buffer.WriteZigzag(value);
    }

    public void I64(int field, long value)
    {
        Header(field, ThriftType.I64);
        buffer.WriteZigzag(value);
    }

    public void Binary(int field, ReadOnlySpan<byte> value)
    {
        Header(field, ThriftType.Binary);
        BinaryElement(value);
    }

    public void String(int field, string value)
    {
        Header(field, ThriftType.Binary);
        StringElement(value);
    }

    public void List(int field, ThriftType element, int count)
    {
        Header(field, ThriftType.List);
        if (count < 15)
        {
            buffer.WriteByte((byte)(count << 4 | (int)element));
            return;
        }

        buffer.WriteByte((byte)(0xF0 | (int)element));
        buffer.WriteVarint((uint)count);
    }

    public void BinaryElement(ReadOnlySpan<byte> value)
    {
        buffer.WriteVarint((uint)value.Length);
        buffer.Write(value);
    }

    public void StringElement(string value)
    {
        var size = Encoding.UTF8.GetByteCount(value);
        buffer.WriteVarint((uint)size);
        Encoding.UTF8.GetBytes(value, buffer.Reserve(size));
        buffer.Advance(size);
    }

    public void IntElement(long value) => buffer.WriteZigzag(value);

    public void BoolElement(bool value) => buffer.WriteByte((byte)(value ? ThriftType.True : ThriftType.False));

    private void Header(int field, ThriftType type)
    {
        var delta = field - _lastField;
        _lastField = field;
        if (delta is > 0 and < 16)
        {
            buffer.WriteByte((byte)(delta << 4 | (int)type));
            return;
        }

        buffer.WriteByte((byte)type);
        buffer.WriteZigzag(field);
    }
}
