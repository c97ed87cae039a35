using OtelPipeline.Parquet;

namespace OtelPipeline.Data.Parquet;

/// <summary>How telemetry tables are written. Read once, when a writer is created.</summary>
public sealed class TelemetryParquetOptions
{
    /// <summary>
    /// The columns that attributes are promoted to; their types are text, 64-bit integer, floating-point number or boolean. Default:
    /// <see cref="TelemetrySchema.Promoted"/>.
    /// </summary>
    public IReadOnlyList<TelemetryColumn> Promoted { get; set; } = TelemetrySchema.Promoted;

    /// <summary>The instance that exported the rows, for the footer; null (default) when there is none.</summary>
    public string? Instance { get; set; }

    /// <summary>The numbers of the first and the last export of the instance whose rows are in the file, for the footer; null (default) for none.</summary>
    public (long First, long Last)? Exports { get; set; }

    /// <summary>Codec, row groups, pages. The sorting columns and the entries of the footer are set by the writer.</summary>
    public ParquetWriterOptions Format { get; init; } = new();
}
