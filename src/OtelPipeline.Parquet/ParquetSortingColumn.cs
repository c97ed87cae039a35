namespace OtelPipeline.Parquet;

/// <summary>A column by which the rows of a row group are sorted.</summary>
/// <param name="Path">The path of the column.</param>
/// <param name="Descending">Whether larger values come first.</param>
/// <param name="NullsFirst">Whether NULLs come before values.</param>
public readonly record struct ParquetSortingColumn(string Path, bool Descending = false, bool NullsFirst = false);
