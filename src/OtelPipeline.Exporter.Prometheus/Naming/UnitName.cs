namespace OtelPipeline.Exporter.Prometheus.Naming;

/// <summary>
/// UCUM units as words, by the table that Prometheus' own OTLP receiver and the collector use, so that a metric has one name whichever way it
/// came (https://github.com/prometheus/otlptranslator).
/// </summary>
internal static class UnitName
{
    /// <summary>The parts before and after "per", empty where there is none.</summary>
    public static (string Main, string Per) Split(string unit)
    {
        var slash = unit.IndexOf('/', StringComparison.Ordinal);
        var main = slash < 0 ? unit : unit[..slash];
        var per = slash < 0 ? "" : unit[(slash + 1)..];
        main = main.Trim();
        per = per.Trim();

        // {annotations} say what is counted, which Prometheus leaves to the name
        main = main.Contains('{', StringComparison.Ordinal) ? "" : Tokens(MainWord(main));
        per = per.Contains('{', StringComparison.Ordinal) ? "" : Tokens(PerWord(per));
        return (main, per.Length == 0 ? "" : "per_" + per);
    }

    private static string Tokens(string word) => string.Join('_', MetricName.Tokens(word, keepUnderscores: false));

    private static string MainWord(string unit) =>
        unit switch
        {
            "d" => "days",
            "h" => "hours",
            "min" => "minutes",
            "s" => "seconds",
            "ms" => "milliseconds",
            "us" => "microseconds",
            "ns" => "nanoseconds",
            "By" => "bytes",
            "KiBy" => "kibibytes",
            "MiBy" => "mebibytes",
            "GiBy" => "gibibytes",
            "TiBy" => "tibibytes",
            "KBy" => "kilobytes",
            "MBy" => "megabytes",
            "GBy" => "gigabytes",
            "TBy" => "terabytes",
            "m" => "meters",
            "V" => "volts",
            "A" => "amperes",
            "J" => "joules",
            "W" => "watts",
            "g" => "grams",
            "Cel" => "celsius",
            "Hz" => "hertz",
            "1" => "",
            "%" => "percent",
            _ => unit,
        };

    private static string PerWord(string unit) =>
        unit switch
        {
            "s" => "second",
            "m" => "minute",
            "h" => "hour",
            "d" => "day",
            "w" => "week",
            "mo" => "month",
            "y" => "year",
            _ => unit,
        };
}
