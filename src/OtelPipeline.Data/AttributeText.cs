using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace OtelPipeline.Data;

/// <summary>Arrays and key-value lists as compact JSON text.</summary>
internal static class AttributeText
{
    private static readonly JsonWriterOptions Options = new()
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        // a list may hold a key twice, and says so
        SkipValidation = true,
        MaxDepth = 1024,
    };

    public static string Write(AttributeValue value)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer, Options))
            Write(writer, value);
        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    private static void Write(Utf8JsonWriter writer, AttributeValue value)
    {
        switch (value.Kind)
        {
            case AttributeKind.Boolean:
                writer.WriteBooleanValue(value.AsBoolean());
                break;
            case AttributeKind.Int64:
                writer.WriteNumberValue(value.AsInt64());
                break;
            case AttributeKind.Double when double.IsFinite(value.AsDouble()):
                writer.WriteNumberValue(value.AsDouble());
                break;
            case AttributeKind.Array:
                writer.WriteStartArray();
                foreach (var element in value.AsArray())
                    Write(writer, element);
                writer.WriteEndArray();
                break;
            case AttributeKind.KeyValues:
                writer.WriteStartObject();
                foreach (var (key, element) in value.AsKeyValues())
                {
                    writer.WritePropertyName(key);
                    Write(writer, element);
                }

                writer.WriteEndObject();
                break;
            case AttributeKind.Empty:
                writer.WriteNullValue();
                break;
            default:
                writer.WriteStringValue(value.ToString());
                break;
        }
    }
}
