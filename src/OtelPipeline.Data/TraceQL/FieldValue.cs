using System.Diagnostics;
using System.Text;

namespace OtelPipeline.Data.TraceQL;

/// <summary>
/// A value while a query looks at it. Text is a string, or UTF-8 that nobody has decoded yet; an array is whatever array the record has.
/// </summary>
/// <remarks>Numbers, booleans, durations (nanoseconds), statuses and kinds (OTLP numbers) are in <c>_bits</c>.</remarks>
internal readonly struct FieldValue
{
    private readonly object? _object;
    private readonly long _bits;

    private FieldValue(FieldType type, object? value, long bits)
    {
        Type = type;
        _object = value;
        _bits = bits;
    }

    public static readonly FieldValue Error = new(FieldType.Error, null, 0);

    public FieldType Type { get; }

    public bool IsNil => Type == FieldType.Nil;

    public bool IsTrue => Type == FieldType.Boolean && _bits != 0;

    public long Bits => _bits;

    /// <summary>The number; of an integer or a duration its floating-point value; NaN of all else.</summary>
    public double Double =>
        Type switch
        {
            FieldType.Float => BitConverter.Int64BitsToDouble(_bits),
            FieldType.Int or FieldType.Duration => _bits,
            _ => double.NaN,
        };

    public static FieldValue Of(long value) => new(FieldType.Int, null, value);

    public static FieldValue Of(double value) => new(FieldType.Float, null, BitConverter.DoubleToInt64Bits(value));

    public static FieldValue Of(bool value) => new(FieldType.Boolean, null, value ? 1 : 0);

    public static FieldValue Of(string? value) => value is null ? default : new(FieldType.String, value, 0);

    public static FieldValue Duration(long nanoseconds) => new(FieldType.Duration, null, nanoseconds);

    public static FieldValue Of(SpanStatusCode status) => new(FieldType.Status, null, (long)status);

    public static FieldValue Of(SpanKind kind) => new(FieldType.Kind, null, (long)kind);

    /// <summary>Text in UTF-8 that lives as long as the array; at most 256 MB into it and 64 GB long.</summary>
    public static FieldValue Utf8(byte[] bytes, int offset, int length) =>
        new(FieldType.String, bytes, ((long)offset << 32) | (uint)length);

    public static FieldValue Of(in AttributeValue value) => value.ToField();

    internal static FieldValue Held(RowTexts texts, long place) => new(FieldType.String, texts, place);

    internal static FieldValue Scalar(FieldType type, long bits) => new(type, null, bits);

    /// <summary>What Tempo makes of an array: one of text, integers, numbers or booleans; nil of all others and of an empty one.</summary>
    public static FieldValue OfArray(Array array)
    {
        if (array.Length == 0)
            return default;
        var type = array switch
        {
            AttributeValue[] values => TypeOf(values),
            string[] => FieldType.StringArray,
            long[] or int[] or short[] or byte[] or uint[] or ushort[] or sbyte[] => FieldType.IntArray,
            double[] or float[] => FieldType.FloatArray,
            bool[] => FieldType.BooleanArray,
            object[] values => TypeOf(values),
            _ => FieldType.Nil,
        };
        return type == FieldType.Nil ? default
            // one element cannot be told from the element itself
            : array.Length == 1 ? new FieldValue(type, array, 0).ElementAt(0)
            : new FieldValue(type, array, 0);
    }

    /// <summary>What an attribute of a live <see cref="Activity"/> holds.</summary>
    public static FieldValue OfObject(object? value) =>
        value switch
        {
            null => default,
            string text => Of(text),
            long number => Of(number),
            int number => Of(number),
            bool boolean => Of(boolean),
            double number => Of(number),
            float number => Of((double)number),
            Array array => OfArray(array),
            short number => Of(number),
            byte number => Of(number),
            uint number => Of((long)number),
            ushort number => Of(number),
            sbyte number => Of(number),
            ulong number when number <= long.MaxValue => Of((long)number),
            // as exporters write them
            char or decimal or ulong => Of(Convert.ToString(value, System.Globalization.CultureInfo.InvariantCulture)),
            _ => Of(value.ToString()),
        };

    public int Length => ((Array)_object!).Length;

    public FieldValue ElementAt(int index) =>
        _object switch
        {
            AttributeValue[] values => Of(values[index]),
            string[] values => Of(values[index] ?? ""),
            long[] values => Of(values[index]),
            double[] values => Of(values[index]),
            bool[] values => Of(values[index]),
            int[] values => Of(values[index]),
            float[] values => Of((double)values[index]),
            short[] values => Of(values[index]),
            byte[] values => Of(values[index]),
            uint[] values => Of((long)values[index]),
            ushort[] values => Of(values[index]),
            sbyte[] values => Of(values[index]),
            object[] values => OfObject(values[index]),
            FieldValue[] values => values[index],
            _ => default,
        };

    /// <summary>Several values of one type; one is itself, none is nil.</summary>
    public static FieldValue OfElements(FieldType elementType, List<FieldValue> elements) =>
        elements.Count switch
        {
            0 => default,
            1 => elements[0],
            _ => new FieldValue(
                elementType switch
                {
                    FieldType.Int => FieldType.IntArray,
                    FieldType.Float => FieldType.FloatArray,
                    FieldType.String => FieldType.StringArray,
                    _ => FieldType.BooleanArray,
                },
                elements.ToArray(),
                0
            ),
        };

    /// <summary>The text as UTF-8 that is already there; false when it is a string.</summary>
    public bool TryGetUtf8(out ReadOnlySpan<byte> utf8)
    {
        switch (_object)
        {
            case string:
                utf8 = default;
                return false;
            case RowTexts texts:
                utf8 = texts.GetUtf8(_bits);
                return true;
            default:
                utf8 = ((byte[])_object!).AsSpan((int)(_bits >> 32), (int)_bits);
                return true;
        }
    }

    /// <summary>The text when it is a string; null when it is UTF-8.</summary>
    public string? StringOrNull => _object as string;

    public string Text =>
        _object switch
        {
            string text => text,
            RowTexts texts => texts.Get(_bits),
            _ => TryGetUtf8(out var utf8) ? Encoding.UTF8.GetString(utf8) : "",
        };

    /// <summary>The same value, independent of the record that it came with.</summary>
    public FieldValue Detached() =>
        Type == FieldType.String ? Of(Text)
        : Type == FieldType.StringArray ? Copy()
        : this;

    /// <summary>As a value of a result. A duration is nanoseconds, a status and a kind are words.</summary>
    public AttributeValue ToAttribute() =>
        Type switch
        {
            FieldType.Nil or FieldType.Error => default,
            FieldType.Boolean => _bits != 0,
            FieldType.Int or FieldType.Duration => _bits,
            FieldType.Float => Double,
            FieldType.String => Text,
            FieldType.Status => StatusWord((SpanStatusCode)_bits),
            FieldType.Kind => KindWord((SpanKind)_bits),
            _ => ToArray(),
        };

    public static string StatusWord(SpanStatusCode status) =>
        status switch
        {
            SpanStatusCode.Unset => "unset",
            SpanStatusCode.Ok => "ok",
            SpanStatusCode.Error => "error",
            _ => $"status({(int)status})",
        };

    public static string KindWord(SpanKind kind) =>
        kind switch
        {
            SpanKind.Unspecified => "unspecified",
            SpanKind.Internal => "internal",
            SpanKind.Server => "server",
            SpanKind.Client => "client",
            SpanKind.Producer => "producer",
            SpanKind.Consumer => "consumer",
            _ => $"kind({(int)kind})",
        };

    private AttributeValue ToArray()
    {
        var values = new AttributeValue[Length];
        for (var i = 0; i < values.Length; i++)
            values[i] = ElementAt(i).ToAttribute();
        return values;
    }

    private FieldValue Copy()
    {
        var values = new string[Length];
        for (var i = 0; i < values.Length; i++)
            values[i] = ElementAt(i).Text;
        return new FieldValue(Type, values, 0);
    }

    private static FieldType TypeOf(AttributeValue[] values)
    {
        var kind = values[0].Kind;
        foreach (var value in values)
        {
            if (value.Kind != kind)
                return FieldType.Nil;
        }

        return kind switch
        {
            AttributeKind.String => FieldType.StringArray,
            AttributeKind.Int64 => FieldType.IntArray,
            AttributeKind.Double => FieldType.FloatArray,
            AttributeKind.Boolean => FieldType.BooleanArray,
            _ => FieldType.Nil,
        };
    }

    private static FieldType TypeOf(object?[] values)
    {
        var type = OfObject(values[0]).Type;
        foreach (var value in values)
        {
            if (OfObject(value).Type != type)
                return FieldType.Nil;
        }

        return type switch
        {
            FieldType.String => FieldType.StringArray,
            FieldType.Int => FieldType.IntArray,
            FieldType.Float => FieldType.FloatArray,
            FieldType.Boolean => FieldType.BooleanArray,
            _ => FieldType.Nil,
        };
    }
}
