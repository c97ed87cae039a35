using System.Text.Json;

namespace OtelPipeline.Data.Json;

/// <summary>Attribute values as plain JSON; numbers that JSON has no form for are strings, bytes base64.</summary>
internal static class FlatValues
{
    public static void Write(Utf8JsonWriter json, AttributeValue value)
    {
        switch (value.Kind)
        {
            case AttributeKind.Empty:
                json.WriteNullValue();
                break;
            case AttributeKind.Boolean:
                json.WriteBooleanValue(value.AsBoolean());
                break;
            case AttributeKind.Int64:
                json.WriteNumberValue(value.AsInt64());
                break;
            case AttributeKind.Double when double.IsFinite(value.AsDouble()):
                json.WriteNumberValue(value.AsDouble());
                break;
            case AttributeKind.Array:
                json.WriteStartArray();
                foreach (var element in value.AsArray())
                    Write(json, element);
                json.WriteEndArray();
                break;
            case AttributeKind.KeyValues:
                Pairs(json, value.AsKeyValues());
                break;
            default:
                json.WriteStringValue(value.ToString());
                break;
        }
    }

    /// <summary>Writes an object under a name, or nothing where there are no attributes.</summary>
    public static void WriteObject(Utf8JsonWriter json, string name, AttributeList attributes)
    {
        if (attributes.Count == 0)
            return;
        json.WritePropertyName(name);
        Pairs(json, attributes);
    }

    private static void Pairs(Utf8JsonWriter json, AttributeList attributes)
    {
        json.WriteStartObject();
        foreach (var (key, value) in attributes)
        {
            json.WritePropertyName(key);
            Write(json, value);
        }

        json.WriteEndObject();
    }
}
