using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using OtelPipeline.Data.TraceQL;

namespace OtelPipeline.Data;

/// <summary>
/// One attribute value of any OTLP type in 16 bytes; numbers and booleans are not boxed. The default value is
/// <see cref="AttributeKind.Empty"/>.
/// </summary>
public readonly struct AttributeValue : IEquatable<AttributeValue>
{
    private static readonly Scalar BooleanMarker = new(AttributeKind.Boolean);
    private static readonly Scalar Int64Marker = new(AttributeKind.Int64);
    private static readonly Scalar DoubleMarker = new(AttributeKind.Double);

    // the value itself, or for a scalar the marker of its kind with the value in _bits
    private readonly object? _object;
    private readonly long _bits;

    private AttributeValue(object value, long bits = 0)
    {
        _object = value;
        _bits = bits;
    }

    internal AttributeValue(RowTexts texts, long place)
        : this((object)texts, place) { }

    /// <summary>Creates text.</summary>
    public AttributeValue(string value)
        : this((object)value) => ArgumentNullException.ThrowIfNull(value);

    /// <summary>Creates a boolean.</summary>
    public AttributeValue(bool value)
        : this(BooleanMarker, value ? 1 : 0) { }

    /// <summary>Creates an integer.</summary>
    public AttributeValue(long value)
        : this(Int64Marker, value) { }

    /// <summary>Creates a floating-point number.</summary>
    public AttributeValue(double value)
        : this(DoubleMarker, BitConverter.DoubleToInt64Bits(value)) { }

    /// <summary>Creates bytes; the array is kept, not copied.</summary>
    public AttributeValue(byte[] value)
        : this((object)value) => ArgumentNullException.ThrowIfNull(value);

    /// <summary>Creates an array; the array is kept, not copied.</summary>
    public AttributeValue(AttributeValue[] values)
        : this((object)values) => ArgumentNullException.ThrowIfNull(values);

    /// <summary>Creates a list of keys and values; the list is kept, not copied.</summary>
    public AttributeValue(AttributeList values)
        : this((object)values) => ArgumentNullException.ThrowIfNull(values);

    /// <summary>The type of this value.</summary>
    public AttributeKind Kind =>
        _object switch
        {
            null => AttributeKind.Empty,
            // asking for a class is cheap, for an array it is not
            string or RowTexts => AttributeKind.String,
            Scalar scalar => scalar.Kind,
            byte[] => AttributeKind.Bytes,
            AttributeValue[] => AttributeKind.Array,
            _ => AttributeKind.KeyValues,
        };

    internal bool IsEmpty => _object is null;

    /// <summary>The text.</summary>
    /// <exception cref="InvalidOperationException">
    /// The value is of another kind, or was taken out of a row that a callback of <see cref="TelemetryReader"/> received and is asked for its text
    /// after the callback has returned.
    /// </exception>
    public string AsString() =>
        _object switch
        {
            string text => text,
            RowTexts texts => texts.Get(_bits),
            _ => throw Mismatch(AttributeKind.String),
        };

    /// <summary>The same value, independent of the row that it came with.</summary>
    internal AttributeValue Detached() => _object is RowTexts texts ? texts.Get(_bits) : this;

    /// <summary>The boolean.</summary>
    /// <exception cref="InvalidOperationException">The value is of another kind.</exception>
    public bool AsBoolean() => ReferenceEquals(_object, BooleanMarker) ? _bits != 0 : throw Mismatch(AttributeKind.Boolean);

    /// <summary>The integer.</summary>
    /// <exception cref="InvalidOperationException">The value is of another kind.</exception>
    public long AsInt64() => ReferenceEquals(_object, Int64Marker) ? _bits : throw Mismatch(AttributeKind.Int64);

    /// <summary>The floating-point number.</summary>
    /// <exception cref="InvalidOperationException">The value is of another kind.</exception>
    public double AsDouble() =>
        ReferenceEquals(_object, DoubleMarker) ? BitConverter.Int64BitsToDouble(_bits) : throw Mismatch(AttributeKind.Double);

    /// <summary>The bytes.</summary>
    /// <exception cref="InvalidOperationException">The value is of another kind.</exception>
    public ReadOnlyMemory<byte> AsBytes() => _object as byte[] ?? throw Mismatch(AttributeKind.Bytes);

    /// <summary>The elements of the array.</summary>
    /// <exception cref="InvalidOperationException">The value is of another kind.</exception>
    public IReadOnlyList<AttributeValue> AsArray() => _object as AttributeValue[] ?? throw Mismatch(AttributeKind.Array);

    /// <summary>The keys and values.</summary>
    /// <exception cref="InvalidOperationException">The value is of another kind.</exception>
    public AttributeList AsKeyValues() => _object as AttributeList ?? throw Mismatch(AttributeKind.KeyValues);

    /// <summary>
    /// The value as text, which is what a map of strings holds for it: text as it is, <c>true</c>/<c>false</c>, numbers in the shortest
    /// invariant form that reads back the same (<c>NaN</c>, <c>Infinity</c>, <c>-Infinity</c>), bytes in base64, arrays and key-value lists
    /// as compact JSON, nothing for <see cref="AttributeKind.Empty"/>.
    /// </summary>
    public override string ToString() =>
        _object switch
        {
            null => "",
            string text => text,
            RowTexts texts => texts.Get(_bits),
            Scalar { Kind: AttributeKind.Boolean } => _bits != 0 ? "true" : "false",
            Scalar { Kind: AttributeKind.Int64 } => _bits.ToString(CultureInfo.InvariantCulture),
            Scalar => AsDouble().ToString("R", CultureInfo.InvariantCulture),
            byte[] bytes => Convert.ToBase64String(bytes),
            _ => AttributeText.Write(this),
        };

    /// <summary>The value as a query sees it; text is not decoded.</summary>
    internal FieldValue ToField() =>
        _object switch
        {
            string text => FieldValue.Of(text),
            RowTexts texts => FieldValue.Held(texts, _bits),
            Scalar { Kind: AttributeKind.Boolean } => FieldValue.Scalar(FieldType.Boolean, _bits),
            Scalar { Kind: AttributeKind.Int64 } => FieldValue.Scalar(FieldType.Int, _bits),
            Scalar => FieldValue.Scalar(FieldType.Float, _bits),
            AttributeValue[] values => FieldValue.OfArray(values),
            // nothing, bytes and maps cannot be asked for
            _ => default,
        };

    /// <summary>Same kind and same content; NaN equals NaN.</summary>
    public bool Equals(AttributeValue other)
    {
        if (Kind != other.Kind)
            return false;
        return _object switch
        {
            null => true,
            string or RowTexts => AsString() == other.AsString(),
            Scalar { Kind: AttributeKind.Double } => AsDouble().Equals(other.AsDouble()),
            Scalar => _bits == other._bits,
            byte[] bytes => bytes.AsSpan().SequenceEqual((byte[])other._object!),
            AttributeValue[] values => values.AsSpan().SequenceEqual((AttributeValue[])other._object!),
            _ => AsKeyValues().Equals(other.AsKeyValues()),
        };
    }

    /// <inheritdoc/>
    public override bool Equals([NotNullWhen(true)] object? obj) => obj is AttributeValue other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() =>
        _object switch
        {
            string or RowTexts => AsString().GetHashCode(StringComparison.Ordinal),
            Scalar { Kind: AttributeKind.Double } => AsDouble().GetHashCode(),
            Scalar => _bits.GetHashCode(),
            byte[] bytes => bytes.Length,
            AttributeValue[] values => values.Length,
            AttributeList list => list.Count,
            _ => 0,
        };

    /// <summary>Same kind and same content.</summary>
    public static bool operator ==(AttributeValue left, AttributeValue right) => left.Equals(right);

    /// <summary>Another kind or other content.</summary>
    public static bool operator !=(AttributeValue left, AttributeValue right) => !left.Equals(right);

    /// <summary>Creates text.</summary>
    public static implicit operator AttributeValue(string value) => new(value);

    /// <summary>Creates a boolean.</summary>
    public static implicit operator AttributeValue(bool value) => new(value);

    /// <summary>Creates an integer.</summary>
    public static implicit operator AttributeValue(long value) => new(value);

    /// <summary>Creates a floating-point number.</summary>
    public static implicit operator AttributeValue(double value) => new(value);

    /// <summary>Creates bytes; the array is kept, not copied.</summary>
    public static implicit operator AttributeValue(byte[] value) => new(value);

    /// <summary>Creates an array; the array is kept, not copied.</summary>
    public static implicit operator AttributeValue(AttributeValue[] values) => new(values);

    /// <summary>Creates a list of keys and values; the list is kept, not copied.</summary>
    public static implicit operator AttributeValue(AttributeList values) => new(values);

    private InvalidOperationException Mismatch(AttributeKind wanted) =>
        new($"The attribute value is {Kind}, not {wanted}: look at Kind first.");

    private sealed class Scalar(AttributeKind kind)
    {
        public AttributeKind Kind => kind;
    }
}
