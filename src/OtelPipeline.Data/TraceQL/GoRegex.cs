using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace OtelPipeline.Data.TraceQL;

/// <summary>Writes a regular expression of Go's syntax, which Tempo takes, as one of .NET's that means the same.</summary>
/// <seealso href="https://github.com/google/re2/wiki/Syntax"/>
internal static class GoRegex
{
    public static bool TryTranslate(string pattern, [NotNullWhen(true)] out string? translated, [NotNullWhen(false)] out string? why)
    {
        var output = new StringBuilder();
        (translated, why) = (null, null);
        for (var i = 0; i < pattern.Length; )
        {
            var rest = pattern.AsSpan(i);
            switch (pattern[i])
            {
                case '\\' when rest.StartsWith("\\Q"):
                    var end = pattern.IndexOf("\\E", i, StringComparison.Ordinal);
                    output.Append(System.Text.RegularExpressions.Regex.Escape(pattern[(i + 2)..(end < 0 ? pattern.Length : end)]));
                    i = end < 0 ? pattern.Length : end + 2;
                    break;
                case '\\':
                    if (!TryEscape(pattern, ref i, output, inClass: false, out why))
                        return false;
                    break;
                case '[':
                    if (!TryClass(pattern, ref i, output, out why))
                        return false;
                    break;
                case '$':
                    // without (?m) only the very end
                    output.Append(@"\z");
                    i++;
                    break;
                case '.' when i + 1 == pattern.Length || pattern[i + 1] is not ('*' or '+'):
                    // one character of Go may be two of .NET; under * and + that makes no difference
                    output.Append(@"(?:[\uD800-\uDBFF][\uDC00-\uDFFF]|[^\uD800-\uDFFF])");
                    i++;
                    break;
                case '(' when rest.StartsWith("(?P<"):
                    output.Append("(?<");
                    i += 4;
                    break;
                case '('
                    when rest.StartsWith("(?=")
                        || rest.StartsWith("(?!")
                        || rest.StartsWith("(?<=")
                        || rest.StartsWith("(?<!")
                        || rest.StartsWith("(?>"):
                    why = "look-arounds and atomic groups are not supported";
                    return false;
                default:
                    output.Append(pattern[i++]);
                    break;
            }
        }

        translated = output.ToString();
        return true;
    }

    /// <summary>One escape: the classes of Go know ASCII alone.</summary>
    private static bool TryEscape(string pattern, ref int i, StringBuilder output, bool inClass, [NotNullWhen(false)] out string? why)
    {
        why = null;
        if (i + 1 == pattern.Length)
        {
            why = "it ends in a backslash";
            return false;
        }

        var c = pattern[i + 1];
        i += 2;
        var (set, negated) = c switch
        {
            'd' => ("0-9", false),
            'D' => ("0-9", true),
            'w' => ("0-9A-Za-z_", false),
            'W' => ("0-9A-Za-z_", true),
            's' => (@"\t\n\f\r ", false),
            'S' => (@"\t\n\f\r ", true),
            _ => ("", false),
        };
        if (set.Length > 0)
        {
            if (!inClass)
                output.Append(negated ? "[^" : "[").Append(set).Append(']');
            else
                output.Append(negated ? Complement(c) : set);
            return true;
        }

        switch (c)
        {
            case 'x' when i < pattern.Length && pattern[i] == '{':
                var end = pattern.IndexOf('}', i);
                if (
                    end < 0
                    || !int.TryParse(
                        pattern.AsSpan(i + 1, end - i - 1),
                        System.Globalization.NumberStyles.AllowHexSpecifier,
                        null,
                        out var code
                    )
                    || !Rune.IsValid(code)
                )
                {
                    why = @"\x{…} names no character";
                    return false;
                }

                foreach (var unit in new Rune(code).ToString())
                    output.Append(System.Globalization.CultureInfo.InvariantCulture, $"\\u{(int)unit:X4}");
                i = end + 1;
                return true;
            case 'p' or 'P' when i < pattern.Length && pattern[i] != '{':
                output.Append('\\').Append(c).Append('{').Append(pattern[i++]).Append('}');
                return true;
            case 'A' or 'z' or 'a' or 'f' or 't' or 'n' or 'r' or 'v' or 'x' or 'p' or 'P':
                output.Append('\\').Append(c);
                return true;
            case 'b' or 'B' when !inClass:
                output.Append('\\').Append(c);
                return true;
            case >= '0' and <= '7':
                var digits = 1;
                while (digits < 3 && i < pattern.Length && pattern[i] is >= '0' and <= '7')
                {
                    digits++;
                    i++;
                }

                if (c != '0' && digits < 3)
                {
                    why = "back-references are not supported";
                    return false;
                }

                output.Append(
                    System.Globalization.CultureInfo.InvariantCulture,
                    $"\\u{Convert.ToInt32(pattern.Substring(i - digits, digits), 8):X4}"
                );
                return true;
            default:
                if (char.IsAsciiLetterOrDigit(c))
                {
                    why = $"there is no escape \\{c}";
                    return false;
                }

                output.Append('\\').Append(c);
                return true;
        }
    }

    private static string Complement(char c) =>
        c switch
        {
            'D' => @"\u0000-/:-\uFFFF",
            'W' => @"\u0000-/:-@\[-\^`\{-\uFFFF",
            _ => @"\u0000-\u0008\u000B\u000E-\u001F!-\uFFFF",
        };

    private static bool TryClass(string pattern, ref int i, StringBuilder output, [NotNullWhen(false)] out string? why)
    {
        why = "a character class, […], does not end";
        output.Append('[');
        i++;
        if (i < pattern.Length && pattern[i] == '^')
        {
            output.Append('^');
            i++;
        }

        for (var first = true; i < pattern.Length; first = false)
        {
            var c = pattern[i];
            if (c == ']' && !first)
            {
                output.Append(']');
                i++;
                why = null;
                return true;
            }

            if (c == '\\')
            {
                if (!TryEscape(pattern, ref i, output, inClass: true, out why))
                    return false;
                why = "a character class, […], does not end";
                continue;
            }

            if (
                c == '['
                && i + 1 < pattern.Length
                && pattern[i + 1] == ':'
                && pattern.IndexOf(":]", i + 2, StringComparison.Ordinal) is > 0 and var end
            )
            {
                if (PosixClass(pattern[(i + 2)..end]) is not { } set)
                {
                    why = $"there is no character class [{pattern[(i + 1)..(end + 1)]}]";
                    return false;
                }

                output.Append(set);
                i = end + 2;
                continue;
            }

            // .NET gives meaning to [ and -[ inside of classes
            if (c is '[' or ']')
                output.Append('\\');
            output.Append(c);
            i++;
        }

        return false;
    }

    private static string? PosixClass(string name) =>
        name switch
        {
            "alnum" => "0-9A-Za-z",
            "alpha" => "A-Za-z",
            "ascii" => @"\u0000-\u007F",
            "blank" => @"\t ",
            "cntrl" => @"\u0000-\u001F\u007F",
            "digit" => "0-9",
            "graph" => "!-~",
            "lower" => "a-z",
            "print" => " -~",
            "punct" => @"!-/:-@\[-`\{-~",
            "space" => @"\t\n\v\f\r ",
            "upper" => "A-Z",
            "word" => "0-9A-Za-z_",
            "xdigit" => "0-9A-Fa-f",
            _ => null,
        };
}
