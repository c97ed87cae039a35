namespace OtelPipeline.Exporter.Jsonl;

/// <summary>
/// Options of the JSON lines exporter. They bind from the configuration section <c>OtelPipeline:Jsonl</c>; options that were given a
/// name also from <c>OtelPipeline:Jsonl:&lt;name&gt;</c>. Code wins over configuration.
/// </summary>
public sealed class JsonlExporterOptions
{
    /// <summary>
    /// The folder that receives <c>spans</c>, <c>logs</c> and <c>metrics</c>; made when the first record is written. Default:
    /// <c>telemetry</c>, in the working directory.
    /// </summary>
    public string Directory { get; set; } = "telemetry";
}
