using OtelPipeline.Exporter.Prometheus.Naming;

namespace OtelPipeline.Exporter.Prometheus.Negotiation;

internal enum ExpositionKind
{
    /// <summary>https://prometheus.io/docs/instrumenting/exposition_formats/</summary>
    Text004,

    /// <summary>The same, with names in UTF-8 and an escaping parameter.</summary>
    Text100,
    OpenMetrics001,

    /// <summary>https://prometheus.io/docs/specs/om/open_metrics_spec/</summary>
    OpenMetrics100,

    /// <summary>Length-delimited io.prometheus.client.MetricFamily.</summary>
    Protobuf,
}

/// <summary>What a scraper gets: a format and how names are escaped in it.</summary>
internal readonly record struct ExpositionFormat(ExpositionKind Kind, Escaping Escaping)
{
    private static readonly int Escapings = Enum.GetValues<Escaping>().Length;

    private static readonly string[] ContentTypes =
    [
        .. Enum.GetValues<ExpositionKind>()
            .SelectMany(_ => Enum.GetValues<Escaping>(), (kind, escaping) => new ExpositionFormat(kind, escaping).BuildContentType()),
    ];

    public static readonly ExpositionFormat Text = new(ExpositionKind.Text004, Escaping.Underscores);

    public bool IsOpenMetrics => Kind is ExpositionKind.OpenMetrics001 or ExpositionKind.OpenMetrics100;

    public string ContentType => ContentTypes[((int)Kind * Escapings) + (int)Escaping];

    private string BuildContentType() =>
        Kind switch
        {
            ExpositionKind.Text100 => $"text/plain; version=1.0.0; charset=utf-8; escaping={Escaping.Text()}",
            ExpositionKind.OpenMetrics001 => "application/openmetrics-text; version=0.0.1; charset=utf-8",
            ExpositionKind.OpenMetrics100 => $"application/openmetrics-text; version=1.0.0; charset=utf-8; escaping={Escaping.Text()}",
            ExpositionKind.Protobuf =>
                $"application/vnd.google.protobuf; proto=io.prometheus.client.MetricFamily; encoding=delimited; escaping={Escaping.Text()}",
            _ => "text/plain; version=0.0.4; charset=utf-8",
        };

    /// <summary>
    /// The format with the escaping that a strategy leaves: what has become underscores stays so, and formats without the parameter know
    /// nothing else.
    /// </summary>
    public ExpositionFormat For(PrometheusTranslation translation)
    {
        var free =
            translation is PrometheusTranslation.NoUtf8EscapingWithSuffixes or PrometheusTranslation.NoTranslation
            && Kind is not (ExpositionKind.Text004 or ExpositionKind.OpenMetrics001);
        return free ? this : this with { Escaping = Escaping.Underscores };
    }
}
