using System.Globalization;
using System.Text;

namespace OtelPipeline.OpenTelemetry;

/// <summary>How a summary looks where it is written: with colours or without, with more than ASCII or without.</summary>
internal sealed class Ink(bool isColored, bool isUnicode)
{
    public string Ok => isUnicode ? "✔" : "+";
    public string Bad => isUnicode ? "✖" : "x";
    public string Alert => isUnicode ? "▲" : "!";
    public string Stopped => isUnicode ? "■" : "#";
    public string Nothing => isUnicode ? "○" : "o";
    public string Going => isUnicode ? "▶" : ">";
    public string Arrow => isUnicode ? " → " : " -> ";
    public string Step => isUnicode ? " › " : " > ";
    public string Times => isUnicode ? "×" : "x";
    public string More => isUnicode ? "…" : "...";

    public string Bold(string text) => Paint("1", text);

    public string Dim(string text) => Paint("2", text);

    public string Red(string text) => Paint("31", text);

    public string Green(string text) => Paint("32", text);

    public string Yellow(string text) => Paint("33", text);

    public string Cyan(string text) => Paint("36", text);

    /// <summary>A bar that lies in a row of cells where a stretch of time lies in another, to half a cell; never empty.</summary>
    public string Bar(double from, double to, int cells)
    {
        var first = (int)Math.Clamp(Math.Floor(from * cells * 2), 0, cells * 2 - 1);
        var end = (int)Math.Clamp(Math.Ceiling(to * cells * 2), first + 1, cells * 2);
        var bar = new StringBuilder(cells);
        for (var cell = 0; cell < cells; cell++)
        {
            var left = first <= cell * 2 && cell * 2 < end;
            var right = first <= cell * 2 + 1 && cell * 2 + 1 < end;
            bar.Append(
                (left, right, isUnicode) switch
                {
                    (true, true, true) => '━',
                    (true, false, true) => '╸',
                    (false, true, true) => '╺',
                    (false, false, _) => ' ',
                    _ => '=',
                }
            );
        }

        return bar.ToString();
    }

    /// <summary>Cuts what is too long.</summary>
    public string Cut(string text, int length) => text.Length <= length ? text : text[..(length - More.Length)] + More;

    /// <summary>Text of others, safe for a terminal: no control characters, on one line.</summary>
    public static string Clean(string text)
    {
        var clean = new StringBuilder(text.Length);
        foreach (var c in text)
        {
            var shown = char.IsControl(c) || c is '\u2028' or '\u2029' ? ' ' : c;
            if (shown != ' ' || (clean.Length > 0 && clean[^1] != ' '))
                clean.Append(shown);
        }

        return clean.ToString().TrimEnd();
    }

    public static string Number(long value) => value.ToString("N0", CultureInfo.InvariantCulture);

    public static string Bytes(double value) =>
        value switch
        {
            < 1_000 => Invariant($"{value:0} B"),
            < 999_500 => Invariant($"{value / 1e3:0.#} kB"),
            < 999_500_000 => Invariant($"{value / 1e6:0.#} MB"),
            _ => Invariant($"{value / 1e9:0.##} GB"),
        };

    public static string Rate(double value) =>
        value switch
        {
            < 10 => Invariant($"{value:0.##}/s"),
            < 9_999.5 => Invariant($"{value:N0}/s"),
            < 999_500 => Invariant($"{value / 1e3:N0} k/s"),
            _ => Invariant($"{value / 1e6:N1} M/s"),
        };

    private static string Invariant(FormattableString text) => FormattableString.Invariant(text);

    private string Paint(string code, string text) => isColored && text.Length > 0 ? $"\e[{code}m{text}\e[0m" : text;
}
