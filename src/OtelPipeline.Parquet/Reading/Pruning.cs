using OtelPipeline.Parquet.Encodings;
using OtelPipeline.Parquet.Metadata;

namespace OtelPipeline.Parquet.Reading;

/// <summary>Finds the rows of a row group where a filter can hold.</summary>
internal static class Pruning
{
    public static ParquetRowSelection Select(ParquetReader file, ParquetRowGroup group, ParquetColumnChunk chunk, ParquetFilter filter)
    {
        var column = chunk.Column;
        CheckType(column, filter);
        var all = ParquetRowSelection.All(group.RowCount);
        var none = ParquetRowSelection.All(0);
        if (IsNaN(column, filter.Min) || IsNaN(column, filter.Max))
            return all;
        var statistics = chunk.Statistics;
        if (statistics.NullCount == chunk.ValueCount && chunk.ValueCount > 0)
            return none;
        if (!CanHold(column, filter, statistics.Min is { } min ? min.Span : default, statistics.Min is not null, isMin: true))
            return none;
        if (!CanHold(column, filter, statistics.Max is { } max ? max.Span : default, statistics.Max is not null, isMin: false))
            return none;
        if (
            filter.IsEquality
            && IsHashable(column, filter.Min!)
            && !PageIndexes.MightContain(file, group, chunk, XxHash64.Hash(filter.Min))
        )
            return none;
        return SelectPages(file, group, chunk, filter) ?? all;
    }

    private static ParquetRowSelection? SelectPages(
        ParquetReader file,
        ParquetRowGroup group,
        ParquetColumnChunk chunk,
        ParquetFilter filter
    )
    {
        if (!chunk.HasPageIndex || !chunk.TrustsBounds)
            return null;
        var pages = PageIndexes.ReadOffsets(file, group, chunk);
        var index = PageIndexes.ReadBounds(file, group, chunk);
        if (pages is null || index is null || pages.Length != index.NullPages.Length || pages.Length == 0)
            return null;
        var ranges = new List<(long, long)>();
        for (var i = 0; i < pages.Length; i++)
        {
            var wanted =
                !index.NullPages[i]
                && CanHold(chunk.Column, filter, index.Min[i], known: true, isMin: true)
                && CanHold(chunk.Column, filter, index.Max[i], known: true, isMin: false);
            if (wanted)
                ranges.Add((pages[i].FirstRow, i + 1 < pages.Length ? pages[i + 1].FirstRow : group.RowCount));
        }

        return ParquetRowSelection.FromRanges(ranges);
    }

    /// <summary>False when the smallest value is above the filter's range, or the largest below it.</summary>
    private static bool CanHold(ParquetColumn column, ParquetFilter filter, ReadOnlySpan<byte> bound, bool known, bool isMin)
    {
        var limit = isMin ? filter.Max : filter.Min;
        if (!known || limit is null || !ValueOrder.IsValid(column, bound))
            return true;
        var order = ValueOrder.Compare(column, bound, limit);
        return isMin ? order <= 0 : order >= 0;
    }

    private static void CheckType(ParquetColumn column, ParquetFilter filter)
    {
        var expected = column.Type switch
        {
            ParquetType.Boolean => typeof(bool),
            ParquetType.Int32 => typeof(int),
            ParquetType.Int64 => typeof(long),
            ParquetType.Float => typeof(float),
            ParquetType.Double => typeof(double),
            ParquetType.Int96 => typeof(Int96),
            _ => typeof(byte[]),
        };
        if (filter.ValueType != expected)
            throw new ArgumentException(
                $"The filter on column '{column.Path}' has values of {filter.ValueType.Name}, the column has {expected.Name}."
            );
    }

    private static bool IsNaN(ParquetColumn column, byte[]? value) =>
        value is not null && column.Type is ParquetType.Float or ParquetType.Double && !ValueOrder.IsValid(column, value!);

    /// <summary>Zero is equal to zero of the other sign, which has another hash.</summary>
    private static bool IsHashable(ParquetColumn column, byte[] value) =>
        column.Type is not (ParquetType.Float or ParquetType.Double)
        || value.AsSpan(0, value.Length - 1).ContainsAnyExcept((byte)0)
        || (value[^1] & 0x7F) != 0;
}
