namespace OtelPipeline.Slo.Windows;

/// <summary>
/// Equal buckets of event time in a circle: the newest and as many before it as fit. What is older is not taken. Counts of less than 2^32 need
/// half the memory of what comes after that, and of values.
/// </summary>
internal sealed class BucketRing(CellKind kind, long bucketNanos, int count)
{
    private (uint First, uint Second)[]? _counts = kind == CellKind.Sum ? new (uint, uint)[count] : null;
    private Cell[]? _cells = kind == CellKind.Sum ? null : new Cell[count];

    // index of the newest bucket since 1970
    private long _newest = long.MinValue;

    // the bucket that the last event fell into: the next one mostly falls into it too, and a division takes longer than all else here
    private long _lastStart = long.MaxValue;
    private int _lastSlot;

    public long BucketNanos => bucketNanos;

    public int Count => count;

    /// <summary>False when the time lies before the oldest bucket.</summary>
    public bool Add(long timeNanos, double first, double second)
    {
        if (timeNanos < _lastStart || timeNanos - _lastStart >= bucketNanos)
        {
            var bucket = Bucket(timeNanos);
            if (bucket > _newest)
                Advance(bucket);
            else if (bucket <= _newest - count)
                return false;
            (_lastStart, _lastSlot) = (bucket * bucketNanos, Slot(bucket));
        }

        if (_counts is { } counts)
        {
            ref var known = ref counts[_lastSlot];
            var (sum1, sum2) = (known.First + first, known.Second + second);
            if (sum1 is >= 0 and <= uint.MaxValue && sum2 is >= 0 and <= uint.MaxValue && (uint)sum1 == sum1 && (uint)sum2 == sum2)
            {
                known = ((uint)sum1, (uint)sum2);
                return true;
            }

            Widen(counts);
        }

        _cells![_lastSlot].Add(kind, first, second);
        return true;
    }

    /// <summary>The buckets of the window that ends now: the one of now, and those before it that the window covers.</summary>
    public Cell Sum(long nowNanos, long windowNanos)
    {
        var last = Bucket(nowNanos);
        var first = last - Math.Min(count, Math.Max(1, windowNanos / bucketNanos)) + 1;
        var sum = new Cell();
        if (_newest == long.MinValue)
            return sum;
        for (var bucket = Math.Max(first, _newest - count + 1); bucket <= Math.Min(last, _newest); bucket++)
            sum.Add(kind, At(Slot(bucket)));
        return sum;
    }

    /// <summary>Visits the buckets that are not empty, oldest first.</summary>
    public void Visit(Action<long, Cell> visit)
    {
        if (_newest == long.MinValue)
            return;
        for (var bucket = _newest - count + 1; bucket <= _newest; bucket++)
        {
            var cell = At(Slot(bucket));
            if (cell.First != 0 || cell.Second != 0)
                visit(bucket * bucketNanos, cell);
        }
    }

    private Cell At(int slot) =>
        _counts is { } counts ? new Cell { First = counts[slot].First, Second = counts[slot].Second } : _cells![slot];

    private void Widen((uint First, uint Second)[] counts)
    {
        _cells = Array.ConvertAll(counts, static c => new Cell { First = c.First, Second = c.Second });
        _counts = null;
    }

    private void Advance(long bucket)
    {
        var skipped = _newest == long.MinValue || bucket - _newest >= count ? count : (int)(bucket - _newest);
        for (var i = 0; i < skipped; i++)
        {
            var slot = Slot(bucket - i);
            if (_counts is { } counts)
                counts[slot] = default;
            else
                _cells![slot] = default;
        }

        _newest = bucket;
    }

    // rounded down, also before 1970
    private long Bucket(long timeNanos) => Math.DivRem(timeNanos, bucketNanos) is var (q, r) && r < 0 ? q - 1 : q;

    private int Slot(long bucket)
    {
        var slot = (int)(bucket % count);
        return slot < 0 ? slot + count : slot;
    }
}
