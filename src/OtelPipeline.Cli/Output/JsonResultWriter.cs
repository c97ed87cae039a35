using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using OtelPipeline.Data;

namespace OtelPipeline.Cli.Output;

/// <summary>A JSON object for each row: in an array, or on a line of its own. Values that are not there are left out.</summary>
internal sealed class JsonResultWriter(Session session, Column[] columns, bool asArray) : ResultWriter
{
    public static readonly JsonWriterOptions Options = new()
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        SkipValidation = true,
    };

    private readonly ArrayBufferWriter<byte> _buffer = new();
    private bool _any;

    public override void Write(params object?[] row)
    {
        _buffer.ResetWrittenCount();
        using (var json = new Utf8JsonWriter(_buffer, Options))
        {
            json.WriteStartObject();
            for (var i = 0; i < columns.Length; i++)
            {
                if (row[i] is null)
                    continue;
                json.WritePropertyName(columns[i].Name);
                WriteValue(json, row[i]);
            }

            json.WriteEndObject();
        }

        if (asArray)
            Write(session.Output, _any ? ",\n" : "[\n");
        session.Output.Write(_buffer.WrittenSpan);
        if (!asArray)
            Write(session.Output, "\n");
        _any = true;
    }

    public override void End()
    {
        if (asArray)
            Write(session.Output, _any ? "\n]\n" : "[]\n");
    }

    public static void WriteValue(Utf8JsonWriter json, object? value)
    {
        switch (value)
        {
            case null:
                json.WriteNullValue();
                break;
            case bool flag:
                json.WriteBooleanValue(flag);
                break;
            case long number:
                json.WriteNumberValue(number);
                break;
            case int number:
                json.WriteNumberValue(number);
                break;
            case double number when double.IsFinite(number):
                json.WriteNumberValue(number);
                break;
            case Nanoseconds or ByteCount:
                json.WriteRawValue(Cell.Exact(value));
                break;
            case AttributeValue attribute:
                json.WriteRawValue(Json(attribute), skipInputValidation: true);
                break;
            case AttributeList attributes:
                json.WriteRawValue(Json(attributes), skipInputValidation: true);
                break;
            default:
                json.WriteStringValue(Cell.Exact(value));
                break;
        }
    }

    // a list of values is JSON already; a single one becomes an element and is cut out again
    private static string Json(AttributeValue value) => new AttributeValue([value]).ToString()[1..^1];
}
