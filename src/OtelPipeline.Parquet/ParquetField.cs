namespace OtelPipeline.Parquet;

/// <summary>
/// A node of a schema: a column, or a group (MAP, LIST, structure) of fields. Made by the factory methods for writing, and by the reader.
/// Immutable.
/// </summary>
public sealed class ParquetField
{
    internal ParquetField(
        string name,
        ParquetRepetition repetition,
        ParquetType? type,
        int typeLength = 0,
        ParquetLogicalType logicalType = default
    )
    {
        Name = name;
        Repetition = repetition;
        Type = type;
        TypeLength = typeLength;
        LogicalType = logicalType;
    }

    /// <summary>The name in its group.</summary>
    public string Name { get; private init; }

    /// <summary>Required, optional or repeated.</summary>
    public ParquetRepetition Repetition { get; }

    /// <summary>How values are stored; null for a group.</summary>
    public ParquetType? Type { get; }

    /// <summary>Bytes of each value of a <see cref="ParquetType.FixedLenByteArray"/>, else 0.</summary>
    public int TypeLength { get; }

    /// <summary>What values mean.</summary>
    public ParquetLogicalType LogicalType { get; }

    /// <summary>The fields of a group, in order; empty for a column.</summary>
    public IReadOnlyList<ParquetField> Children { get; internal set; } = [];

    internal ParquetEncoding? Encoding { get; private init; }

    internal bool BloomFilter { get; private init; }

    /// <summary>A column of <see cref="bool"/>.</summary>
    public static ParquetField Boolean(string name, bool nullable = false) => Leaf(name, nullable, ParquetType.Boolean);

    /// <summary>A column of <see cref="int"/>.</summary>
    public static ParquetField Int32(string name, bool nullable = false) => Leaf(name, nullable, ParquetType.Int32);

    /// <summary>A column of <see cref="long"/>.</summary>
    public static ParquetField Int64(string name, bool nullable = false) => Leaf(name, nullable, ParquetType.Int64);

    /// <summary>A column of <see cref="float"/>.</summary>
    public static ParquetField Float(string name, bool nullable = false) => Leaf(name, nullable, ParquetType.Float);

    /// <summary>A column of <see cref="double"/>.</summary>
    public static ParquetField Double(string name, bool nullable = false) => Leaf(name, nullable, ParquetType.Double);

    /// <summary>A column of UTF-8 text.</summary>
    public static ParquetField String(string name, bool nullable = false) =>
        Leaf(name, nullable, ParquetType.ByteArray, new(ParquetLogicalKind.String));

    /// <summary>A column of JSON text.</summary>
    public static ParquetField Json(string name, bool nullable = false) =>
        Leaf(name, nullable, ParquetType.ByteArray, new(ParquetLogicalKind.Json));

    /// <summary>A column of bytes.</summary>
    public static ParquetField Bytes(string name, bool nullable = false) => Leaf(name, nullable, ParquetType.ByteArray);

    /// <summary>A column of exactly <paramref name="length"/> bytes per value.</summary>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="length"/> is not positive.</exception>
    public static ParquetField FixedBytes(string name, int length, bool nullable = false)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(length);
        return Leaf(name, nullable, ParquetType.FixedLenByteArray, default, length);
    }

    /// <summary>A column of 16 bytes in the order in which a UUID is printed.</summary>
    public static ParquetField Uuid(string name, bool nullable = false) =>
        Leaf(name, nullable, ParquetType.FixedLenByteArray, new(ParquetLogicalKind.Uuid), 16);

    /// <summary>A column of <see cref="long"/>: time since 1970-01-01 00:00 UTC in <paramref name="unit"/>.</summary>
    public static ParquetField Timestamp(string name, ParquetTimeUnit unit = ParquetTimeUnit.Microseconds, bool nullable = false)
    {
        if (!Enum.IsDefined(unit))
            throw new ArgumentOutOfRangeException(nameof(unit), unit, "Use milliseconds, microseconds or nanoseconds.");
        return Leaf(name, nullable, ParquetType.Int64, new(ParquetLogicalKind.Timestamp, unit, IsUtc: true));
    }

    /// <summary>A column of <see cref="int"/>: days since 1970-01-01.</summary>
    public static ParquetField Date(string name, bool nullable = false) =>
        Leaf(name, nullable, ParquetType.Int32, new(ParquetLogicalKind.Date));

    /// <summary>
    /// A column of decimals, written as unscaled integers (1.23 with scale 2 is 123): <see cref="int"/> up to 9 digits, <see cref="long"/> up to 18.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="precision"/> is not 1 to 18, or <paramref name="scale"/> not 0 to precision.</exception>
    public static ParquetField Decimal(string name, int precision, int scale, bool nullable = false)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(precision, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(precision, 18);
        ArgumentOutOfRangeException.ThrowIfNegative(scale);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(scale, precision);
        var logical = new ParquetLogicalType(ParquetLogicalKind.Decimal, Precision: precision, Scale: scale);
        return Leaf(name, nullable, precision <= 9 ? ParquetType.Int32 : ParquetType.Int64, logical);
    }

    /// <summary>A MAP column; the key must be required, both must be plain columns. Their names become "key" and "value".</summary>
    public static ParquetField Map(string name, ParquetField key, ParquetField value, bool nullable = false)
    {
        ArgumentNullException.ThrowIfNull(key);
        if (key.Repetition != ParquetRepetition.Required)
            throw new ArgumentException("The key of a MAP cannot be nullable.", nameof(key));
        ParquetField[] pair = [Element(key, "key", nameof(key)), Element(value, "value", nameof(value))];
        return Nested(name, nullable, ParquetLogicalKind.Map, "key_value", pair);
    }

    /// <summary>A LIST column; the element must be a plain column. Its name becomes "element".</summary>
    public static ParquetField List(string name, ParquetField element, bool nullable = false) =>
        Nested(name, nullable, ParquetLogicalKind.List, "list", [Element(element, "element", nameof(element))]);

    /// <summary>
    /// This column with a preferred encoding instead of a dictionary with fallback: <see cref="ParquetEncoding.Plain"/>,
    /// <see cref="ParquetEncoding.DeltaBinaryPacked"/> for integers, <see cref="ParquetEncoding.DeltaLengthByteArray"/> or
    /// <see cref="ParquetEncoding.DeltaByteArray"/> for bytes, <see cref="ParquetEncoding.ByteStreamSplit"/> for numbers.
    /// <see cref="ParquetWriterOptions.Compatible"/> overrides it.
    /// </summary>
    /// <exception cref="ArgumentException">The encoding does not exist for the type, or cannot be written.</exception>
    public ParquetField WithEncoding(ParquetEncoding encoding)
    {
        var valid = encoding switch
        {
            ParquetEncoding.Plain => Type is not null,
            ParquetEncoding.RleDictionary => Type is not (null or ParquetType.Boolean),
            ParquetEncoding.DeltaBinaryPacked => Type is ParquetType.Int32 or ParquetType.Int64,
            ParquetEncoding.ByteStreamSplit => Type is ParquetType.Int32 or ParquetType.Int64 or ParquetType.Float or ParquetType.Double,
            ParquetEncoding.DeltaLengthByteArray or ParquetEncoding.DeltaByteArray => Type is ParquetType.ByteArray,
            _ => false,
        };
        if (!valid)
            throw new ArgumentException(
                $"Column '{Name}' of type {Type?.ToString() ?? "group"} cannot be written as {encoding}.",
                nameof(encoding)
            );
        return Copy(Name, encoding, BloomFilter);
    }

    /// <summary>This column with a bloom filter (1 % false positives), for look-ups of single values in a column of many different ones.</summary>
    /// <exception cref="ArgumentException">The field is a group or a boolean.</exception>
    public ParquetField WithBloomFilter()
    {
        if (Type is null or ParquetType.Boolean)
            throw new ArgumentException($"Column '{Name}' of type {Type?.ToString() ?? "group"} cannot have a bloom filter.");
        return Copy(Name, Encoding, true);
    }

    /// <summary>Name, type and annotation, for people.</summary>
    public override string ToString() => $"{Repetition} {Type?.ToString() ?? "group"} {Name} ({LogicalType.Kind})";

    private static ParquetField Leaf(string name, bool nullable, ParquetType type, ParquetLogicalType logical = default, int length = 0)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        return new(name, nullable ? ParquetRepetition.Optional : ParquetRepetition.Required, type, length, logical);
    }

    private static ParquetField Element(ParquetField field, string name, string parameter)
    {
        ArgumentNullException.ThrowIfNull(field, parameter);
        if (field.Type is null)
            throw new ArgumentException($"'{field.Name}' is a group: only plain columns can be elements of a MAP or LIST.", parameter);
        return field.Copy(name, field.Encoding, field.BloomFilter);
    }

    private static ParquetField Nested(string name, bool nullable, ParquetLogicalKind kind, string middle, ParquetField[] children)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        return new(name, nullable ? ParquetRepetition.Optional : ParquetRepetition.Required, null, 0, new(kind))
        {
            Children = [new ParquetField(middle, ParquetRepetition.Repeated, null) { Children = children }],
        };
    }

    private ParquetField Copy(string name, ParquetEncoding? encoding, bool bloomFilter) =>
        new(name, Repetition, Type, TypeLength, LogicalType)
        {
            Children = Children,
            Encoding = encoding,
            BloomFilter = bloomFilter,
        };
}
