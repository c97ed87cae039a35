namespace OtelPipeline.Slo.Windows;

/// <summary>Equal buckets of event time in a circle: the newest and as many before it as fit. What is older is not taken.</summary>
internal sealed class BucketRing(CellKind kind, long bucketNanos, int count)
{
    private readonly Cell[] _cells = new Cell[count];

    // index of the newest bucket since 1970
    private long _newest = long.MinValue;

    public long BucketNanos => bucketNanos;

    public int Count => count;

    /// <summary>False when the time lies before the oldest bucket.</summary>
    public bool Add(long timeNanos, double first, double second)
    {
        var bucket = Bucket(timeNanos);
        if (bucket > _newest)
            Advance(bucket);
        else if (bucket <= _newest - count)
            return false;
        _cells[Slot(bucket)].Add(kind, first, second);
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
            sum.Add(kind, _cells[Slot(bucket)]);
        return sum;
    }

    /// <summary>Visits the buckets that are not empty, oldest first.</summary>
    public void Visit(Action<long, Cell> visit)
    {
        if (_newest == long.MinValue)
            return;
        for (var bucket = _newest - count + 1; bucket <= _newest; bucket++)
        {
            var cell = _cells[Slot(bucket)];
            if (cell.First != 0 || cell.Second != 0)
                visit(bucket * bucketNanos, cell);
        }
    }

    private void Advance(long bucket)
    {
        if (_newest == long.MinValue || bucket - _newest >= count)
        {
            Array.Clear(_cells);
        }
        else
        {
            for (var skipped = _newest + 1; skipped <= bucket; skipped++)
                _cells[Slot(skipped)] = default;
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
