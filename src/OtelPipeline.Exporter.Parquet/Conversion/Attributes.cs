using System.Collections;
using System.Globalization;
using OtelPipeline.Data;

namespace OtelPipeline.Exporter.Parquet.Conversion;

/// <summary>
/// Attributes as OTLP has them
/// (https://github.com/open-telemetry/opentelemetry-proto/blob/main/opentelemetry/proto/common/v1/common.proto).
/// </summary>
internal static class Attributes
{
    /// <summary>Deeper values become text: a value that contains itself must end.</summary>
    private const int MaxDepth = 8;

    /// <summary>Most elements of one value: a list that contains itself many times over must end, too.</summary>
    private const int MaxElements = 10_000;

    /// <summary>Adds an attribute, or counts it as dropped when its value cannot be read.</summary>
    public static void Add(AttributeList list, string? key, object? value, ref uint dropped)
    {
        if (TryConvert(value, out var converted))
            list.Add(key ?? "", converted);
        else
            dropped++;
    }

    /// <returns>False when the value could not be turned into text.</returns>
    public static bool TryConvert(object? value, out AttributeValue converted)
    {
        var elements = MaxElements;
        return TryConvert(value, 0, ref elements, out converted);
    }

    public static long UnixNano(DateTime utc) => Math.Max(0, (utc - DateTime.UnixEpoch).Ticks) * 100;

    public static TraceId TraceId(System.Diagnostics.ActivityTraceId id)
    {
        if (id == default)
            return default;
        Span<byte> bytes = stackalloc byte[Data.TraceId.Size];
        id.CopyTo(bytes);
        return Data.TraceId.FromBytes(bytes);
    }

    public static SpanId SpanId(System.Diagnostics.ActivitySpanId id)
    {
        if (id == default)
            return default;
        Span<byte> bytes = stackalloc byte[Data.SpanId.Size];
        id.CopyTo(bytes);
        return Data.SpanId.FromBytes(bytes);
    }

    private static bool TryConvert(object? value, int depth, ref int elements, out AttributeValue converted)
    {
        elements--;
        switch (value)
        {
            case null:
                converted = default;
                return true;
            case string text:
                converted = text;
                return true;
            case bool boolean:
                converted = boolean;
                return true;
            case int or long or short or byte or sbyte or ushort or uint:
                converted = System.Convert.ToInt64(value, CultureInfo.InvariantCulture);
                return true;
            case double number:
                converted = number;
                return true;
            case float number:
                converted = (double)number;
                return true;
            case byte[] bytes:
                converted = bytes.ToArray();
                return true;
            case IEnumerable<KeyValuePair<string, object?>> map when depth < MaxDepth:
                return TryConvertMap(map, depth, ref elements, out converted);
            case IDictionary map when depth < MaxDepth:
                return TryConvertMap(Pairs(map), depth, ref elements, out converted);
            case IList list when depth < MaxDepth:
                return TryConvertList(list, depth, ref elements, out converted);
            default:
                var isText = TryText(value, out var other);
                converted = isText ? other! : default(AttributeValue);
                return isText;
        }
    }

    private static bool TryText(object value, out string? text)
    {
        try
        {
            text = System.Convert.ToString(value, CultureInfo.InvariantCulture);
            return text is not null;
        }
        catch (Exception)
        {
            // a user's ToString: the attribute is left out and counted as dropped, the record stays
            text = null;
            return false;
        }
    }

    private static IEnumerable<KeyValuePair<string, object?>> Pairs(IDictionary map)
    {
        foreach (DictionaryEntry entry in map)
            yield return new KeyValuePair<string, object?>(TryText(entry.Key, out var key) ? key! : "", entry.Value);
    }

    private static bool TryConvertMap(
        IEnumerable<KeyValuePair<string, object?>> map,
        int depth,
        ref int elements,
        out AttributeValue converted
    )
    {
        var list = new AttributeList();
        converted = list;
        try
        {
            foreach (var (key, value) in map)
            {
                if (elements <= 0)
                    break;
                if (!TryConvert(value, depth + 1, ref elements, out var element))
                    return false;
                list.Add(key ?? "", element);
            }

            return true;
        }
        catch (Exception)
        {
            // a collection that changes while it is read: the attribute is left out and counted as dropped
            return false;
        }
    }

    private static bool TryConvertList(IList list, int depth, ref int elements, out AttributeValue converted)
    {
        converted = default;
        try
        {
            var values = new List<AttributeValue>();
            for (var i = 0; i < list.Count && elements > 0; i++)
            {
                if (!TryConvert(list[i], depth + 1, ref elements, out var element))
                    return false;
                values.Add(element);
            }

            converted = values.ToArray();
            return true;
        }
        catch (Exception)
        {
            // a list that changes while it is read, or an array of several dimensions: left out and counted as dropped
            return false;
        }
    }
}
