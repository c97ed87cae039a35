using OtelPipeline.Data.Parquet;

namespace OtelPipeline.Data.Json;

/// <summary>Parts of rows that columns hold as OTLP/JSON. False when the text is no JSON; what is no OTLP is forgiven as everywhere.</summary>
internal sealed partial class JsonRowParser
{
    public bool TryReadEvents(ReadOnlySpan<byte> text, SpanRow span)
    {
        var json = Begin(text);
        ReadSpanEvents(ref json, span);
        return End(ref json);
    }

    public bool TryReadLinks(ReadOnlySpan<byte> text, SpanRow span)
    {
        var json = Begin(text);
        ReadSpanLinks(ref json, span);
        return End(ref json);
    }

    public bool TryReadExemplars(ReadOnlySpan<byte> text, MetricPointRow point)
    {
        var json = Begin(text);
        point.Exemplars = ReadExemplars(ref json);
        return End(ref json);
    }

    public bool TryReadQuantiles(ReadOnlySpan<byte> text, MetricPointRow point)
    {
        var json = Begin(text);
        point.Quantiles = ReadQuantiles(ref json);
        return End(ref json);
    }

    public bool TryReadAttributes(ReadOnlySpan<byte> text, AttributeList list)
    {
        var json = Begin(text);
        ReadAttributes(ref json, list);
        return End(ref json);
    }

    public bool TryReadValue(ReadOnlySpan<byte> text, out AttributeValue value)
    {
        var json = Begin(text);
        value = ReadAnyValue(ref json);
        return End(ref json);
    }

    /// <summary>Reads what <see cref="OtlpText.Types"/> writes.</summary>
    public bool TryReadTypes(ReadOnlySpan<byte> text, Dictionary<string, AttributeType> types)
    {
        var json = Begin(text);
        if (BeginObject(ref json))
        {
            while (json.NextName(out var name) && Within(ref json, batch.ChargeAttribute()))
            {
                var key = _strings.Get(name);
                types[key] = ReadType(ref json);
            }
        }

        return End(ref json);
    }

    private AttributeType ReadType(ref JsonScanner json)
    {
        if (json.Peek() != '[')
            return ReadSimpleType(ref json);
        json.TryBeginArray();
        if (!json.NextElement())
            return AttributeType.Text;
        var type = ReadSimpleType(ref json);
        var others = new List<AttributeValue>();
        while (json.NextElement() && Within(ref json, batch.ChargeAttribute()))
            others.Add(ReadAnyValue(ref json));
        return type with { Others = [.. others] };
    }

    private AttributeType ReadSimpleType(ref JsonScanner json)
    {
        if (json.Peek() == '{')
            return new AttributeType(ReadAnyValue(ref json));
        if (json.TryReadString(out var text) && OtlpText.TryFindType(text.Raw, out var kind))
            return new AttributeType(kind);
        if (!json.Failed)
            leniencies.Count(Leniency.WrongType);
        return AttributeType.Text;
    }

    private JsonScanner Begin(ReadOnlySpan<byte> text)
    {
        batch.BeginDocument();
        return new JsonScanner(text);
    }

    private bool End(ref JsonScanner json)
    {
        if (json.Failed)
            Error = json.Error!;
        return !json.Failed;
    }
}
