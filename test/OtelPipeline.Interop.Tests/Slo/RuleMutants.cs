using System.Globalization;
using System.Text.RegularExpressions;

namespace OtelPipeline.Interop.Tests.Slo;

/// <summary>One thing that is wrong in a file of rules.</summary>
/// <param name="Kind">What kind of thing.</param>
/// <param name="Where">The rule and the line.</param>
/// <param name="Text">The file with it.</param>
internal sealed record RuleMutant(string Kind, string Where, string Text);

/// <summary>Makes mutants of a file of rules: each threshold, factor, window, label and operator, one after the other.</summary>
internal static partial class RuleMutants
{
    private const string Threshold = @"(?<= [<>] )0?\.?\d[\d.]*$|(?<= [<>]= )0?\.\d+$";

    private static readonly (string Kind, string Pattern, Func<Match, string?> Change)[] Changes =
    [
        // events are counted in whole numbers: half an event less is the same rule
        ("threshold", Threshold, static m => Scale(m.Value, 1.05m)),
        ("threshold", Threshold, static m => Scale(m.Value, 0.95m)),
        ("count of events", @"(?<=>= )\d+$", static m => Add(m.Value, 1)),
        ("count of events", @"(?<=>= )\d+$", static m => Add(m.Value, -1)),
        ("operator", " > (?=[0-9.]+$)", static _ => " >= "),
        ("operator", " > (?=[0-9.]+$)", static _ => " < "),
        ("operator", @" >= (?=\d+$)", static _ => " > "),
        ("operator", " == 1$", static _ => " != 1"),
        ("operator", " == 1$", static _ => " > 1"),
        ("operator", " == 0$", static _ => " != 0"),
        ("operator", "^      +and$", static m => m.Value.Replace("and", "or", StringComparison.Ordinal)),
        ("operator", "^      +and$", static m => m.Value.Replace("and", "unless", StringComparison.Ordinal)),
        ("operator", "^      or$", static _ => "      and"),
        ("operator", @"or on \(\)", static _ => "and on ()"),
        ("operator", @"^      / on \(\)$", static _ => "      * on ()"),
        ("operator", @" > 0\)$", static _ => " >= 0)"),
        ("operator", @"\b0 \* ", static _ => "1 * "),
        ("operator", "^      1 - ", static _ => "      "),
        ("factor", @"(?<= / )0?\.\d+$", static m => Scale(m.Value, 1.05m)),
        ("factor", @"(?<=vector\()[0-9.]+", static m => Scale(m.Value, 0.99m)),
        ("function", @"\bincrease\(", static _ => "rate("),
        ("function", @"\bsum\(", static _ => "max("),
        ("function", @"\bcount\(", static _ => "sum("),
        ("function", @"\bmax by", static _ => "min by"),
        ("function", @"\bmax by", static _ => "sum by"),
        ("window", @"(?<=_total\{[^}]*\}\[)[0-9a-z]+(?=\])", static m => Longer(m.Value, 1.25)),
        ("window", @"(?<=_total\{[^}]*\}\[)[0-9a-z]+(?=\])", static m => Longer(m.Value, 0.75)),
        ("window", @"(?<=offset )[0-9a-z]+", static m => Longer(m.Value, 1.25)),
        ("window", @"(?<=offset )[0-9a-z]+", static m => Longer(m.Value, 0.75)),
        ("window", @"(?<=^    for: )[0-9a-z]+", static m => Longer(m.Value, 2)),
        ("window", @"(?<=^    for: )[0-9a-z]+", static m => Longer(m.Value, 0.5)),
        ("label", "slo_outcome=\"bad\"", static _ => "slo_outcome=\"good\""),
        ("label", "(?<=slo_name=\")[^\"]+", static m => m.Value + "x"),
        ("label", "(?<=slo_objective_name=\")[^\"]+", static m => m.Value + "x"),
        ("label", "slo_name=\"[^\"]+\",", static _ => ""),
        ("label", ",slo_objective_name=\"[^\"]+\"", static _ => ""),
        ("label", ",slo_(outcome|result_state)=\"[^\"]+\"", static _ => ""),
        ("label", "(?<=slo_result_state=\")fail", static _ => "pass"),
        ("label", "(?<=^      severity: \")page", static _ => "ticket"),
        ("label", "(?<=^      severity: \")ticket", static _ => "page"),
        ("label", "(?<=^      slo_(objective_)?name: \")[^\"]+", static m => m.Value + "x"),
        ("label", "slo_objective_name(?=\\) \\()", static _ => "instance"),
        ("name", @"(?<=- (alert|record): )\S+", static m => m.Value + "x"),
    ];

    public static IEnumerable<RuleMutant> Of(string text)
    {
        var lines = text.Split('\n');
        var rule = "";
        for (var i = 0; i < lines.Length; i++)
        {
            if (Start.Match(lines[i]) is { Success: true } start)
                rule = start.Value.Trim();
            if (lines[i].TrimStart().StartsWith('#') || rule.Length == 0)
                continue;
            foreach (var (kind, pattern, change) in Changes)
            {
                foreach (Match match in Regex.Matches(lines[i], pattern))
                {
                    if (IsHarmless(lines[i], pattern) || change(match) is not { } changed)
                        continue;
                    var line = lines[i][..match.Index] + changed + lines[i][(match.Index + match.Length)..];
                    if (line == lines[i])
                        continue;
                    yield return new RuleMutant(
                        kind,
                        $"{rule}, line {i + 1}: {lines[i].Trim()} -> {line.Trim()}",
                        string.Join('\n', [.. lines[..i], line, .. lines[(i + 1)..]])
                    );
                }
            }
        }
    }

    [GeneratedRegex(@"(?<=^  - (alert|record): )\S+")]
    private static partial Regex Start { get; }

    // recorded series have both labels, so that one of them is enough where nothing else has its name
    private static bool IsHarmless(string line, string pattern) =>
        (pattern.StartsWith("slo_name=", StringComparison.Ordinal) || pattern.StartsWith(",slo_objective", StringComparison.Ordinal))
        && line.Contains("otelpipeline:", StringComparison.Ordinal);

    private static string? Scale(string number, decimal factor) =>
        decimal.Parse(number, CultureInfo.InvariantCulture) is var value && value is 0 or 1
            ? null
            : (value * factor).ToString("0.##########", CultureInfo.InvariantCulture);

    private static string Add(string number, int change) =>
        (long.Parse(number, CultureInfo.InvariantCulture) + change).ToString(CultureInfo.InvariantCulture);

    private static string Longer(string duration, double factor)
    {
        var seconds = 0.0;
        foreach (Match part in Regex.Matches(duration, @"(\d+)([dhms])"))
        {
            seconds +=
                int.Parse(part.Groups[1].Value, CultureInfo.InvariantCulture)
                * part.Groups[2].Value switch
                {
                    "d" => 86_400,
                    "h" => 3_600,
                    "m" => 60,
                    _ => 1,
                };
        }

        return string.Create(CultureInfo.InvariantCulture, $"{(long)Math.Round(seconds * factor)}s");
    }
}
