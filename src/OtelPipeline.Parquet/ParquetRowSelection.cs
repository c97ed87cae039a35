namespace OtelPipeline.Parquet;

/// <summary>Rows of one row group, as ranges in order. Immutable.</summary>
public sealed class ParquetRowSelection
{
    private ParquetRowSelection(List<(long Start, long End)> ranges)
    {
        Ranges = ranges;
        RowCount = ranges.Sum(r => r.End - r.Start);
    }

    /// <summary>First row (from 0) and the row behind the last of each range; ranges neither touch nor overlap.</summary>
    public IReadOnlyList<(long Start, long End)> Ranges { get; }

    /// <summary>Rows in all ranges.</summary>
    public long RowCount { get; }

    /// <summary>Whether no row is left.</summary>
    public bool IsEmpty => Ranges.Count == 0;

    /// <summary>All rows of a row group.</summary>
    public static ParquetRowSelection All(long rowCount) => FromRanges([(0, rowCount)]);

    /// <summary>The rows of all ranges; ranges may overlap and need no order, empty ones are left out.</summary>
    public static ParquetRowSelection FromRanges(IEnumerable<(long Start, long End)> ranges)
    {
        ArgumentNullException.ThrowIfNull(ranges);
        var merged = new List<(long Start, long End)>();
        foreach (var range in ranges.Where(r => r.Start < r.End).OrderBy(r => r.Start))
        {
            ArgumentOutOfRangeException.ThrowIfNegative(range.Start, nameof(ranges));
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
            both.Add((Math.Max(a.Start, b.Start), Math.Min(a.End, b.End)));
            if (a.End < b.End)
                i++;
            else
                j++;
        }

        return FromRanges(both);
    }

    internal bool Overlaps(long start, long end) => Ranges.Any(r => r.Start < end && start < r.End);

    internal bool Covers(long start, long end) => Ranges.Any(r => r.Start <= start && end <= r.End);
}
