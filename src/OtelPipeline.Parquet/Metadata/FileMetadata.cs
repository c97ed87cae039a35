namespace OtelPipeline.Parquet.Metadata;

/// <summary>The footer of a file.</summary>
internal sealed class FileMetadata
{
    public required ParquetSchema Schema { get; init; }

    public long RowCount { get; set; }

    public List<RowGroupMetadata> RowGroups { get; } = [];

    public Dictionary<string, string> KeyValues { get; } = new(StringComparer.Ordinal);

    public string? CreatedBy { get; set; }
}

internal sealed class RowGroupMetadata
{
    public required ParquetColumnChunk[] Columns { get; init; }

    public long RowCount { get; set; }

    public List<ParquetSortingColumn> SortingColumns { get; init; } = [];
}

/// <summary>What the index at the end of a file says of one data page.</summary>
internal struct PageLocation
{
    public long Offset;

    /// <summary>Page header included.</summary>
    public int CompressedSize;

    public long FirstRow;
}

/// <summary>Bounds of the pages of a column chunk.</summary>
internal sealed class ColumnIndex
{
    public required bool[] NullPages { get; init; }

    public required byte[][] Min { get; init; }

    public required byte[][] Max { get; init; }

    public long[]? NullCounts { get; init; }
}
