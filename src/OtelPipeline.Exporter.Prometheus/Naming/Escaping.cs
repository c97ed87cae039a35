using System.Globalization;
using System.Text;

namespace OtelPipeline.Exporter.Prometheus.Naming;

/// <summary>The escaping schemes of https://prometheus.io/docs/instrumenting/escaping_schemes/.</summary>
internal enum Escaping
{
    Underscores,
    Dots,
    Values,
    AllowUtf8,
}

internal static class EscapedName
{
    /// <summary>Escapes a name of a metric or (<paramref name="colons"/> false) of a label.</summary>
    public static string Escape(string name, Escaping escaping, bool colons) =>
        escaping switch
        {
            Escaping.AllowUtf8 => name,
            Escaping.Dots => Dots(name, colons),
            Escaping.Values when !IsLegacy(name, colons) => Values(name, colons),
            Escaping.Underscores when !IsLegacy(name, colons) => Underscores(name, colons),
            _ => name,
        };

    /// <summary>Whether a name needs no quotes.</summary>
    public static bool IsLegacy(string name, bool colons)
    {
        for (var i = 0; i < name.Length; i++)
        {
            if (!IsLegacy(name[i], i, colons))
                return false;
        }

        return name.Length > 0;
    }

    public static string Text(this Escaping escaping) =>
        escaping switch
        {
            Escaping.Dots => "dots",
            Escaping.Values => "values",
            Escaping.AllowUtf8 => "allow-utf-8",
            _ => "underscores",
        };

    private static bool IsLegacy(int rune, int index, bool colons) =>
        rune < 128
        && (char.IsAsciiLetter((char)rune) || rune == '_' || (colons && rune == ':') || (index > 0 && char.IsAsciiDigit((char)rune)));

    private static string Underscores(string name, bool colons)
    {
        var text = new StringBuilder(name.Length);
        foreach (var rune in name.EnumerateRunes())
            text.Append(IsLegacy(rune.Value, text.Length, colons) ? (char)rune.Value : '_');
        return text.Length == 0 ? "_" : text.ToString();
    }

    private static string Dots(string name, bool colons)
    {
        var text = new StringBuilder(name.Length + 8);
        foreach (var rune in name.EnumerateRunes())
        {
            if (rune.Value == '_')
                text.Append("__");
            else if (rune.Value == '.')
                text.Append("_dot_");
            else if (IsLegacy(rune.Value, text.Length, colons))
                text.Append((char)rune.Value);
            else
                text.Append("__");
        }

        return text.Length == 0 ? "_" : text.ToString();
    }

    private static string Values(string name, bool colons)
    {
        var text = new StringBuilder("U__", name.Length + 16);
        var index = 0;
        foreach (var rune in name.EnumerateRunes())
        {
            if (rune.Value == '_')
                text.Append("__");
            else if (IsLegacy(rune.Value, index, colons))
                text.Append((char)rune.Value);
            else
                text.Append('_').Append(rune.Value.ToString("x", CultureInfo.InvariantCulture)).Append('_');
            index++;
        }

        return text.ToString();
    }
}
