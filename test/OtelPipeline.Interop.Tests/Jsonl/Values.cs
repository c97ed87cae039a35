using System.Globalization;
using System.Text;
using System.Text.Json;
using OtelPipeline.Data;
using OtelPipeline.Exporter.Jsonl;

namespace OtelPipeline.Interop.Tests.Jsonl;

/// <summary>Attribute values from three sources in one form that can be compared: as offered, as in the JSON, and as the reader has them.</summary>
internal static class Values
{
    /// <summary>What a line in this format can hold of the attributes that were offered.</summary>
    public static AttributeList Offered(JsonlFormat format, IEnumerable<KeyValuePair<string, object?>> attributes)
    {
        var items = attributes.ToArray();
        if (format == JsonlFormat.Flat)
        {
            // of equal keys the last one counts, at the place of the first
            var last = new Dictionary<string, object?>();
            foreach (var (key, value) in items)
                last[key] = value;
            items = [.. items.Select(item => item.Key).Distinct().Select(key => KeyValuePair.Create(key, last[key]))];
        }

        return List(items, value => Offered(format, value));
    }

    public static AttributeList FromJson(JsonlFormat format, JsonElement record, string name = "attributes")
    {
        var list = new AttributeList();
        if (!record.TryGetProperty(name, out var attributes))
            return list;
        if (format == JsonlFormat.Flat)
            return Plain(attributes).AsKeyValues();
        foreach (var item in attributes.EnumerateArray())
            list.Add(item.GetProperty("key").GetString()!, AnyValue(item.GetProperty("value")));
        return list;
    }

    /// <summary>The attributes of a row without those that a flat line adds to every record.</summary>
    public static AttributeList FromRow(AttributeList attributes)
    {
        var list = new AttributeList();
        foreach (var (key, value) in attributes)
        {
            if (key is not ("memory_mb" or "spans" or "process.owner"))
                list.Add(key, value);
        }

        return list;
    }

    /// <summary>Text that is equal only where keys, kinds and values are.</summary>
    public static string Text(AttributeValue value) =>
        value.Kind switch
        {
            AttributeKind.Array => $"[{string.Join(", ", value.AsArray().Select(Text))}]",
            AttributeKind.KeyValues => $"{{{string.Join(", ", value.AsKeyValues().Select(item => $"{item.Key}={Text(item.Value)}"))}}}",
            _ => $"{value.Kind}:{value}",
        };

    private static AttributeValue Offered(JsonlFormat format, object? value)
    {
        var flat = format == JsonlFormat.Flat;
        return value switch
        {
            null => default,
            string text => Clean(text),
            bool boolean => boolean,
            double number => flat ? PlainNumber(number) : number,
            float number => flat ? PlainNumber(number) : number,
            int or long or short or byte or sbyte or ushort or uint => Convert.ToInt64(value, CultureInfo.InvariantCulture),
            char character => character.ToString(),
            byte[] bytes => flat ? Convert.ToBase64String(bytes) : bytes,
            IEnumerable<KeyValuePair<string, object?>> map => List(map, item => Offered(format, item)),
            System.Collections.IEnumerable list => list.Cast<object?>().Select(item => Offered(format, item)).ToArray(),
            _ => Convert.ToString(value, CultureInfo.InvariantCulture)!,
        };
    }

    private static AttributeList List(IEnumerable<KeyValuePair<string, object?>> items, Func<object?, AttributeValue> convert)
    {
        var list = new AttributeList();
        foreach (var (key, value) in items)
            list.Add(Clean(key), convert(value));
        return list;
    }

    /// <summary>UTF-8 has no lone surrogates: they arrive as U+FFFD.</summary>
    private static string Clean(string text) => Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text));

    /// <summary>JSON has one type of number, and no NaN or infinity.</summary>
    private static AttributeValue PlainNumber(double number)
    {
        var text = number.ToString("R", CultureInfo.InvariantCulture);
        return !double.IsFinite(number) ? text
            : long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var whole) ? (AttributeValue)whole
            : number;
    }

    private static AttributeValue AnyValue(JsonElement value)
    {
        if (!value.EnumerateObject().Any())
            return default;
        var property = value.EnumerateObject().Single();
        var content = property.Value;
        return property.Name switch
        {
            "stringValue" => content.GetString()!,
            "intValue" => long.Parse(content.GetString()!, CultureInfo.InvariantCulture),
            "boolValue" => content.GetBoolean(),
            "doubleValue" => Double(content),
            "bytesValue" => content.GetBytesFromBase64(),
            "arrayValue" => content.GetProperty("values").EnumerateArray().Select(AnyValue).ToArray(),
            "kvlistValue" => FromJson(JsonlFormat.Otlp, content, "values"),
            _ => throw new AssertionException($"{property.Name} is no kind of value"),
        };
    }

    private static AttributeValue Plain(JsonElement value)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.Null:
                return default;
            case JsonValueKind.String:
                return value.GetString()!;
            case JsonValueKind.True or JsonValueKind.False:
                return value.GetBoolean();
            case JsonValueKind.Number:
                return long.TryParse(value.GetRawText(), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var whole)
                    ? (AttributeValue)whole
                    : value.GetDouble();
            case JsonValueKind.Array:
                return value.EnumerateArray().Select(Plain).ToArray();
            default:
                var list = new AttributeList();
                foreach (var property in value.EnumerateObject())
                    list.Add(property.Name, Plain(property.Value));
                return list;
        }
    }

    public static double Double(JsonElement value) =>
        value.ValueKind == JsonValueKind.Number
            ? value.GetDouble()
            : value.GetString() switch
            {
                "NaN" => double.NaN,
                "Infinity" => double.PositiveInfinity,
                "-Infinity" => double.NegativeInfinity,
                var text => throw new AssertionException($"'{text}' is no number"),
            };
}
