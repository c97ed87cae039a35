using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using OtelPipeline.Data.Json;

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
    private readonly OtlpJson _parts;

    public OtlpText()
    {
        _json = new Utf8JsonWriter(_buffer, Options);
        _parts = new OtlpJson(_json);
    }

    public void Dispose() => _json.Dispose();

    public ReadOnlySpan<byte> Events(List<SpanEvent> events)
    {
        Begin();
        _parts.Events(events);
        return End();
    }

    public ReadOnlySpan<byte> Links(List<SpanLink> links)
    {
        Begin();
        _parts.Links(links);
        return End();
    }

    public ReadOnlySpan<byte> Exemplars(IReadOnlyList<Exemplar> exemplars)
    {
        Begin();
        _parts.Exemplars(exemplars);
        return End();
    }

    public ReadOnlySpan<byte> Quantiles(IReadOnlyList<QuantileValue> quantiles)
    {
        Begin();
        _parts.Quantiles(quantiles);
        return End();
    }

    public ReadOnlySpan<byte> Attributes(AttributeList list)
    {
        Begin();
        _parts.Pairs(list);
        return End();
    }

    /// <summary>The type of one value: the name of a simple type, or an AnyValue where the text of the value does not say all.</summary>
    public ReadOnlySpan<byte> Type(AttributeValue value)
    {
        if (TypeName(value.Kind) is { } name)
            return name;
        Begin();
        _parts.AnyValue(value);
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
                _parts.AnyValue(value);
            if (!repeated)
                continue;
            for (var i = index + 1; i < list.Count; i++)
            {
                if (string.Equals(list[i].Key, key, StringComparison.Ordinal))
                    _parts.AnyValue(list[i].Value);
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
}
