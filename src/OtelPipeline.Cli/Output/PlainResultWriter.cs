using System.Text;

namespace OtelPipeline.Cli.Output;

/// <summary>Columns of plain text for pipes and logs: nothing is cut, and no more is kept than the rows that the widths are taken from.</summary>
internal sealed class PlainResultWriter(Session session, Column[] columns) : ResultWriter
{
    private const int MeasuredRows = 200;

    // one long value must not push all others apart
    private const int WidestPadding = 100;

    private readonly List<object?[]> _waiting = [];
    private readonly StringBuilder _line = new();
    private int[]? _widths;

    public override void Write(params object?[] row)
    {
        if (_widths is not null)
        {
            WriteLine(row);
            return;
        }

        _waiting.Add(row);
        if (_waiting.Count == MeasuredRows)
            Begin();
    }

    public override void End()
    {
        if (_widths is null && _waiting.Count > 0)
            Begin();
    }

    private void Begin()
    {
        _widths =
        [
            .. columns.Select(
                (column, i) => Math.Max(column.Header.Length, Math.Min(WidestPadding, _waiting.Max(row => Cell.Text(row[i]).Length)))
            ),
        ];
        WriteLine([.. columns.Select(column => column.Header.ToUpperInvariant())], _waiting[0]);
        foreach (var row in _waiting)
            WriteLine(row);
        _waiting.Clear();
    }

    private void WriteLine(object?[] row, object?[]? alignedAs = null)
    {
        _line.Clear();
        for (var i = 0; i < row.Length; i++)
        {
            var text = Cell.Text(row[i]);
            if (i > 0)
                _line.Append("  ");
            _line.Append(Cell.IsNumber((alignedAs ?? row)[i]) ? text.PadLeft(_widths![i]) : text.PadRight(_widths![i]));
        }

        Write(session.Output, _line.ToString().TrimEnd() + "\n");
    }
}
