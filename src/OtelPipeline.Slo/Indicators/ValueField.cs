using System.Diagnostics;
using OtelPipeline.Data;
using OtelPipeline.Data.TraceQL;

namespace OtelPipeline.Slo.Indicators;

/// <summary>
/// The field of <c>value:</c>: <c>duration</c> of a span in seconds, or a number in an attribute, written as in TraceQL: <c>.x</c>,
/// <c>span.x</c>, <c>event.x</c>, <c>resource.x</c>.
/// </summary>
internal sealed class ValueField
{
    private const double NanosPerSecond = 1e9;

    private readonly bool _isDuration;
    private readonly bool _ofRecord;
    private readonly bool _ofResource;
    private readonly string _key;

    private ValueField(bool isDuration, bool ofRecord, bool ofResource, string key) =>
        (_isDuration, _ofRecord, _ofResource, _key) = (isDuration, ofRecord, ofResource, key);

    /// <summary>Null where the text is no field.</summary>
    public static ValueField? TryParse(string text)
    {
        if (text is "duration" or "span:duration")
            return new ValueField(true, false, false, "");
        var dot = text.IndexOf('.', StringComparison.Ordinal);
        if (dot < 0 || dot == text.Length - 1)
            return null;
        var key = text[(dot + 1)..];
        if (key is ['"', .., '"'] && key.Length > 2)
            key = key[1..^1];
        else if (key.Any(static c => char.IsWhiteSpace(c) || "\"{}()=~!<>|&+*/^,".Contains(c, StringComparison.Ordinal)))
            return null;
        return text[..dot] switch
        {
            "" => new ValueField(false, true, true, key),
            "span" or "event" => new ValueField(false, true, false, key),
            "resource" => new ValueField(false, false, true, key),
            _ => null,
        };
    }

    public bool IsDuration => _isDuration;

    /// <summary>The number that <see cref="ColumnQuestions"/> gave to the field.</summary>
    public int Column { get; set; }

    /// <summary>The field of a query that has the same value; null where the record itself does not have it.</summary>
    public FieldReference? OfRecord =>
        _isDuration ? FieldReference.Of(Intrinsic.Duration)
        : !_ofRecord ? null
        : new FieldReference(_ofResource ? FieldScope.None : FieldScope.Span, Intrinsic.None, _key);

    /// <summary>NaN where there is no such number.</summary>
    public double Of(SpanRow span) => _isDuration ? span.DurationNano / NanosPerSecond : OfAttributes(span);

    /// <inheritdoc cref="Of(SpanRow)"/>
    public double Of(EventRow record) => _isDuration ? double.NaN : OfAttributes(record);

    /// <inheritdoc cref="Of(SpanRow)"/>
    public double Of(Activity activity, ResourceInfo resource)
    {
        // the same nanoseconds as a file has
        if (_isDuration)
            return activity.Duration.Ticks * 100 / NanosPerSecond;
        if (_ofRecord)
        {
            foreach (ref readonly var tag in activity.EnumerateTagObjects())
            {
                if (string.Equals(tag.Key, _key, StringComparison.Ordinal))
                    return Number(tag.Value);
            }
        }

        return _ofResource && resource.Attributes.TryGet(_key, out var value) ? Number(value) : double.NaN;
    }

    private double OfAttributes(TelemetryRow row)
    {
        if (_ofRecord && row.Attributes.TryGet(_key, out var value))
            return Number(value);
        return _ofResource && row.Resource.Attributes.TryGet(_key, out value) ? Number(value) : double.NaN;
    }

    private static double Number(AttributeValue value) =>
        value.Kind switch
        {
            AttributeKind.Double => value.AsDouble(),
            AttributeKind.Int64 => value.AsInt64(),
            _ => double.NaN,
        };

    private static double Number(object? value) =>
        value switch
        {
            double number => number,
            long number => number,
            int number => number,
            float number => number,
            short number => number,
            byte number => number,
            uint number => number,
            ushort number => number,
            sbyte number => number,
            _ => double.NaN,
        };
}
