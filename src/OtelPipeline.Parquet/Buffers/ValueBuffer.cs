using System.Buffers;

namespace OtelPipeline.Parquet.Buffers;

/// <summary>A growing array of values from the shared pool. Not thread safe.</summary>
internal sealed class ValueBuffer<T> : IDisposable
    where T : unmanaged
{
    private T[] _array = [];

    public int Count { get; private set; }

    public Span<T> Written => _array.AsSpan(0, Count);

    public ref T this[int index] => ref _array[index];

    public void Add(T value)
    {
        if (Count == _array.Length)
            Grow(1);
        _array[Count++] = value;
    }

    public void Add(scoped ReadOnlySpan<T> values) => values.CopyTo(Append(values.Length));

    public void Fill(T value, int count) => Append(count).Fill(value);

    /// <summary>Makes room for <paramref name="count"/> more values and returns it; its content is undefined.</summary>
    public Span<T> Append(int count)
    {
        if (_array.Length - Count < count)
            Grow(count);
        var span = _array.AsSpan(Count, count);
        Count += count;
        return span;
    }

    /// <summary>Makes room once for values that will come in parts.</summary>
    public void Reserve(int count)
    {
        if (_array.Length - Count < count)
            Grow(count);
    }

    public void Truncate(int count) => Count = count;

    public void Dispose()
    {
        if (_array.Length > 0)
            ArrayPool<T>.Shared.Return(_array);
        _array = [];
        Count = 0;
    }

    private void Grow(int count)
    {
        var wanted = checked((int)Math.Max((long)Count + count, Math.Min(_array.Length * 2L, Array.MaxLength)));
        var bigger = ArrayPool<T>.Shared.Rent(Math.Max(wanted, 64));
        Written.CopyTo(bigger);
        if (_array.Length > 0)
            ArrayPool<T>.Shared.Return(_array);
        _array = bigger;
    }
}
