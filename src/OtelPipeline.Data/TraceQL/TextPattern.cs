using System.Diagnostics.CodeAnalysis;
using System.Text.RegularExpressions;

namespace OtelPipeline.Data.TraceQL;

/// <summary>
/// A regular expression of Go that must match all of a text, as in Tempo. Matching takes time linear in the text, whatever the expression.
/// </summary>
internal sealed class TextPattern
{
    private readonly Regex _regex;

    private TextPattern(Regex regex) => _regex = regex;

    public static bool TryParse(string pattern, [NotNullWhen(true)] out TextPattern? parsed, [NotNullWhen(false)] out string? why)
    {
        (parsed, why) = (null, null);
        if (!GoRegex.TryTranslate(pattern, out var translated, out why))
            return false;
        try
        {
            parsed = new TextPattern(
                new Regex(
                    @"\A(?:" + translated + @")\z",
                    RegexOptions.NonBacktracking | RegexOptions.Singleline | RegexOptions.CultureInvariant
                )
            );
            return true;
        }
        catch (Exception exception) when (exception is ArgumentException or NotSupportedException)
        {
            why = exception.Message;
            return false;
        }
    }

    public bool IsMatch(in FieldValue text) => Texts.Test(text, _regex, static (regex, chars) => regex.IsMatch(chars));
}
