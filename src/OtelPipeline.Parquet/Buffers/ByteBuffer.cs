using System.Buffers;
using System.Buffers.Binary;

namespace OtelPipeline.Parquet.Buffers;

/// <summary>A growing byte array from the shared pool. Not thread safe.</summary>
internal sealed class ByteBuffer : IDisposable
{
    private byte[] _array = [];

    public int Length { get; private set; }

    public ReadOnlySpan<byte> Written => _array.AsSpan(0, Length);

    public Span<byte> Slice(int start, int length) => _array.AsSpan(start, length);

    /// <summary>At least <paramref name="count"/> writable bytes behind what is written; keep them with <see cref="Advance"/>.</summary>
    public Span<byte> Reserve(int count)
    {
        if (_array.Length - Length < count)
            Grow(count);
        return _array.AsSpan(Length);
    }

    public void Advance(int count) => Length += count;

    public void Write(scoped ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(Reserve(bytes.Length));
        Length += bytes.Length;
    }

    public void WriteByte(byte value)
    {
        Reserve(1)[0] = value;
        Length++;
    }

    public void WriteInt32(int value)
    {
        BinaryPrimitives.WriteInt32LittleEndian(Reserve(4), value);
        Length += 4;
    }

    public void WriteVarint(ulong value)
    {
        var span = Reserve(10);
        var i = 0;
        while (value >= 0x80)
        {
            span[i++] = (byte)(value | 0x80);
            value >>= 7;
        }

        span[i++] = (byte)value;
        Length += i;
    }

    public void WriteZigzag(long value) => WriteVarint((ulong)((value << 1) ^ (value >> 63)));

    /// <summary>Shortens (or forgets, with 0) what is written; the memory stays.</summary>
    public void Truncate(int length) => Length = length;

    public void Dispose()
    {
        if (_array.Length > 0)
            ArrayPool<byte>.Shared.Return(_array);
        _array = [];
        Length = 0;
    }

    private void Grow(int count)
    {
        var wanted = Math.Max((long)Length + count, Math.Min(_array.Length * 2L, Array.MaxLength));
        if (wanted > Array.MaxLength)
            throw new InvalidOperationException($"A column chunk may not exceed {Array.MaxLength} bytes: end row groups earlier.");
        var bigger = ArrayPool<byte>.Shared.Rent((int)Math.Max(wanted, 256));
        Written.CopyTo(bigger);
        if (_array.Length > 0)
            ArrayPool<byte>.Shared.Return(_array);
        _array = bigger;
    }
}
