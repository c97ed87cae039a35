using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Text;
using System.Text.RegularExpressions;

namespace OtelPipeline.Data.TraceQL;

/// <summary>
/// A regular expression of Go that must match all of a text, as in Tempo. Matching takes time linear in the text, whatever the expression.
/// </summary>
internal sealed class TextPattern
{
    private static readonly SearchValues<char> Special = SearchValues.Create(@"\.+*?()|[]{}^$");

    private readonly Regex _regex;

    // of plain text with .* before or after it, which most are: the text, and where it may lie
    private readonly string? _plain;
    private readonly byte[] _utf8 = [];
    private readonly bool _openStart;
    private readonly bool _openEnd;

    private TextPattern(string pattern, Regex regex)
    {
        _regex = regex;
        _openStart = pattern.StartsWith(".*", StringComparison.Ordinal);
        _openEnd = pattern.EndsWith(".*", StringComparison.Ordinal) && pattern.Length >= (_openStart ? 4 : 2);
        var plain = pattern[(_openStart ? 2 : 0)..^(_openEnd ? 2 : 0)];
        if (plain.AsSpan().ContainsAny(Special))
            return;
        _plain = plain;
        _utf8 = Encoding.UTF8.GetBytes(plain);
    }

    public static bool TryParse(string pattern, [NotNullWhen(true)] out TextPattern? parsed, [NotNullWhen(false)] out string? why)
    {
        (parsed, why) = (null, null);
        if (!GoRegex.TryTranslate(pattern, out var translated, out why))
            return false;
        try
        {
            parsed = new TextPattern(
                pattern,
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

    public bool IsMatch(in FieldValue text)
    {
        if (_plain is null)
            return Texts.Test(text, _regex, static (regex, chars) => regex.IsMatch(chars));
        return text.StringOrNull is { } value ? IsMatch<char>(value, _plain) : text.TryGetUtf8(out var utf8) && IsMatch<byte>(utf8, _utf8);
    }

    private bool IsMatch<T>(ReadOnlySpan<T> text, ReadOnlySpan<T> plain)
        where T : unmanaged, IEquatable<T> =>
        (_openStart, _openEnd) switch
        {
            (false, false) => text.SequenceEqual(plain),
            (false, true) => text.StartsWith(plain),
            (true, false) => text.EndsWith(plain),
            _ => text.IndexOf(plain) >= 0,
        };
}
