using System.Buffers;
using System.Buffers.Binary;
using OtelPipeline.Parquet.Buffers;

namespace OtelPipeline.Parquet.Writing;

/// <summary>Numbers different byte values in order of appearance; keeps them as the dictionary page wants them.</summary>
internal sealed class BytesDictionary(bool withLengths) : IDisposable
{
    private const int FewestSlots = 64;

    /// <summary>Not the same in two processes, so that nobody can prepare values that all collide.</summary>
    private static readonly ulong Seed = (ulong)Random.Shared.NextInt64() | 1;

    private readonly int _prefix = withLengths ? sizeof(int) : 0;
    private readonly ByteBuffer _plain = new();
    private readonly ValueBuffer<Entry> _entries = new();

    /// <summary>Hash in the upper half, number + 1 in the lower; 0 is free.</summary>
    private ulong[] _slots = [];
    private int _slotCount;

    public int Count => _entries.Count;

    public int PlainLength => _plain.Length;

    /// <summary>All values in PLAIN encoding.</summary>
    public ReadOnlySpan<byte> Plain => _plain.Written;

    public ReadOnlySpan<byte> this[int number]
    {
        get
        {
            ref readonly var entry = ref _entries[number];
            return _plain.Slice(entry.Start, entry.Length);
        }
    }

    /// <summary>
    /// Adds the numbers of all values to <paramref name="numbers"/>; false when the dictionary exceeds <paramref name="mostBytes"/>, or, in a
    /// first page, when the values hardly repeat.
    /// </summary>
    public bool TryNumber(ReadOnlySpan<byte> data, ReadOnlySpan<int> lengths, ValueBuffer<int> numbers, int mostBytes, bool isFirstPage)
    {
        const int Sample = 2048;
        var output = numbers.Append(lengths.Length);
        var i = 0;
        var previous = -1;
        foreach (var value in new BytesEnumerator(data, lengths))
        {
            if (previous < 0 || !value.SequenceEqual(this[previous]))
                previous = Number(value);
            output[i++] = previous;
            if (_plain.Length > mostBytes || (isFirstPage && i == Sample && _entries.Count > Sample * 15 / 16))
                return false;
        }

        return true;
    }

    /// <summary>Keeps the first <paramref name="count"/> values for the dictionary page; nothing can be numbered any more unless it is 0.</summary>
    public void Shrink(int count, int plainLength)
    {
        _entries.Truncate(count);
        _plain.Truncate(plainLength);
        _slots.AsSpan(0, _slotCount).Clear();
    }

    public void Clear() => Shrink(0, 0);

    public void Dispose()
    {
        _plain.Dispose();
        _entries.Dispose();
        if (_slots.Length > 0)
            ArrayPool<ulong>.Shared.Return(_slots);
        _slots = [];
        _slotCount = 0;
    }

    private int Number(ReadOnlySpan<byte> value)
    {
        if (_entries.Count * 2 >= _slotCount)
            GrowSlots();
        var hash = Hash(value);
        var mask = (uint)_slotCount - 1;
        for (var slot = (uint)(hash >> 32) & mask; ; slot = (slot + 1) & mask)
        {
            var entry = _slots[slot];
            if (entry == 0)
            {
                _slots[slot] = (hash & 0xFFFFFFFF00000000) | (uint)(_entries.Count + 1);
                return Add(value);
            }

            if ((entry ^ hash) >> 32 == 0 && this[(int)(uint)entry - 1].SequenceEqual(value))
                return (int)(uint)entry - 1;
        }
    }

    private int Add(ReadOnlySpan<byte> value)
    {
        if (_prefix > 0)
            _plain.WriteInt32(value.Length);
        _entries.Add(new Entry(_plain.Length, value.Length));
        _plain.Write(value);
        return _entries.Count - 1;
    }

    private void GrowSlots()
    {
        var (old, oldCount) = (_slots, _slotCount);
        _slotCount = Math.Max(FewestSlots, _slotCount * 4);
        _slots = ArrayPool<ulong>.Shared.Rent(_slotCount);
        _slots.AsSpan(0, _slotCount).Clear();
        var mask = (uint)_slotCount - 1;
        foreach (var entry in old.AsSpan(0, oldCount))
        {
            if (entry == 0)
                continue;
            var slot = (uint)(entry >> 32) & mask;
            while (_slots[slot] != 0)
                slot = (slot + 1) & mask;
            _slots[slot] = entry;
        }

        if (old.Length > 0)
            ArrayPool<ulong>.Shared.Return(old);
    }

    private static ulong Hash(ReadOnlySpan<byte> value)
    {
        var hash = Seed ^ (ulong)value.Length;
        if (value.Length >= 8)
        {
            for (var i = 0; i + 8 < value.Length; i += 8)
                hash = Mix(hash ^ BinaryPrimitives.ReadUInt64LittleEndian(value[i..]));
            return Mix(hash ^ BinaryPrimitives.ReadUInt64LittleEndian(value[^8..]));
        }

        ulong last = 0;
        foreach (var b in value)
            last = last << 8 | b;
        return Mix(hash ^ last);
    }

    private static ulong Mix(ulong value)
    {
        var high = Math.BigMul(value, 0x9E3779B97F4A7C15, out var low);
        return high ^ low;
    }

    private readonly record struct Entry(int Start, int Length);
}
