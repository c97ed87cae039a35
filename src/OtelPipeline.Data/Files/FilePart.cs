using OtelPipeline.Parquet;

namespace OtelPipeline.Data.Files;

/// <summary>What of a file is read by itself, beside other parts of it.</summary>
/// <param name="Kind">What the bounds count.</param>
/// <param name="Start">The first byte or row group.</param>
/// <param name="End">Behind the last byte or row group.</param>
/// <param name="AfterLines">Whether the text before is known, or hoped, to be documents that each end on their line.</param>
/// <param name="Table">The Parquet file, closed, with the footer that was read to cut it.</param>
internal sealed record FilePart(FilePartKind Kind, long Start, long End, bool AfterLines = false, ParquetReader? Table = null)
{
    /// <summary>All of a file.</summary>
    public static FilePart Whole { get; } = new(FilePartKind.Whole, 0, 0);

    /// <summary>How many lines are known to come before.</summary>
    public long LinesBefore { get; init; }
}

internal enum FilePartKind : byte
{
    Whole,

    /// <summary>The lines that start between two places.</summary>
    Lines,
    RowGroups,
}
