using OtelPipeline.Data;
using OtelPipeline.Parquet;

namespace OtelPipeline.Exporter.Parquet;

/// <summary>
/// Options of the Parquet exporter. They bind from the configuration section <c>OtelPipeline:Parquet</c>; options that were given a name
/// also from <c>OtelPipeline:Parquet:&lt;name&gt;</c>. Code wins over configuration.
/// </summary>
public sealed class ParquetExporterOptions
{
    /// <summary>
    /// The folder that receives <c>spans</c>, <c>logs</c> and <c>metrics</c>; made when the first file is written. Default: <c>telemetry</c>, in
    /// the working directory.
    /// </summary>
    public string Directory { get; set; } = "telemetry";

    /// <summary>
    /// Most rows of a signal that are in no complete file: what a killed process can lose. A file is closed at half of it, so that the next one
    /// fills while it is written; what comes when both are full is dropped and counted. From 100 to 10,000,000; default: 100,000.
    /// </summary>
    public int MaxUnwrittenRows { get; set; } = 100_000;

    /// <summary>
    /// As <see cref="MaxUnwrittenRows"/>, in bytes of memory, estimated. A record that needs more than half of it is dropped and counted. At
    /// least 1,000,000; default: 128,000,000.
    /// </summary>
    public long MaxUnwrittenBytes { get; set; } = 128_000_000;

    /// <summary>
    /// How long the first row of a file waits for the file to be closed. Longer makes fewer and larger files, and a killed process lose more.
    /// From one second to one day; default: 60 seconds.
    /// </summary>
    public TimeSpan MaxFileAge { get; set; } = TimeSpan.FromSeconds(60);

    /// <summary>
    /// The codec of the files: Zstd, Gzip, Snappy, Brotli or None. Default: null, which is Zstd where libzstd is installed and Gzip where it is
    /// not.
    /// </summary>
    public ParquetCompression? Compression { get; set; }

    /// <summary>Writes plain values and dictionaries only, for readers that know no other encoding. Default: false.</summary>
    public bool Compatible { get; set; }

    /// <summary>
    /// Attributes that get a column of their own, for faster and shorter queries; see <see cref="Promote"/>. Default: those of
    /// <see cref="TelemetrySchema.Promoted"/>. Configuration adds text columns: <c>OtelPipeline:Parquet:Promoted:0 = http.route</c>.
    /// </summary>
    public IList<TelemetryColumn> Promoted { get; } = [.. TelemetrySchema.Promoted];

    /// <summary>Gives an attribute a column of its own.</summary>
    /// <param name="attribute">The key of the attribute, such as <c>http.route</c>.</param>
    /// <param name="column">The name of the column; null for the key with underscores instead of dots, such as <c>http_route</c>.</param>
    /// <param name="type">
    /// <see cref="TelemetryColumnType.String"/>, <see cref="TelemetryColumnType.Int64"/>, <see cref="TelemetryColumnType.Double"/> or
    /// <see cref="TelemetryColumnType.Boolean"/>. Values of another type stay in the attribute map.
    /// </param>
    /// <exception cref="ArgumentException"><paramref name="attribute"/> is null or empty.</exception>
    public void Promote(string attribute, string? column = null, TelemetryColumnType type = TelemetryColumnType.String)
    {
        ArgumentException.ThrowIfNullOrEmpty(attribute);
        column ??= string.Concat(attribute.Select(character => char.IsAsciiLetterOrDigit(character) ? character : '_'));
        Promoted.Add(new TelemetryColumn(column, type, Required: false) { AttributeKeys = [attribute] });
    }
}
