using System.Text;

namespace OtelPipeline.Cli.Output;

/// <summary>Comma-separated values (https://www.rfc-editor.org/rfc/rfc4180), with a header and LF at the end of lines.</summary>
internal sealed class CsvResultWriter : ResultWriter
{
    private readonly Session _session;
    private readonly StringBuilder _line = new();

    public CsvResultWriter(Session session, Column[] columns)
    {
        _session = session;
        Write([.. columns.Select(column => column.Name)]);
    }

    public override void Write(params object?[] row)
    {
        _line.Clear();
        for (var i = 0; i < row.Length; i++)
        {
            if (i > 0)
                _line.Append(',');
            var text = Cell.Exact(row[i]);
            if (text.AsSpan().ContainsAny(",\"\n\r"))
                _line.Append('"').Append(text.Replace("\"", "\"\"", StringComparison.Ordinal)).Append('"');
            else
                _line.Append(text);
        }

        Write(_session.Output, _line.Append('\n').ToString());
    }

    public override void End() { }
}
