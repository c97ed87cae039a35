using System.Collections;
using System.Globalization;

namespace OtelPipeline.Exporter.Jsonl.Formats;

/// <summary>
/// Attribute values as plain JSON. Bytes are base64, numbers that JSON has no form for are strings (NaN, Infinity, -Infinity), times are
/// ISO 8601, and what is nothing of all this is its text.
/// </summary>
internal static class FlatValue
{
    private const int MaxDepth = 16;

    /// <summary>Writes one member of an object, with a comma before it unless it is the first.</summary>
    /// <returns>False when the value has no text, or when the line is full: nothing was written then.</returns>
    public static bool TryWriteMember(JsonBuffer json, ref bool first, string? key, object? value, int depth = 0)
    {
        var start = json.Position;
        if (json.Full)
            return false;
        if (!first)
            json.Byte((byte)',');
        json.String(key);
        json.Byte((byte)':');
        if (!TryWrite(json, value, depth) || json.Tight)
        {
            json.Position = start;
            return false;
        }

        first = false;
        return true;
    }

    public static bool TryWrite(JsonBuffer json, object? value, int depth = 0)
    {
        switch (value)
        {
            case string text:
                json.String(text);
                return true;
            case int number:
                json.Int(number);
                return true;
            case long number:
                json.Int(number);
                return true;
            case double number:
                json.Double(number);
                return true;
            case bool boolean:
                json.Bool(boolean);
                return true;
            case null:
                json.Raw("null"u8);
                return true;
            case float number:
                json.Double(number);
                return true;
            case short or byte or sbyte or ushort or uint:
                json.Int(OtlpValue.ToInt64(value));
                return true;
            case ulong or decimal:
                json.Number((IUtf8SpanFormattable)value);
                return true;
            case char character:
                json.String([character]);
                return true;
            case byte[] bytes:
                json.Base64(bytes);
                return true;
            case DateTime or DateTimeOffset:
                json.String(((IFormattable)value).ToString("O", CultureInfo.InvariantCulture));
                return true;
            case IEnumerable<KeyValuePair<string, object?>> map when depth < MaxDepth:
                return TryWriteMap(json, map, depth);
            case IDictionary map when depth < MaxDepth:
                return TryWriteMap(json, OtlpValue.Pairs(map), depth);
            case IList list when depth < MaxDepth:
                return TryWriteList(json, list, depth);
            default:
                if (!OtlpValue.TryText(value, out var converted))
                    return false;
                json.String(converted);
                return true;
        }
    }

    private static bool TryWriteMap(JsonBuffer json, IEnumerable<KeyValuePair<string, object?>> map, int depth)
    {
        json.Byte((byte)'{');
        var first = true;
        try
        {
            foreach (var (key, value) in map)
            {
                if (json.Full)
                    break;
                if (!first)
                    json.Byte((byte)',');
                first = false;
                json.String(key);
                json.Byte((byte)':');
                if (!TryWrite(json, value, depth + 1))
                    return false;
            }
        }
        catch (Exception)
        {
            // a collection that changes while it is read: the attribute is left out and counted as dropped
            return false;
        }

        json.Byte((byte)'}');
        return true;
    }

    private static bool TryWriteList(JsonBuffer json, IList list, int depth)
    {
        json.Byte((byte)'[');
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

        json.Byte((byte)']');
        return true;
    }
}
