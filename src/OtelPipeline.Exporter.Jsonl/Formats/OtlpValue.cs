using System.Collections;
using System.Globalization;

namespace OtelPipeline.Exporter.Jsonl.Formats;

/// <summary>
/// Attributes as OTLP/JSON <c>KeyValue</c> and <c>AnyValue</c>
/// (https://github.com/open-telemetry/opentelemetry-proto/blob/main/opentelemetry/proto/common/v1/common.proto).
/// </summary>
internal static class OtlpValue
{
    /// <summary>Deeper values become text: a value that contains itself must end, and JSON parsers stop at a depth of 64.</summary>
    private const int MaxDepth = 8;

    /// <summary>Writes one element of an <c>attributes</c> array, with a comma before it unless it is the first.</summary>
    /// <returns>False when the value could not be turned into text, or when the line is full: nothing was written then.</returns>
    public static bool TryWriteAttribute(JsonBuffer json, ref bool first, string? key, object? value)
    {
        var start = json.Position;
        if (json.Full)
            return false;
        json.Raw(first ? "{\"key\":"u8 : ",{\"key\":"u8);
        json.String(key);
        json.Raw(",\"value\":"u8);
        if (!TryWrite(json, value, 0))
        {
            json.Position = start;
            return false;
        }

        json.Byte((byte)'}');
        if (json.Tight)
        {
            json.Position = start;
            return false;
        }

        first = false;
        return true;
    }

    private static bool TryWrite(JsonBuffer json, object? value, int depth)
    {
        switch (value)
        {
            case null:
                json.Raw("{}"u8);
                return true;
            case string text:
                json.Raw("{\"stringValue\":"u8);
                json.String(text);
                break;
            case bool boolean:
                json.Raw(boolean ? "{\"boolValue\":true}"u8 : "{\"boolValue\":false}"u8);
                return true;
            case int or long or short or byte or sbyte or ushort or uint:
                json.Raw("{\"intValue\":"u8);
                json.QuotedInt(ToInt64(value));
                break;
            case double number:
                json.Raw("{\"doubleValue\":"u8);
                json.Double(number);
                break;
            case float number:
                json.Raw("{\"doubleValue\":"u8);
                json.Double(number);
                break;
            case char character:
                json.Raw("{\"stringValue\":"u8);
                json.String([character]);
                break;
            case byte[] bytes:
                json.Raw("{\"bytesValue\":"u8);
                json.Base64(bytes);
                break;
            case IEnumerable<KeyValuePair<string, object?>> map when depth < MaxDepth:
                return TryWriteMap(json, map, depth);
            case IDictionary map when depth < MaxDepth:
                return TryWriteMap(json, Pairs(map), depth);
            case IList list when depth < MaxDepth:
                return TryWriteList(json, list, depth);
            default:
                if (!TryText(value, out var converted))
                    return false;
                json.Raw("{\"stringValue\":"u8);
                json.String(converted);
                break;
        }

        json.Byte((byte)'}');
        return true;
    }

    public static long ToInt64(object value) =>
        value switch
        {
            int number => number,
            long number => number,
            short number => number,
            byte number => number,
            sbyte number => number,
            ushort number => number,
            _ => (uint)value,
        };

    /// <summary>Text of a value that JSON has no form for; false when its own conversion throws.</summary>
    public static bool TryText(object value, out string? text)
    {
        try
        {
            text = Convert.ToString(value, CultureInfo.InvariantCulture);
            return text is not null;
        }
        catch (Exception)
        {
            // a user's ToString: the attribute is left out and counted as dropped, the record stays
            text = null;
            return false;
        }
    }

    public static IEnumerable<KeyValuePair<string, object?>> Pairs(IDictionary map)
    {
        foreach (DictionaryEntry entry in map)
            yield return new KeyValuePair<string, object?>(TryText(entry.Key, out var key) ? key! : "", entry.Value);
    }

    private static bool TryWriteMap(JsonBuffer json, IEnumerable<KeyValuePair<string, object?>> map, int depth)
    {
        json.Raw("{\"kvlistValue\":{\"values\":["u8);
        var first = true;
        try
        {
            foreach (var (key, value) in map)
            {
                if (json.Full)
                    break;
                json.Raw(first ? "{\"key\":"u8 : ",{\"key\":"u8);
                json.String(key);
                json.Raw(",\"value\":"u8);
                if (!TryWrite(json, value, depth + 1))
                    return false;
                json.Byte((byte)'}');
                first = false;
            }
        }
        catch (Exception)
        {
            // a collection that changes while it is read: the attribute is left out and counted as dropped
            return false;
        }

        json.Raw("]}}"u8);
        return true;
    }

    private static bool TryWriteList(JsonBuffer json, IList list, int depth)
    {
        json.Raw("{\"arrayValue\":{\"values\":["u8);
        try
        {
            var count = list.Count;
            for (var i = 0; i < count && !json.Full; i++)
            {
                if (i > 0)
                    json.Byte((byte)',');
                if (!TryWrite(json, list[i], depth + 1))
                    return false;
            }
        }
        catch (Exception)
        {
            // a list that changes while it is read, or an array of several dimensions: left out and counted as dropped
            return false;
        }

        json.Raw("]}}"u8);
        return true;
    }
}
