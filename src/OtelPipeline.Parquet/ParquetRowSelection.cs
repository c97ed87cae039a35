namespace OtelPipeline.Parquet;

/// <summary>Rows of one row group, as ranges in order. Immutable.</summary>
public sealed class ParquetRowSelection
{
    private readonly List<(long Start, long End)> _ranges;

    private ParquetRowSelection(List<(long Start, long End)> ranges)
    {
        _ranges = ranges;
        foreach (var (start, end) in ranges)
            RowCount += end - start;
    }

    /// <summary>First row (from 0) and the row behind the last of each range; ranges neither touch nor overlap.</summary>
    public IReadOnlyList<(long Start, long End)> Ranges => _ranges;

    /// <summary>Rows in all ranges.</summary>
    public long RowCount { get; }

    /// <summary>Whether no row is left.</summary>
    public bool IsEmpty => Ranges.Count == 0;

    /// <summary>All rows of a row group.</summary>
    public static ParquetRowSelection All(long rowCount) => new(rowCount > 0 ? [(0, rowCount)] : []);

    /// <summary>The rows of all ranges; ranges may overlap and need no order, empty ones are left out.</summary>
    public static ParquetRowSelection FromRanges(IEnumerable<(long Start, long End)> ranges)
    {
        ArgumentNullException.ThrowIfNull(ranges);
        var some = new List<(long Start, long End)>();
        var inOrder = true;
        foreach (var range in ranges)
        {
            if (range.Start >= range.End)
                continue;
            ArgumentOutOfRangeException.ThrowIfNegative(range.Start, nameof(ranges));
            inOrder &= some.Count == 0 || some[^1].Start <= range.Start;
            some.Add(range);
        }

        if (!inOrder)
            some.Sort((a, b) => a.Start.CompareTo(b.Start));
        var merged = new List<(long Start, long End)>(some.Count);
        foreach (var range in some)
        {
            if (merged.Count > 0 && range.Start <= merged[^1].End)
                merged[^1] = (merged[^1].Start, Math.Max(merged[^1].End, range.End));
            else
                merged.Add(range);
        }

        return new(merged);
    }

    /// <summary>The rows that are in both.</summary>
    public ParquetRowSelection Intersect(ParquetRowSelection other)
    {
        ArgumentNullException.ThrowIfNull(other);
        var both = new List<(long, long)>();
        for (int i = 0, j = 0; i < Ranges.Count && j < other.Ranges.Count; )
        {
            var (a, b) = (Ranges[i], other.Ranges[j]);
            var (start, end) = (Math.Max(a.Start, b.Start), Math.Min(a.End, b.End));
            if (start < end)
                both.Add((start, end));
            if (a.End < b.End)
                i++;
            else
                j++;
        }

        // in order and apart, as the ranges of either are
        return new(both);
    }

    internal bool Overlaps(long start, long end)
    {
        foreach (var range in _ranges)
        {
            if (range.Start < end && start < range.End)
                return true;
        }

        return false;
    }

    internal bool Covers(long start, long end)
    {
        foreach (var range in _ranges)
        {
            if (range.Start <= start && end <= range.End)
                return true;
        }

        return false;
    }
}
