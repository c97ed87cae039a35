using System.Globalization;
using System.Text;
using System.Text.Json;

namespace OtelPipeline.Data.Tests;

/// <summary>Reads spans of well-formed OTLP/JSON the simple way, through JsonDocument, into a text that can be compared.</summary>
internal static class NaiveTwin
{
    public static List<string> Read(string json)
    {
        using var document = JsonDocument.Parse(json, new JsonDocumentOptions { MaxDepth = 512 });
        var spans = new List<string>();
        foreach (var resource in Items(document.RootElement, "resourceSpans"))
        foreach (var scope in Items(resource, "scopeSpans"))
        foreach (var span in Items(scope, "spans"))
        {
            var start = long.Parse(Text(span, "startTimeUnixNano"), CultureInfo.InvariantCulture);
            var end = long.Parse(Text(span, "endTimeUnixNano"), CultureInfo.InvariantCulture);
            var events = Items(span, "events").Select(item => $"{Text(item, "timeUnixNano")} {Text(item, "name")} {Attributes(item)}");
            spans.Add(
                $"{Text(span, "traceId")} {Text(span, "spanId")} {Text(span, "name")} {span.GetProperty("kind").GetInt32()} {start} {end - start} "
                    + $"{Attributes(span)} [{string.Join(';', events)}] {Attributes(resource.GetProperty("resource"))}"
            );
        }

        return spans;
    }

    public static string Describe(SpanRow span)
    {
        var events = span.Events.Select(item => $"{item.TimeUnixNano} {item.Name} {Attributes(item.Attributes)}");
        return $"{span.TraceId} {span.SpanId} {span.Name} {(int)span.Kind} {span.StartTimeUnixNano} {span.DurationNano} "
            + $"{Attributes(span.Attributes)} [{string.Join(';', events)}] {Attributes(span.Resource.Attributes)}";
    }

    private static JsonElement.ArrayEnumerator Items(JsonElement element, string name) =>
        element.TryGetProperty(name, out var items) ? items.EnumerateArray() : default;

    private static string Text(JsonElement element, string name) => element.GetProperty(name).GetString()!;

    private static string Attributes(JsonElement element) =>
        "{"
        + string.Join(',', Items(element, "attributes").Select(pair => $"{Text(pair, "key")}={Value(pair.GetProperty("value"))}"))
        + "}";

    private static string Value(JsonElement value)
    {
        foreach (var property in value.EnumerateObject())
        {
            return property.Name switch
            {
                "stringValue" => "s:" + property.Value.GetString(),
                "boolValue" => "b:" + property.Value.GetBoolean(),
                "intValue" => "i:" + long.Parse(property.Value.GetString()!, CultureInfo.InvariantCulture),
                "doubleValue" => "d:" + Number(property.Value).ToString("R", CultureInfo.InvariantCulture),
                "bytesValue" => "y:" + Convert.ToHexString(property.Value.GetBytesFromBase64()),
                "arrayValue" => "[" + string.Join(',', Items(property.Value, "values").Select(Value)) + "]",
                _ => "{"
                    + string.Join(
                        ',',
                        Items(property.Value, "values").Select(pair => $"{Text(pair, "key")}={Value(pair.GetProperty("value"))}")
                    )
                    + "}",
            };
        }

        return "-";
    }

    private static double Number(JsonElement element) =>
        element.ValueKind == JsonValueKind.Number ? element.GetDouble() : double.Parse(element.GetString()!, CultureInfo.InvariantCulture);

    private static string Attributes(AttributeList list) =>
        "{" + string.Join(',', list.Select(pair => $"{pair.Key}={Value(pair.Value)}")) + "}";

    private static string Value(AttributeValue value) =>
        value.Kind switch
        {
            AttributeKind.String => "s:" + value.AsString(),
            AttributeKind.Boolean => "b:" + value.AsBoolean(),
            AttributeKind.Int64 => "i:" + value.AsInt64(),
            AttributeKind.Double => "d:" + value.AsDouble().ToString("R", CultureInfo.InvariantCulture),
            AttributeKind.Bytes => "y:" + Convert.ToHexString(value.AsBytes().Span),
            AttributeKind.Array => "[" + string.Join(',', value.AsArray().Select(Value)) + "]",
            AttributeKind.KeyValues => Attributes(value.AsKeyValues()),
            _ => "-",
        };
}

/// <summary>Writes random OTLP/JSON through Utf8JsonWriter: hostile text, all types, changing order of properties, white space or none.</summary>
internal sealed class RandomTrace(int seed)
{
    private static readonly string[] Texts =
    [
        "",
        "a",
        "service.name",
        "pipeline.node.name",
        "\"",
        "\\",
        "\0\u001f\u007f",
        "\t\r\n",
        "ü",
        "日本語",
        "😀",
        "\u2028",
        "/</script>",
        new string('x', 15),
        new string('y', 16),
        new string('z', 17),
        new string('é', 33),
        new string('q', 300),
        "a\"b\\c/d\b\f\n",
        "{\"key\":\"x\"}",
        "NaN",
    ];

    private readonly Random _random = new(seed);

    public string Write()
    {
        var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer, new JsonWriterOptions { Indented = _random.Next(3) == 0, SkipValidation = true }))
        {
            json.WriteStartObject();
            Array(
                json,
                "resourceSpans",
                2,
                () =>
                {
                    Shuffled(
                        () => Object(json, "resource", () => Attributes(json)),
                        () => Array(json, "scopeSpans", 2, () => Array(json, "spans", 3, () => Span(json)))
                    );
                }
            );
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(buffer.ToArray());
    }

    private void Span(Utf8JsonWriter json)
    {
        var start = _random.NextInt64(1, long.MaxValue / 2);
        Shuffled(
            () => json.WriteString("traceId", Hex(16)),
            () => json.WriteString("spanId", Hex(8)),
            () => json.WriteString("name", Text()),
            () => json.WriteNumber("kind", _random.Next(6)),
            () => json.WriteString("startTimeUnixNano", start.ToString(CultureInfo.InvariantCulture)),
            () => json.WriteString("endTimeUnixNano", (start + _random.NextInt64(-5, 1L << 40)).ToString(CultureInfo.InvariantCulture)),
            () => Attributes(json),
            () => Object(json, Text() + "?", () => json.WriteString("ignored", Text())),
            () =>
                Array(
                    json,
                    "events",
                    3,
                    () =>
                    {
                        json.WriteString("timeUnixNano", _random.NextInt64(long.MaxValue).ToString(CultureInfo.InvariantCulture));
                        json.WriteString("name", Text());
                        Attributes(json);
                    }
                )
        );
    }

    private void Attributes(Utf8JsonWriter json) => Array(json, "attributes", 6, () => KeyValue(json, 0));

    private void KeyValue(Utf8JsonWriter json, int depth) =>
        Shuffled(() => json.WriteString("key", Text()), () => Object(json, "value", () => Value(json, depth)));

    private void Value(Utf8JsonWriter json, int depth)
    {
        switch (_random.Next(depth > 3 ? 6 : 8))
        {
            case 0:
                json.WriteString("stringValue", Text());
                break;
            case 1:
                json.WriteBoolean("boolValue", _random.Next(2) == 0);
                break;
            case 2:
                json.WriteString("intValue", (_random.NextInt64() >> _random.Next(64)).ToString(CultureInfo.InvariantCulture));
                break;
            case 3:
                Double(json);
                break;
            case 4:
                var bytes = new byte[_random.Next(9)];
                _random.NextBytes(bytes);
                json.WriteBase64String("bytesValue", bytes);
                break;
            case 5:
                break;
            case 6:
                Object(json, "arrayValue", () => Array(json, "values", 4, () => Value(json, depth + 1)));
                break;
            default:
                Object(json, "kvlistValue", () => Array(json, "values", 4, () => KeyValue(json, depth + 1)));
                break;
        }
    }

    private void Double(Utf8JsonWriter json)
    {
        var value = _random.Next(4) switch
        {
            0 => BitConverter.Int64BitsToDouble(_random.NextInt64(long.MinValue, long.MaxValue)),
            1 => _random.Next() / 1000.0,
            2 => _random.Next(-100, 100),
            _ => Math.Round(_random.NextDouble(), 3),
        };
        if (double.IsFinite(value))
            json.WriteNumber("doubleValue", value);
        else
            json.WriteString("doubleValue", value.ToString(CultureInfo.InvariantCulture));
    }

    private string Text() =>
        Texts[_random.Next(Texts.Length)] + (_random.Next(3) == 0 ? _random.Next().ToString(CultureInfo.InvariantCulture) : "");

    private string Hex(int bytes)
    {
        var id = new byte[bytes];
        _random.NextBytes(id);
        return Convert.ToHexStringLower(id);
    }

    private void Array(Utf8JsonWriter json, string name, int most, Action item)
    {
        json.WriteStartArray(name);
        for (var i = _random.Next(most + 1); i > 0; i--)
        {
            json.WriteStartObject();
            item();
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void Object(Utf8JsonWriter json, string name, Action content)
    {
        json.WriteStartObject(name);
        content();
        json.WriteEndObject();
    }

    private void Shuffled(params Action[] parts)
    {
        if (_random.Next(2) == 0)
            _random.Shuffle(parts);
        foreach (var part in parts)
            part();
    }
}
