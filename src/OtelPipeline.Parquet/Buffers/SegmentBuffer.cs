using System.Buffers;

namespace OtelPipeline.Parquet.Buffers;

/// <summary>
/// Bytes that only grow at their end, in pieces of one size from the shared pool: nothing is copied or left over in the pool while they grow, as with
/// an array that doubles. Not thread safe.
/// </summary>
internal sealed class SegmentBuffer : IDisposable
{
    private const int Size = 4 << 10;

    private readonly List<byte[]> _segments = [];

    public int Length { get; private set; }

    public void Write(scoped ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length > Array.MaxLength - Length)
            throw new InvalidOperationException($"A column chunk may not exceed {Array.MaxLength} bytes: end row groups earlier.");
        while (bytes.Length > 0)
        {
            var (index, used) = Math.DivRem(Length, Size);
            if (index == _segments.Count)
                _segments.Add(ArrayPool<byte>.Shared.Rent(Size));
            var count = Math.Min(bytes.Length, Size - used);
            bytes[..count].CopyTo(_segments[index].AsSpan(used));
            bytes = bytes[count..];
            Length += count;
        }
    }

    public void CopyTo(Stream stream)
    {
        for (var (i, left) = (0, Length); left > 0; i++, left -= Size)
            stream.Write(_segments[i].AsSpan(0, Math.Min(left, Size)));
    }

    /// <summary>Forgets what is written; the memory stays.</summary>
    public void Clear() => Length = 0;

    public void Dispose()
    {
        foreach (var segment in _segments)
            ArrayPool<byte>.Shared.Return(segment);
        _segments.Clear();
        Length = 0;
    }
}
