namespace OtelPipeline.Data.Files;

/// <summary>What of a file is read by itself, beside other parts of it.</summary>
/// <param name="Kind">What the bounds count.</param>
/// <param name="Start">The first byte or row group.</param>
/// <param name="End">Behind the last byte or row group.</param>
/// <param name="AfterLines">Whether the text before is known, or hoped, to be documents that each end on their line.</param>
internal readonly record struct FilePart(FilePartKind Kind, long Start, long End, bool AfterLines = false)
{
    /// <summary>Lines that start at or behind a byte, to the end of the file.</summary>
    public static FilePart LinesFrom(long start, bool afterLines) => new(FilePartKind.Lines, start, long.MaxValue, afterLines);
}

internal enum FilePartKind : byte
{
    Whole,

    /// <summary>The lines that start between two places.</summary>
    Lines,
    RowGroups,
}
