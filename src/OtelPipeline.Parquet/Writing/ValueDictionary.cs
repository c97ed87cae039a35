using System.Buffers;
using System.Runtime.CompilerServices;
using OtelPipeline.Parquet.Buffers;

namespace OtelPipeline.Parquet.Writing;

/// <summary>Numbers different values by their bits, in order of appearance (so that NaNs and zeros of either sign stay what they are).</summary>
internal sealed class ValueDictionary<T> : IDisposable
    where T : unmanaged
{
    private const int FewestSlots = 64;
    private readonly ValueBuffer<T> _values = new();
    private int[] _slots = [];
    private int _slotCount;

    public int Count => _values.Count;

    public ReadOnlySpan<T> Values => _values.Written;

    /// <summary>
    /// Adds the numbers of all values to <paramref name="numbers"/>; false when there are more than <paramref name="most"/> different ones, or,
    /// in a first page, when the values hardly repeat.
    /// </summary>
    public bool TryNumber(ReadOnlySpan<T> values, ValueBuffer<int> numbers, int most, bool isFirstPage)
    {
        const int Sample = 2048;
        var output = numbers.Append(values.Length);
        for (var i = 0; i < values.Length; i++)
        {
            if (_values.Count * 2 >= _slotCount)
                GrowSlots();
            output[i] = Number(values[i]);
            if (_values.Count > most || (isFirstPage && i == Sample && _values.Count > Sample * 15 / 16))
                return false;
        }

        return true;
    }

    /// <summary>Keeps the first <paramref name="keep"/> values for the dictionary page, but nothing can be numbered any more unless it is 0.</summary>
    public void Clear(int keep)
    {
        _values.Truncate(keep);
        _slots.AsSpan(0, _slotCount).Clear();
    }

    public void Dispose()
    {
        _values.Dispose();
        if (_slots.Length > 0)
            ArrayPool<int>.Shared.Return(_slots);
        _slots = [];
        _slotCount = 0;
    }

    private int Number(T value)
    {
        var bits = Bits(value);
        var mask = _slotCount - 1;
        for (var slot = Slot(bits, mask); ; slot = (slot + 1) & mask)
        {
            ref var entry = ref _slots[slot];
            if (entry == 0)
            {
                _values.Add(value);
                entry = _values.Count;
                return entry - 1;
            }

            if (Bits(_values[entry - 1]) == bits)
                return entry - 1;
        }
    }

    private void GrowSlots()
    {
        var old = _slots;
        _slotCount = Math.Max(FewestSlots, _slotCount * 4);
        _slots = ArrayPool<int>.Shared.Rent(_slotCount);
        _slots.AsSpan(0, _slotCount).Clear();
        if (old.Length > 0)
            ArrayPool<int>.Shared.Return(old);
        var mask = _slotCount - 1;
        for (var i = 0; i < _values.Count; i++)
        {
            var slot = Slot(Bits(_values[i]), mask);
            while (_slots[slot] != 0)
                slot = (slot + 1) & mask;
            _slots[slot] = i + 1;
        }
    }

    private static int Slot(ulong bits, int mask) => (int)((bits * 0x9E3779B97F4A7C15) >> 32) & mask;

    private static ulong Bits(T value) =>
        Unsafe.SizeOf<T>() switch
        {
            8 => Unsafe.BitCast<T, ulong>(value),
            4 => Unsafe.BitCast<T, uint>(value),
            _ => Unsafe.BitCast<T, byte>(value),
        };
}
