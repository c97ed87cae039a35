using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;

namespace OtelPipeline.Exporter.Prometheus.Exposition;

/// <summary>A growing buffer that is filled from the front and keeps its array when it is emptied, so that a scrape allocates nothing once it is large enough.</summary>
internal sealed class ByteBuffer
{
    /// <summary>How much <see cref="CopyTo(int, int, ref byte)"/> moves at once. So many bytes are always free behind what is written.</summary>
    private const int Block = 64;

    private byte[] _array;

    public ByteBuffer(int capacity = 256) => _array = new byte[capacity + Block];

    public ByteBuffer(ReadOnlySpan<byte> bytes)
        : this(bytes.Length) => Write(bytes);

    public int Length { get; private set; }

    public byte[] Array => _array;

    public ReadOnlySpan<byte> Written => _array.AsSpan(0, Length);

    public void Clear() => Length = 0;

    /// <summary>Room for <paramref name="size"/> bytes behind what is written; <see cref="Advance"/> says how many were used.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Span<byte> GetSpan(int size)
    {
        Reserve(size);
        return _array.AsSpan(Length);
    }

    /// <summary>The same as a reference to the first of them, for <see cref="CopyTo(ref byte)"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ref byte GetReference(int size)
    {
        Reserve(size);
        return ref Unsafe.Add(ref MemoryMarshal.GetArrayDataReference(_array), Length);
    }

    /// <summary>Copies what is written to a reference that <see cref="GetReference"/> of another buffer gave.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void CopyTo(ref byte target) => CopyTo(0, Length, ref target);

    /// <summary>
    /// Copies a part of what is written. Whole blocks, from a buffer and to one that have a block to spare, need neither a call nor a look at the
    /// length of the rest: half the time of a span's copy for a line of text.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void CopyTo(int offset, int length, ref byte target)
    {
        ref var source = ref Unsafe.Add(ref MemoryMarshal.GetArrayDataReference(_array), offset);
        for (nint i = 0; i < length; i += Block)
            Unsafe.CopyBlockUnaligned(ref Unsafe.Add(ref target, i), ref Unsafe.Add(ref source, i), Block);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Advance(int count) => Length += count;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Write(ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(GetSpan(bytes.Length));
        Length += bytes.Length;
    }

    public void Write(byte value)
    {
        GetSpan(1)[0] = value;
        Length++;
    }

    /// <summary>Writes UTF-8; half a surrogate pair becomes U+FFFD.</summary>
    public void Write(ReadOnlySpan<char> text) =>
        Length += Encoding.UTF8.GetBytes(text, GetSpan(Encoding.UTF8.GetMaxByteCount(text.Length)));

    /// <summary>Moves what is written from <paramref name="position"/> on by <paramref name="by"/> bytes, forwards or backwards.</summary>
    public void Shift(int position, int by)
    {
        if (by > 0)
            GetSpan(by);
        _array.AsSpan(position, Length - position).CopyTo(_array.AsSpan(position + by));
        Length += by;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Reserve(int size)
    {
        if (_array.Length - Length - Block < size)
            Grow(size);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void Grow(int size)
    {
        var needed = (long)Length + size + Block;
        if (needed > System.Array.MaxLength)
            throw new InvalidOperationException(
                $"The exposition is larger than {System.Array.MaxLength} bytes. Drop instruments or attributes with views."
            );
        var capacity = (int)Math.Min(Math.Max(needed, (long)_array.Length * 2), System.Array.MaxLength);
        System.Array.Resize(ref _array, capacity);
    }
}
