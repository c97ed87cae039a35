using System.Runtime.InteropServices;

namespace OtelPipeline.Slo.Windows;

/// <summary>The time slices of a window, those without events left out; slices that left the window are forgotten.</summary>
internal sealed class Slices(CellKind kind, long sliceNanos, long keptNanos)
{
    private const int MaxSlices = 150_000;

    private readonly Dictionary<long, Cell> _cells = [];
    private long _newest = long.MinValue;

    public long SliceNanos => sliceNanos;

    /// <summary>False when the slice is forgotten already.</summary>
    public bool Add(long timeNanos, double first, double second)
    {
        var slice = Index(timeNanos);
        if (slice > _newest)
            _newest = slice;
        var oldest = _newest - Math.Min(keptNanos / sliceNanos, MaxSlices);
        if (slice < oldest)
            return false;
        CollectionsMarshal.GetValueRefOrAddDefault(_cells, slice, out var isKnown).Add(kind, first, second);
        if (!isKnown && _cells.Count > 2 * (_newest - oldest + 1))
            Forget(oldest);
        return true;
    }

    /// <summary>The slices that start within a time, in no order.</summary>
    public IEnumerable<(long Start, Cell Cell)> Between(long fromNanos, long toNanos)
    {
        foreach (var (slice, cell) in _cells)
        {
            var start = slice * sliceNanos;
            if (start >= fromNanos && start < toNanos)
                yield return (start, cell);
        }
    }

    private long Index(long timeNanos) => Math.DivRem(timeNanos, sliceNanos) is var (q, r) && r < 0 ? q - 1 : q;

    private void Forget(long oldest)
    {
        foreach (var slice in _cells.Keys.Where(s => s < oldest).ToArray())
            _cells.Remove(slice);
    }
}
