namespace OtelPipeline.Data;

/// <summary>How <see cref="TelemetryReader"/> reads.</summary>
public sealed class TelemetryReadOptions
{
    /// <summary>Default of <see cref="MaxRecordBytes"/>: 64 MiB.</summary>
    public const int DefaultMaxRecordBytes = 64 * 1024 * 1024;

    /// <summary>
    /// True: the first error throws <see cref="TelemetryFormatException"/>. False (default): errors are reported and reading goes on behind them.
    /// A torn last line is no error in either case.
    /// </summary>
    public bool Strict { get; set; }

    /// <summary>
    /// How many bytes one line, one JSON document or one framed message may have before it counts as an error; from 1,024 to 1 GiB,
    /// default 64 MiB. Memory stays in proportion to the longest line, never to the file.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is out of range.</exception>
    public int MaxRecordBytes
    {
        get;
        set
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, 1024);
            ArgumentOutOfRangeException.ThrowIfGreaterThan(value, 1024 * 1024 * 1024);
            field = value;
        }
    } = DefaultMaxRecordBytes;

    /// <summary>
    /// Which files of a directory are read, where it holds the same records as JSON lines and as Parquet. Files that are named themselves, or by a
    /// pattern, are always read. Default: <see cref="TelemetryForm.Any"/>, each record once.
    /// </summary>
    public TelemetryForm Form { get; set; }

    /// <summary>
    /// True: an asynchronous sequence reuses each row when the next one is asked for, and decodes the text of attribute values only when it is
    /// asked for, as the methods that take a callback always do. That is about twice as fast for flat lines and leaves next to no garbage;
    /// <c>Clone</c> what must stay. False (default): the rows of a sequence are there to keep.
    /// </summary>
    public bool ReuseRows { get; set; }

    /// <summary>Where the reader notes what it read, forgave and could not read; null (default) for nowhere.</summary>
    public TelemetryReadReport? Report { get; set; }
}
