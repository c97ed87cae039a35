namespace OtelPipeline.Exporter.Prometheus;

/// <summary>
/// Options of the Prometheus exporter. They bind from the configuration section <c>OtelPipeline:Prometheus</c>; options that were given a
/// name also from <c>OtelPipeline:Prometheus:&lt;name&gt;</c>. Code wins over configuration.
/// </summary>
public sealed class PrometheusExporterOptions
{
    /// <summary>Whether the resource is exposed as the metric <c>target_info</c>. Default: true.</summary>
    public bool TargetInfo { get; set; } = true;

    /// <summary>
    /// Whether series carry the labels <c>otel_scope_name</c>, <c>otel_scope_version</c>, <c>otel_scope_schema_url</c> and the meter's own tags
    /// as <c>otel_scope_…</c>, and meters with tags are exposed as <c>otel_scope_info</c>. Default: true.
    /// </summary>
    public bool ScopeInfo { get; set; } = true;

    /// <summary>How names are translated. Default: <see cref="PrometheusTranslation.UnderscoreEscapingWithSuffixes"/>.</summary>
    public PrometheusTranslation Translation { get; set; } = PrometheusTranslation.UnderscoreEscapingWithSuffixes;

    /// <summary>Resource attributes, by their OpenTelemetry keys, that every series carries as labels. Default: none.</summary>
    public ISet<string> ResourceLabels { get; } = new HashSet<string>(StringComparer.Ordinal);

    /// <summary>
    /// How long the result of a collection answers further scrapes. 0 to 60 seconds; scrapes that come while a collection runs share it
    /// whatever the value. Default: 300 milliseconds.
    /// </summary>
    public TimeSpan CacheWindow { get; set; } = TimeSpan.FromMilliseconds(300);

    /// <summary>
    /// How long a scrape waits for a collection before it is answered with 503. 100 milliseconds to 10 minutes. Prometheus itself gives up after
    /// its <c>scrape_timeout</c>, by default 10 seconds. Default: 9 seconds, so that Prometheus sees the reason.
    /// </summary>
    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(9);

    /// <summary>Cleans the values of attributes by their keys; null where <c>UsePipelineInstrumentation</c> redacts nothing.</summary>
    internal Func<string, object?, object?>? Redaction { get; set; }

    /// <summary><c>OtelPipeline:Enabled</c>, which turns everything off.</summary>
    internal bool Enabled { get; set; } = true;
}
