using System.Globalization;
using System.Text.Json;

namespace OtelPipeline.Data.Json;

/// <summary>
/// Writes parts of a row as OTLP/JSON (<see href="https://opentelemetry.io/docs/specs/otlp/#json-protobuf-encoding"/>).
/// </summary>
internal sealed class OtlpJson(Utf8JsonWriter json)
{
    public void Events(List<SpanEvent> events)
    {
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
    }

    public void Links(List<SpanLink> links)
    {
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
    }

    public void Exemplars(IReadOnlyList<Exemplar> exemplars)
    {
        json.WriteStartArray();
        foreach (var item in exemplars)
        {
            json.WriteStartObject();
            Number("timeUnixNano", item.TimeUnixNano);
            if (item.ValueInt is { } integer)
                Number("asInt", integer);
            if (item.ValueDouble is { } number)
                Double("asDouble", number);
            Ids(item.TraceId, item.SpanId);
            Attributes("filteredAttributes", item.FilteredAttributes, 0);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    public void Quantiles(IReadOnlyList<QuantileValue> quantiles)
    {
        json.WriteStartArray();
        foreach (var item in quantiles)
        {
            json.WriteStartObject();
            Double("quantile", item.Quantile);
            Double("value", item.Value);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    public void Ids(TraceId traceId, SpanId spanId)
    {
        if (!traceId.IsEmpty)
            json.WriteString("traceId", traceId.ToString());
        if (!spanId.IsEmpty)
            json.WriteString("spanId", spanId.ToString());
    }

    public void Attributes(string name, AttributeList list, uint dropped)
    {
        if (list.Count > 0)
        {
            json.WritePropertyName(name);
            Pairs(list);
        }

        if (dropped > 0)
            json.WriteNumber("droppedAttributesCount", dropped);
    }

    public void Pairs(AttributeList list)
    {
        json.WriteStartArray();
        foreach (var (key, value) in list)
        {
            json.WriteStartObject();
            json.WriteString("key", key);
            json.WritePropertyName("value");
            AnyValue(value);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    public void AnyValue(AttributeValue value)
    {
        json.WriteStartObject();
        switch (value.Kind)
        {
            case AttributeKind.String:
                json.WriteString("stringValue", value.AsString());
                break;
            case AttributeKind.Boolean:
                json.WriteBoolean("boolValue", value.AsBoolean());
                break;
            case AttributeKind.Int64:
                Number("intValue", value.AsInt64());
                break;
            case AttributeKind.Double:
                Double("doubleValue", value.AsDouble());
                break;
            case AttributeKind.Bytes:
                json.WriteBase64String("bytesValue", value.AsBytes().Span);
                break;
            case AttributeKind.Array:
                json.WriteStartObject("arrayValue");
                json.WriteStartArray("values");
                foreach (var element in value.AsArray())
                    AnyValue(element);
                json.WriteEndArray();
                json.WriteEndObject();
                break;
            case AttributeKind.KeyValues:
                json.WriteStartObject("kvlistValue");
                json.WritePropertyName("values");
                Pairs(value.AsKeyValues());
                json.WriteEndObject();
                break;
        }

        json.WriteEndObject();
    }

    /// <summary>A 64-bit integer, which OTLP/JSON has as a string.</summary>
    public void Number(string name, long value)
    {
        Span<byte> digits = stackalloc byte[20];
        value.TryFormat(digits, out var length, default, CultureInfo.InvariantCulture);
        json.WriteString(name, digits[..length]);
    }

    /// <summary>64-bit integers.</summary>
    public void Numbers(string name, IReadOnlyList<long> values)
    {
        json.WriteStartArray(name);
        Span<byte> digits = stackalloc byte[20];
        for (var i = 0; i < values.Count; i++)
        {
            values[i].TryFormat(digits, out var length, default, CultureInfo.InvariantCulture);
            json.WriteStringValue(digits[..length]);
        }

        json.WriteEndArray();
    }

    public void Double(string name, double value)
    {
        json.WritePropertyName(name);
        Double(value);
    }

    public void Double(double value)
    {
        if (double.IsFinite(value))
            json.WriteNumberValue(value);
        else
            json.WriteStringValue(
                double.IsNaN(value) ? "NaN"
                : value > 0 ? "Infinity"
                : "-Infinity"
            );
    }
}
