namespace OtelPipeline.Exporter.Prometheus.Naming;

/// <summary>Names of labels, by https://opentelemetry.io/docs/specs/otel/compatibility/prometheus_and_openmetrics/#metric-attributes.</summary>
internal static class LabelName
{
    public static string Translate(string key, PrometheusTranslation translation, Escaping escaping)
    {
        if (translation is PrometheusTranslation.NoUtf8EscapingWithSuffixes or PrometheusTranslation.NoTranslation)
            return NotReserved(EscapedName.Escape(key, escaping, colons: false));

        Span<char> name = stackalloc char[Math.Min(key.Length, 256) + 1];
        if (key.Length > 256)
            name = new char[key.Length + 1];
        var length = 0;
        foreach (var c in key)
        {
            if (length == 0 && char.IsAsciiDigit(c))
                name[length++] = '_';
            if (char.IsAsciiLetterOrDigit(c))
                name[length++] = c;
            else if (length == 0 || name[length - 1] != '_')
                name[length++] = '_';
        }

        return length == 0 ? "_" : new string(name[..length]);
    }

    // names that begin with two underscores are Prometheus' own: __name__ would rename the series
    private static string NotReserved(string name) => name.StartsWith("__", StringComparison.Ordinal) ? NotReserved(name[1..]) : name;
}
