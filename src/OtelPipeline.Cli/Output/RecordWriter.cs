using System.Text;
using OtelPipeline.Data;

namespace OtelPipeline.Cli.Output;

/// <summary>
/// Writes whole records: as JSON with all that they hold, in the properties of flat JSON lines; as tables with the columns of the command, or
/// those that the user selected.
/// </summary>
internal sealed class RecordWriter : IDisposable
{
    private readonly Session _session;
    private readonly OutputFormat _format;
    private readonly MemoryStream _buffer = new();
    private readonly TelemetryJsonWriter? _json;
    private readonly ResultWriter? _rows;
    private readonly string[] _selected;
    private readonly Func<TelemetryRow, object?[]> _cells;
    private bool _any;

    /// <param name="session">Where to.</param>
    /// <param name="format">How.</param>
    /// <param name="columns">The columns of the command.</param>
    /// <param name="cells">Their values; they must not depend on the row staying as it is.</param>
    /// <param name="selected">Attributes, each a column behind those of the command; with some, JSON has columns as well.</param>
    public RecordWriter(Session session, OutputFormat format, Column[] columns, Func<TelemetryRow, object?[]> cells, string[] selected)
    {
        _session = session;
        _format = format;
        _selected = selected;
        _cells = cells;
        if (format is OutputFormat.Json or OutputFormat.Jsonl && selected.Length == 0)
            _json = TelemetryJsonWriter.ForFlat(_buffer);
        else
            _rows = ResultWriter.Create(session, format, [.. columns, .. selected.Select(key => new Column(key, key, Shrinks: true))]);
    }

    public long Count { get; private set; }

    /// <param name="row">The record.</param>
    /// <param name="computed">What a query computed for it: the property <c>query</c> of a JSON object.</param>
    public void Write(TelemetryRow row, AttributeList? computed = null)
    {
        Count++;
        if (_rows is not null)
        {
            _rows.Write([.. _cells(row), .. _selected.Select(key => Attribute(row, key))]);
            return;
        }

        _buffer.SetLength(0);
        _json!.Write(row);
        if (computed is { Count: > 0 })
        {
            // in front of the brace and the line end
            _buffer.SetLength(_buffer.Length - 2);
            _buffer.Position = _buffer.Length;
            _buffer.Write(Encoding.UTF8.GetBytes($",\"query\":{new AttributeValue(computed)}}}\n"));
        }

        var line = _buffer.GetBuffer().AsSpan(0, (int)_buffer.Length);
        if (_format == OutputFormat.Jsonl)
            _session.Output.Write(line);
        else
        {
            _session.Output.Write(_any ? ",\n"u8 : "[\n"u8);
            _session.Output.Write(line[..^1]);
        }

        _any = true;
    }

    public void End()
    {
        _rows?.End();
        if (_json is not null && _format == OutputFormat.Json)
            _session.Output.Write(_any ? "\n]\n"u8 : "[]\n"u8);
    }

    public void Dispose() => _json?.Dispose();

    /// <summary>The value of an attribute of the row, else of its resource.</summary>
    public static object? Attribute(TelemetryRow row, string key) =>
        row.Attributes.TryGet(key, out var value) || row.Resource.Attributes.TryGet(key, out value) ? Unwrap(value) : null;

    // numbers stay numbers; texts are decoded now, for the row is reused
    private static object? Unwrap(AttributeValue value) =>
        value.Kind switch
        {
            AttributeKind.Empty => (object?)null,
            AttributeKind.String => value.AsString(),
            AttributeKind.Int64 => value.AsInt64(),
            AttributeKind.Double => value.AsDouble(),
            AttributeKind.Boolean => value.AsBoolean(),
            AttributeKind.Bytes => value.ToString(),
            _ => value,
        };
}
