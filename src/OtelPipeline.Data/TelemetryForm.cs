namespace OtelPipeline.Data;

/// <summary>Which files of a directory are read, where it holds the same records in two forms.</summary>
public enum TelemetryForm
{
    /// <summary>
    /// Each record once: where one process wrote both forms, its JSON lines when all of them are there (they survive a killed process), else its
    /// Parquet files.
    /// </summary>
    Any,

    /// <summary>All but Parquet files.</summary>
    Jsonl,

    /// <summary>Parquet files alone.</summary>
    Parquet,
}
