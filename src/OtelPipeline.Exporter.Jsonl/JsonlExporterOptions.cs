namespace OtelPipeline.Exporter.Jsonl;

/// <summary>
/// Options of the JSON lines exporter. They bind from the configuration section <c>OtelPipeline:Jsonl</c>; options that were given a
/// name also from <c>OtelPipeline:Jsonl:&lt;name&gt;</c>. Code wins over configuration.
/// </summary>
public sealed class JsonlExporterOptions
{
    /// <summary>The value of <see cref="Directory"/> that stands for the console.</summary>
    public const string Stdout = "stdout";

    /// <summary>
    /// The folder that receives <c>spans</c>, <c>logs</c> and <c>metrics</c>; made when the first record is written. <c>stdout</c>: the
    /// console, where the environment variable <c>LOG_FORMAT=text</c> turns flat lines into readable text (<c>./stdout</c> is a folder of
    /// that name). Default: <c>telemetry</c>, in the working directory.
    /// </summary>
    public string Directory { get; set; } = "telemetry";

    /// <summary>What a line looks like. Default: <see cref="JsonlFormat.Otlp"/>.</summary>
    public JsonlFormat Format { get; set; }

    /// <summary>Largest file, in bytes; at least 1,000,000, since a line may have 900,000. Default: 10,000,000.</summary>
    public long MaxFileSize { get; set; } = 10_000_000;

    /// <summary>
    /// How long a file is written to; at least one second. It is looked at when something is written: an idle exporter keeps its file.
    /// Default: one hour.
    /// </summary>
    public TimeSpan MaxFileAge { get; set; } = TimeSpan.FromHours(1);

    /// <summary>
    /// How many files stay, for each signal and <c>service.instance.id</c>, the open one included; at least 1. Default: 10. An instance id
    /// that is new at every start (the default of <c>AddService</c>) leaves the files of earlier starts alone.
    /// </summary>
    public int RetainFiles { get; set; } = 10;

    /// <summary>Files of this signal and instance that were last written longer ago are deleted. Default: null, off.</summary>
    public TimeSpan? RetainAge { get; set; }

    /// <summary>
    /// Most bytes that the files of this signal and instance may have together, the open one counted as full; at least
    /// <see cref="MaxFileSize"/>. Default: null, off.
    /// </summary>
    public long? RetainTotalSize { get; set; }

    /// <summary>What a record that was exported survives. Default: <see cref="JsonlDurability.OS"/>.</summary>
    public JsonlDurability Durability { get; set; }

    /// <summary>What becomes of a file that rotation has closed. Default: <see cref="JsonlCompression.None"/>.</summary>
    public JsonlCompression Compression { get; set; }
}

/// <summary>What a line looks like.</summary>
public enum JsonlFormat
{
    /// <summary>OTLP/JSON, which the OpenTelemetry Collector's <c>otlpjsonfile</c> receiver reads; nothing is lost.</summary>
    Otlp,

    /// <summary>One flat object per record, for <c>tail -f</c>, <c>jq</c> and people. The resource is not in it.</summary>
    Flat,
}

/// <summary>What a record survives once its export has returned.</summary>
public enum JsonlDurability
{
    /// <summary>The data is with the operating system: it survives a killed process.</summary>
    OS,

    /// <summary>Every export ends with <c>fsync</c>: the data also survives the loss of power. Costs milliseconds for each export.</summary>
    Fsync,
}

/// <summary>How closed files are compressed, in the background.</summary>
public enum JsonlCompression
{
    /// <summary>Files stay as they are.</summary>
    None,

    /// <summary><c>.jsonl.gz</c></summary>
    Gzip,

    /// <summary><c>.jsonl.zst</c> where libzstd loads; otherwise gzip, and the event source says so.</summary>
    Zstd,
}
