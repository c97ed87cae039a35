namespace OtelPipeline.Parquet;

/// <summary>
/// What decoders throw: they know the position in their piece of memory only. The reader that knows file, column and offset turns
/// it into a <see cref="ParquetException"/>; it never reaches a user.
/// </summary>
#pragma warning disable CA1032, CA1064 // internal, and always made with its two facts
internal sealed class CorruptException(string message, long position) : Exception(message)
#pragma warning restore CA1032, CA1064
{
    /// <summary>Bytes from the start of the piece that was decoded.</summary>
    public long Position { get; } = position;
}
