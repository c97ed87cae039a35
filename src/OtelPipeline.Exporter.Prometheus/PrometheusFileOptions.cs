namespace OtelPipeline.Exporter.Prometheus;

/// <summary>
/// Options of the files that metrics are written to where nobody can scrape. They bind from the configuration sections
/// <c>OtelPipeline:Prometheus:TextFile</c> and <c>OtelPipeline:Prometheus:JsonFile</c>. Code wins over configuration.
/// </summary>
public sealed class PrometheusFileOptions
{
    /// <summary>How often the file is written, 1 second to 1 day; it is always written at a flush and at shutdown. Default: 15 seconds.</summary>
    public TimeSpan Interval { get; set; } = TimeSpan.FromSeconds(15);

    /// <summary>
    /// Whether everybody may read the file (0644), as node_exporter needs that runs as another user; otherwise its owner and group (0640). Does
    /// nothing on Windows. Default: true.
    /// </summary>
    public bool ReadableByAll { get; set; } = true;
}
