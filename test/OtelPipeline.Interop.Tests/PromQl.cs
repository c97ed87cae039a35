using System.Text.RegularExpressions;

namespace OtelPipeline.Interop.Tests;

/// <summary>Finds the metrics and labels that a PromQL expression or a Grafana query of label values names. It does not judge the syntax.</summary>
internal static partial class PromQl
{
    private static readonly HashSet<string> s_words =
    [
        .. "by without on ignoring group_left group_right and or unless bool offset inf nan atan2 start end".Split(' '),
    ];

    private static readonly HashSet<string> s_groupings = [.. "by without on ignoring group_left group_right".Split(' ')];

    /// <summary>The names in an expression. Labels of a grouping belong to all metrics of the expression, those in braces to their own.</summary>
    public static (IReadOnlyList<string> Metrics, IReadOnlyList<(string? Metric, string Label)> Labels) Names(string expression)
    {
        var metrics = new List<string>();
        var labels = new List<(string?, string)>();
        var tokens = Tokens().Matches(expression).Select(m => m.Value).ToArray();
        for (var i = 0; i < tokens.Length; i++)
        {
            var token = tokens[i];
            var next = i + 1 < tokens.Length ? tokens[i + 1] : "";
            if (token == "{")
            {
                var metric = i > 0 && IsName(tokens[i - 1]) ? tokens[i - 1] : null;
                for (i++; i < tokens.Length && tokens[i] != "}"; i++)
                {
                    if (IsName(tokens[i]) && tokens[i] != "__name__")
                        labels.Add((metric, tokens[i]));
                }
            }
            else if (token == "[")
                i = Array.IndexOf(tokens, "]", i);
            else if (s_groupings.Contains(token) && next == "(")
            {
                for (i += 2; i < tokens.Length && tokens[i] != ")"; i++)
                {
                    if (IsName(tokens[i]))
                        labels.Add((null, tokens[i]));
                }
            }
            // a function has its arguments behind it, an aggregation perhaps its grouping first
            else if (IsName(token) && next != "(" && !s_groupings.Contains(next) && !s_words.Contains(token))
                metrics.Add(token);
        }

        return (metrics, labels);
    }

    public static bool IsName(string token) => Name().IsMatch(token);

    [GeneratedRegex("^[A-Za-z_:][A-Za-z0-9_:]*$")]
    private static partial Regex Name();

    // texts, names, numbers with units and Grafana's variables in one piece each; everything else by the character
    [GeneratedRegex(
        """
            "(\\.|[^"\\])*"|'(\\.|[^'\\])*'|\$\w+|\$\{[^}]*\}|[A-Za-z_:][A-Za-z0-9_:]*|[0-9][0-9A-Za-z.]*|\S
            """
    )]
    private static partial Regex Tokens();
}
