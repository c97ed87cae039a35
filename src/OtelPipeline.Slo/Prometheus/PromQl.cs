using System.Globalization;
using System.Text;
using OtelPipeline.Slo.OpenSlo;

namespace OtelPipeline.Slo.Prometheus;

/// <summary>Names, literals and pieces of expressions in Prometheus' query language.</summary>
internal static class PromQl
{
    /// <summary><c>slo.events</c>, a counter of <c>{event}</c>.</summary>
    public const string Events = "slo_events_total";

    /// <summary><c>slo.result</c>, an up-down counter, which unlike a gauge of unit 1 gets no <c>_ratio</c>.</summary>
    public const string Result = "slo_result";

    /// <summary>The labels of one objective in braces, more matchers behind them.</summary>
    public static string Selector(SloObjective objective, string more = "") =>
        $"{{slo_name={Text(objective.Slo.Name)},slo_objective_name={Text(objective.Name)}{more}}}";

    /// <summary>A duration as Prometheus writes it, such as <c>6h24m</c>.</summary>
    public static string Duration(TimeSpan duration)
    {
        var text = new StringBuilder();
        var seconds = (long)duration.TotalSeconds;
        foreach (var (unit, length) in new[] { ('d', 86_400L), ('h', 3_600L), ('m', 60L), ('s', 1L) })
        {
            if (seconds >= length)
                text.Append(CultureInfo.InvariantCulture, $"{seconds / length}{unit}");
            seconds %= length;
        }

        return text.Length == 0 ? "0s" : text.ToString();
    }

    public static string Number(decimal number) => number.ToString("0.############################", CultureInfo.InvariantCulture);

    /// <summary>A string literal, by the rules of Go (https://prometheus.io/docs/prometheus/latest/querying/basics/#string-literals).</summary>
    public static string Text(string text)
    {
        var literal = new StringBuilder("\"");
        foreach (var c in text)
        {
            if (c is '"' or '\\')
                literal.Append('\\').Append(c);
            else if (char.IsControl(c) || c is '\u2028' or '\u2029' or '\ufeff')
                literal.Append(CultureInfo.InvariantCulture, $"\\u{(int)c:x4}");
            else
                literal.Append(c);
        }

        return literal.Append('"').ToString();
    }

    public static string Operator(Comparison comparison) =>
        comparison switch
        {
            Comparison.Lte => "<=",
            Comparison.Gte => ">=",
            Comparison.Lt => "<",
            _ => ">",
        };

    /// <summary>The comparison that is true where the other is false.</summary>
    public static Comparison Opposite(Comparison comparison) =>
        comparison switch
        {
            Comparison.Lte => Comparison.Gt,
            Comparison.Gte => Comparison.Lt,
            Comparison.Lt => Comparison.Gte,
            _ => Comparison.Lte,
        };
}
