using Spectre.Console;

namespace OtelPipeline.Cli.Output;

/// <summary>A table that fits the terminal; long values are cut.</summary>
internal sealed class TerminalResultWriter(Session session, Column[] columns) : ResultWriter
{
    private const int NarrowestColumn = 6;

    private readonly List<object?[]> _rows = [];

    public override void Write(params object?[] row) => _rows.Add(row);

    public override void End()
    {
        if (_rows.Count == 0)
            return;
        session.Flush();
        var console = Terminal.Console;
        var texts = _rows.ConvertAll(row => Array.ConvertAll(row, Cell.Text));
        var widths = Fit(texts, console.Profile.Width);
        var table = new Table { Border = TableBorder.Simple, UseSafeBorder = true };
        for (var i = 0; i < columns.Length; i++)
        {
            var isNumber = _rows.Exists(row => Cell.IsNumber(row[i])) && _rows.TrueForAll(row => row[i] is null || Cell.IsNumber(row[i]));
            table.AddColumn(
                new TableColumn(new Text(Cell.Cut(columns[i].Header, widths[i]), new Style(decoration: Decoration.Bold)))
                {
                    Alignment = isNumber ? Justify.Right : Justify.Left,
                    Width = widths[i],
                    NoWrap = true,
                    Padding = new Padding(0, 0, i == columns.Length - 1 ? 0 : 2, 0),
                }
            );
        }

        foreach (var row in texts)
            table.AddRow(row.Select((text, i) => new Text(Cell.Cut(text, widths[i]), Styles.Of(columns[i].Name, text))));
        console.Write(table);
    }

    /// <summary>The widths that the values need, less what the terminal has not; the widest column that may shrink gives first.</summary>
    private int[] Fit(List<string[]> texts, int width)
    {
        var widths = columns.Select((column, i) => Math.Max(column.Header.Length, texts.Max(row => row[i].Length))).ToArray();
        // the border keeps a place at each side, and two between columns
        var available = width - (2 * (columns.Length - 1)) - 2 - columns.Length;
        while (widths.Sum() > available)
        {
            var widest = -1;
            for (var i = 0; i < columns.Length; i++)
            {
                if (columns[i].Shrinks && widths[i] > NarrowestColumn && (widest < 0 || widths[i] > widths[widest]))
                    widest = i;
            }

            if (widest < 0)
                break;
            widths[widest]--;
        }

        return widths;
    }
}
