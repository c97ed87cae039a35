using Spectre.Console;

namespace OtelPipeline.Cli.Output;

/// <summary>A table that fits the terminal: long values are cut, and where that is not enough the extra columns are left out.</summary>
internal sealed class TerminalResultWriter(Session session, Column[] columns) : ResultWriter
{
    private const int Gap = 2;
    private const int NarrowestColumn = 6;

    // a moment without its fraction of a second
    private const int WholeSeconds = 14;

    private readonly List<object?[]> _rows = [];

    public override void Write(params object?[] row) => _rows.Add(row);

    public override void End()
    {
        if (_rows.Count == 0)
            return;
        session.Flush();
        var console = Terminal.Console;
        var texts = _rows.ConvertAll(row => Array.ConvertAll(row, Text));
        var widths = columns.Select((column, i) => Math.Max(column.Header.Length, texts.Max(row => row[i].Length))).ToArray();
        var shown = Fit(widths, console.Profile.Width);
        var table = new Table { Border = TableBorder.None };
        foreach (var i in shown)
        {
            var isNumber = _rows.Exists(row => Cell.IsNumber(row[i])) && _rows.TrueForAll(row => row[i] is null || Cell.IsNumber(row[i]));
            table.AddColumn(
                new TableColumn(new Text(Cell.Cut(columns[i].Header, widths[i]), new Style(decoration: Decoration.Bold)))
                {
                    Alignment = isNumber ? Justify.Right : Justify.Left,
                    Width = widths[i],
                    NoWrap = true,
                    Padding = new Padding(0, 0, i == shown[^1] ? 0 : Gap, 0),
                }
            );
        }

        foreach (var row in texts)
            table.AddRow(
                shown.Select(i => new Text(
                    IsMoment(i) ? Short(row[i], widths[i]) : Cell.Cut(row[i], widths[i]),
                    Styles.Of(columns[i].Name, row[i])
                ))
            );
        console.Write(table);
    }

    /// <summary>Which columns fit; narrows those that may shrink, the widest first.</summary>
    private List<int> Fit(int[] widths, int width)
    {
        var shown = Enumerable.Range(0, columns.Length).ToList();
        while (
            Needed(shown, i => columns[i].Shrinks ? Math.Min(widths[i], IsMoment(i) ? WholeSeconds : columns[i].Least) : widths[i]) > width
        )
        {
            var extra = shown.FindLastIndex(i => columns[i].IsExtra);
            if (extra < 0)
                break;
            shown.RemoveAt(extra);
        }

        foreach (var i in shown.FindAll(IsMoment))
            widths[i] = Needed(shown, i => widths[i]) > width ? Math.Min(widths[i], WholeSeconds) : widths[i];
        while (Needed(shown, i => widths[i]) > width)
        {
            var candidates = shown.FindAll(i => columns[i].Shrinks && !IsMoment(i) && widths[i] > NarrowestColumn);
            if (candidates.Count == 0)
                break;
            widths[candidates.MaxBy(i => widths[i])]--;
        }

        return shown;
    }

    private bool IsMoment(int column) => _rows.Exists(row => row[column] is Moment);

    private static string Short(string text, int width) => text.Length > width ? text[..width] : text;

    private static int Needed(List<int> shown, Func<int, int> width) => shown.Sum(width) + (Gap * (shown.Count - 1));

    // the year is the same for all that people look at
    private static string Text(object? value) => value is Moment ? Cell.Text(value)["yyyy-".Length..] : Cell.Text(value);
}
