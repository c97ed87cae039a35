using System.Buffers;
using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace OtelPipeline.Data.Parquet;

/// <summary>
/// Parts of a row as OTLP/JSON (<see href="https://opentelemetry.io/docs/specs/otlp/#json-protobuf-encoding"/>), for columns that hold them as
/// text. The result of a method is valid until the next call.
/// </summary>
internal sealed class OtlpText : IDisposable
{
    private static readonly JsonWriterOptions Options = new()
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        SkipValidation = true,
        MaxDepth = 1024,
    };

    // in the order of AttributeKind
    private static readonly byte[][] s_typeNames =
    [
        .. new[] { "empty", "string", "bool", "int", "double", "bytes" }.Select(System.Text.Encoding.ASCII.GetBytes),
    ];

    private readonly ArrayBufferWriter<byte> _buffer = new();
    private readonly Utf8JsonWriter _json;

    public OtlpText() => _json = new Utf8JsonWriter(_buffer, Options);

    public void Dispose() => _json.Dispose();

    public ReadOnlySpan<byte> Events(List<SpanEvent> events)
    {
        var json = Begin();
        json.WriteStartArray();
        foreach (var item in events)
        {
            json.WriteStartObject();
            Number("timeUnixNano", item.TimeUnixNano);
            json.WriteString("name", item.Name);
            Attributes("attributes", item.Attributes, item.DroppedAttributesCount);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        return End();
    }

    public ReadOnlySpan<byte> Links(List<SpanLink> links)
    {
        var json = Begin();
        json.WriteStartArray();
        foreach (var item in links)
        {
            json.WriteStartObject();
            Ids(item.TraceId, item.SpanId);
            if (item.TraceState is not null)
                json.WriteString("traceState", item.TraceState);
            if (item.Flags != 0)
                json.WriteNumber("flags", item.Flags);
            Attributes("attributes", item.Attributes, item.DroppedAttributesCount);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        return End();
    }

    public ReadOnlySpan<byte> Exemplars(IReadOnlyList<Exemplar> exemplars)
    {
        var json = Begin();
        json.WriteStartArray();
        foreach (var item in exemplars)
        {
            json.WriteStartObject();
            Number("timeUnixNano", item.TimeUnixNano);
            if (item.ValueInt is { } integer)
                Number("asInt", integer);
            if (item.ValueDouble is { } number)
            {
                json.WritePropertyName("asDouble");
                Double(number);
            }

            Ids(item.TraceId, item.SpanId);
            Attributes("filteredAttributes", item.FilteredAttributes, 0);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        return End();
    }

    public ReadOnlySpan<byte> Quantiles(IReadOnlyList<QuantileValue> quantiles)
    {
        var json = Begin();
        json.WriteStartArray();
        foreach (var item in quantiles)
        {
            json.WriteStartObject();
            json.WritePropertyName("quantile");
            Double(item.Quantile);
            json.WritePropertyName("value");
            Double(item.Value);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        return End();
    }

    public ReadOnlySpan<byte> Attributes(AttributeList list)
    {
        Begin();
        Pairs(list);
        return End();
    }

    /// <summary>The type of one value: the name of a simple type, or an AnyValue where the text of the value does not say all.</summary>
    public ReadOnlySpan<byte> Type(AttributeValue value)
    {
        if (TypeName(value.Kind) is { } name)
            return name;
        Begin();
        AnyValue(value);
        return End();
    }

    /// <summary>
    /// The types of the attributes at <paramref name="kept"/> that are not text, by key; empty when there are none. A key that
    /// <paramref name="list"/> holds more than once has an array: the type of the first value, and the others as AnyValues.
    /// </summary>
    public ReadOnlySpan<byte> Types(AttributeList list, List<int> kept, bool hasRepeatedKeys)
    {
        var any = false;
        foreach (var index in kept)
        {
            var (key, value) = list[index];
            var repeated = hasRepeatedKeys && IsRepeated(list, index);
            if (value.Kind == AttributeKind.String && !repeated)
                continue;
            if (!any)
                Begin().WriteStartObject();
            any = true;
            _json.WritePropertyName(key);
            if (repeated)
                _json.WriteStartArray();
            if (TypeName(value.Kind) is { } name)
                _json.WriteStringValue(name);
            else
                AnyValue(value);
            if (!repeated)
                continue;
            for (var i = index + 1; i < list.Count; i++)
            {
                if (string.Equals(list[i].Key, key, StringComparison.Ordinal))
                    AnyValue(list[i].Value);
            }

            _json.WriteEndArray();
        }

        if (!any)
            return default;
        _json.WriteEndObject();
        return End();
    }

    private static bool IsRepeated(AttributeList list, int index)
    {
        for (var i = index + 1; i < list.Count; i++)
        {
            if (string.Equals(list[i].Key, list[index].Key, StringComparison.Ordinal))
                return true;
        }

        return false;
    }

    private static byte[]? TypeName(AttributeKind kind) =>
        kind is AttributeKind.Array or AttributeKind.KeyValues ? null : s_typeNames[(int)kind];

    /// <summary>The kind that a name stands for; false when it stands for none.</summary>
    public static bool TryFindType(ReadOnlySpan<byte> name, out AttributeKind kind)
    {
        for (var i = 0; i < s_typeNames.Length; i++)
        {
            if (name.SequenceEqual(s_typeNames[i]))
            {
                kind = (AttributeKind)i;
                return true;
            }
        }

        kind = default;
        return false;
    }

    private Utf8JsonWriter Begin()
    {
        _buffer.ResetWrittenCount();
        _json.Reset();
        return _json;
    }

    private ReadOnlySpan<byte> End()
    {
        _json.Flush();
        return _buffer.WrittenSpan;
    }

    private void Ids(TraceId traceId, SpanId spanId)
    {
        if (!traceId.IsEmpty)
            _json.WriteString("traceId", traceId.ToString());
        if (!spanId.IsEmpty)
            _json.WriteString("spanId", spanId.ToString());
    }

    private void Attributes(string name, AttributeList list, uint dropped)
    {
        if (list.Count > 0)
        {
            _json.WritePropertyName(name);
            Pairs(list);
        }

        if (dropped > 0)
            _json.WriteNumber("droppedAttributesCount", dropped);
    }

    private void Pairs(AttributeList list)
    {
        _json.WriteStartArray();
        foreach (var (key, value) in list)
        {
            _json.WriteStartObject();
            _json.WriteString("key", key);
            _json.WritePropertyName("value");
            AnyValue(value);
            _json.WriteEndObject();
        }

        _json.WriteEndArray();
    }

    private void AnyValue(AttributeValue value)
    {
        _json.WriteStartObject();
        switch (value.Kind)
        {
            case AttributeKind.String:
                _json.WriteString("stringValue", value.AsString());
                break;
            case AttributeKind.Boolean:
                _json.WriteBoolean("boolValue", value.AsBoolean());
                break;
            case AttributeKind.Int64:
                Number("intValue", value.AsInt64());
                break;
            case AttributeKind.Double:
                _json.WritePropertyName("doubleValue");
                Double(value.AsDouble());
                break;
            case AttributeKind.Bytes:
                _json.WriteBase64String("bytesValue", value.AsBytes().Span);
                break;
            case AttributeKind.Array:
                _json.WriteStartObject("arrayValue");
                _json.WriteStartArray("values");
                foreach (var element in value.AsArray())
                    AnyValue(element);
                _json.WriteEndArray();
                _json.WriteEndObject();
                break;
            case AttributeKind.KeyValues:
                _json.WriteStartObject("kvlistValue");
                _json.WritePropertyName("values");
                Pairs(value.AsKeyValues());
                _json.WriteEndObject();
                break;
        }

        _json.WriteEndObject();
    }

    private void Number(string name, long value)
    {
        Span<byte> digits = stackalloc byte[20];
        value.TryFormat(digits, out var length, default, CultureInfo.InvariantCulture);
        _json.WriteString(name, digits[..length]);
    }

    private void Double(double value)
    {
        if (double.IsFinite(value))
            _json.WriteNumberValue(value);
        else
            _json.WriteStringValue(
                double.IsNaN(value) ? "NaN"
                : value > 0 ? "Infinity"
                : "-Infinity"
            );
    }
}
