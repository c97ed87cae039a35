namespace OtelPipeline.Exporter.Prometheus;

/// <summary>
/// How OpenTelemetry's names become Prometheus' names: the <c>translation_strategy</c> of
/// https://opentelemetry.io/docs/specs/otel/metrics/sdk_exporters/prometheus/. What a strategy has escaped, no scraper can ask back; what it
/// has left, the <c>escaping</c> parameter of the scraper's Accept header decides, and a scraper that gives none gets underscores.
/// </summary>
public enum PrometheusTranslation
{
    /// <summary>Characters other than letters, digits and colons become underscores; unit and <c>_total</c> are appended. The default.</summary>
    UnderscoreEscapingWithSuffixes,

    /// <summary>Characters other than letters, digits and colons become underscores; nothing is appended.</summary>
    UnderscoreEscapingWithoutSuffixes,

    /// <summary>Names stay as they are, in UTF-8; unit and <c>_total</c> are appended.</summary>
    NoUtf8EscapingWithSuffixes,

    /// <summary>Names stay as they are, in UTF-8; nothing is appended.</summary>
    NoTranslation,
}
