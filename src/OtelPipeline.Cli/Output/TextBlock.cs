using System.Text;
using Spectre.Console;

namespace OtelPipeline.Cli.Output;

internal enum TextStyle
{
    Plain,
    Title,
}

/// <summary>Lines of text between tables, with colours on terminals; too long ones are cut there.</summary>
internal sealed class TextBlock(Session session)
{
    private const int LabelWidth = 10;

    private readonly List<(string Text, TextStyle Style, string? Label, string? Word)> _lines = [];

    public void Line(string text, TextStyle style = TextStyle.Plain) => _lines.Add((Cell.Plain(text), style, null, null));

    /// <summary>A label and a value; the value has the colour of a result when it is one.</summary>
    public void Field(string label, string value, string? result = null) => _lines.Add((Cell.Plain(value), TextStyle.Plain, label, result));

    public void End()
    {
        if (!Session.IsTerminal)
        {
            foreach (var (text, _, label, _) in _lines)
                session.Output.Write(Encoding.UTF8.GetBytes((label is null ? text : label.PadRight(LabelWidth) + text) + "\n"));
            return;
        }

        session.Flush();
        var console = Terminal.Console;
        var width = console.Profile.Width;
        foreach (var (text, style, label, word) in _lines)
        {
            var color = word is null ? null : Styles.Of("result", word);
            if (label is not null)
            {
                console.Write(new Text(label.PadRight(LabelWidth), label == word ? color : new Style(Color.Grey)));
                console.Write(new Text(Cell.Cut(text, width - LabelWidth), label == word ? null : color));
            }
            else
                console.Write(new Text(Cell.Cut(text, width), style == TextStyle.Title ? new Style(decoration: Decoration.Bold) : null));
            console.WriteLine();
        }
    }
}
