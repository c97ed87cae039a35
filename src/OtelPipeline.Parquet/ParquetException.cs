namespace OtelPipeline.Parquet;

/// <summary>
/// A file is no Parquet file, is damaged, or uses a part of the format that this library does not read. The message names the file, the
/// offset and, where known, the row group and the column.
/// </summary>
public sealed class ParquetException : IOException
{
    /// <summary>Creates the exception without a message.</summary>
    public ParquetException() { }

    /// <summary>Creates the exception with a message.</summary>
    public ParquetException(string message)
        : base(message) { }

    /// <summary>Creates the exception with a message and its cause.</summary>
    public ParquetException(string message, Exception? innerException)
        : base(message, innerException) { }

    internal ParquetException(string file, long offset, string message, Exception? cause = null)
        : base($"{file}: offset {offset}: {message}.", cause)
    {
        FileName = file;
        Offset = offset;
    }

    /// <summary>The file as it was opened, or the name given for a stream.</summary>
    public string? FileName { get; }

    /// <summary>Bytes from the start of the file to what could not be read.</summary>
    public long Offset { get; }
}
