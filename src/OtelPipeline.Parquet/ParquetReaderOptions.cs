namespace OtelPipeline.Parquet;

/// <summary>
/// Limits of a <see cref="ParquetReader"/>. A file that exceeds one is refused with a <see cref="ParquetException"/>, so that a few hostile bytes
/// cannot ask for all memory: reading a column takes at most <see cref="MaxColumnBytes"/> plus twice <see cref="MaxPageBytes"/>.
/// </summary>
public sealed class ParquetReaderOptions
{
    /// <summary>Largest footer, or index, in bytes. Default 64 MiB.</summary>
    public int MaxFooterBytes { get; set; } = 64 << 20;

    /// <summary>Largest page before compression, in bytes. Default 256 MiB.</summary>
    public int MaxPageBytes { get; set; } = 256 << 20;

    /// <summary>Most memory for the values of one column of one row group, in bytes. Default 1 GiB.</summary>
    public int MaxColumnBytes { get; set; } = 1 << 30;

    /// <summary>Whether pages that carry a checksum are verified. Default true.</summary>
    public bool VerifyChecksums { get; set; } = true;
}
