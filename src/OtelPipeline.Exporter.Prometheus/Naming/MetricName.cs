using System.Text;

namespace OtelPipeline.Exporter.Prometheus.Naming;

/// <summary>
/// Names of metric families, by https://opentelemetry.io/docs/specs/otel/compatibility/prometheus_and_openmetrics/#metric-metadata-1 and, where
/// it leaves room, as Prometheus' own OTLP receiver builds them.
/// </summary>
internal static class MetricName
{
    /// <param name="name">OpenTelemetry's name.</param>
    /// <param name="unit">The UCUM unit, or empty.</param>
    /// <param name="type">The type that the family will have.</param>
    /// <param name="isGauge">Whether the instrument is a gauge: of those with unit 1 it alone is a ratio, an up-down counter is a count.</param>
    /// <param name="translation">The strategy.</param>
    public static string Translate(string name, string unit, FamilyType type, bool isGauge, PrometheusTranslation translation)
    {
        var translated = translation switch
        {
            PrometheusTranslation.UnderscoreEscapingWithSuffixes => WithSuffixTokens(name, unit, type, isGauge),
            PrometheusTranslation.UnderscoreEscapingWithoutSuffixes => string.Join('_', Tokens(name, keepUnderscores: true)),
            PrometheusTranslation.NoUtf8EscapingWithSuffixes => WithSuffixes(name, unit, type, isGauge),
            _ => name,
        };
        if (translated.Length == 0)
            return "_";
        var escapes =
            translation is PrometheusTranslation.UnderscoreEscapingWithSuffixes or PrometheusTranslation.UnderscoreEscapingWithoutSuffixes;
        return escapes && char.IsAsciiDigit(translated[0]) ? "_" + translated : translated;
    }

    /// <summary>The word that a family's UNIT line may carry: its name has to end in it.</summary>
    public static string Unit(string unit, string openMetricsName, bool isGauge)
    {
        var (main, per) = UnitName.Split(unit);
        var word =
            unit == "1" && isGauge ? "ratio"
            : main.Length > 0 && per.Length > 0 ? main + "_" + per
            : main + per;
        return word.Length > 0 && openMetricsName.EndsWith("_" + word, StringComparison.Ordinal) ? word : "";
    }

    public static List<string> Tokens(string name, bool keepUnderscores)
    {
        var tokens = new List<string>();
        var start = -1;
        for (var i = 0; i <= name.Length; i++)
        {
            var valid = i < name.Length && (char.IsAsciiLetterOrDigit(name[i]) || name[i] == ':' || (keepUnderscores && name[i] == '_'));
            if (valid && start < 0)
                start = i;
            if (!valid && start >= 0)
            {
                tokens.Add(name[start..i]);
                start = -1;
            }
        }

        return tokens;
    }

    private static string WithSuffixTokens(string name, string unit, FamilyType type, bool isGauge)
    {
        var tokens = Tokens(name, keepUnderscores: false);
        var (main, per) = UnitName.Split(unit);
        if (main.Length > 0 && !tokens.Contains(main))
            tokens.Add(main);
        if (per.Length > 0 && !tokens.Contains(per))
            tokens.Add(per);
        if (type == FamilyType.Counter)
            MoveToEnd(tokens, "total");
        if (unit == "1" && isGauge)
            MoveToEnd(tokens, "ratio");
        return string.Join('_', tokens);
    }

    private static void MoveToEnd(List<string> tokens, string token)
    {
        tokens.RemoveAll(t => t == token);
        tokens.Add(token);
    }

    private static string WithSuffixes(string name, string unit, FamilyType type, bool isGauge)
    {
        var end = new StringBuilder();
        if (unit == "1" && isGauge)
            (name, _) = (WithoutSuffix(name, "ratio"), end.Insert(0, "_ratio"));
        if (type == FamilyType.Counter)
            (name, _) = (WithoutSuffix(name, "total"), end.Insert(0, "_total"));
        var (main, per) = UnitName.Split(unit);
        if (per.Length > 0)
            (name, _) = (WithoutSuffix(name, per), end.Insert(0, "_" + per));
        if (main.Length > 0 && !name.EndsWith(main, StringComparison.Ordinal))
            end.Insert(0, "_" + main);
        return name + end;
    }

    // with the one character that parts the suffix from the name, a dot as well as an underscore
    private static string WithoutSuffix(string name, string suffix) =>
        name.Length > suffix.Length + 1 && name.EndsWith(suffix, StringComparison.Ordinal) ? name[..^(suffix.Length + 1)] : name;
}
