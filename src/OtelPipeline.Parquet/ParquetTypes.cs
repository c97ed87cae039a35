namespace OtelPipeline.Parquet;

/// <summary>How values lie in the file (https://github.com/apache/parquet-format#types).</summary>
public enum ParquetType
{
    /// <summary>One bit; <see cref="bool"/>.</summary>
    Boolean = 0,

    /// <summary>32-bit integer; <see cref="int"/>.</summary>
    Int32 = 1,

    /// <summary>64-bit integer; <see cref="long"/>.</summary>
    Int64 = 2,

    /// <summary>Deprecated 12-byte timestamps; <see cref="Int96"/>. Read only.</summary>
    Int96 = 3,

    /// <summary>IEEE 754 single; <see cref="float"/>.</summary>
    Float = 4,

    /// <summary>IEEE 754 double; <see cref="double"/>.</summary>
    Double = 5,

    /// <summary>Bytes of any length, text included.</summary>
    ByteArray = 6,

    /// <summary>Bytes of the length that the schema states.</summary>
    FixedLenByteArray = 7,
}

/// <summary>How often a field occurs in its parent.</summary>
public enum ParquetRepetition
{
    /// <summary>Exactly once.</summary>
    Required = 0,

    /// <summary>Once, or NULL.</summary>
    Optional = 1,

    /// <summary>Any number of times.</summary>
    Repeated = 2,
}

/// <summary>Codecs of pages (https://github.com/apache/parquet-format/blob/master/Compression.md).</summary>
public enum ParquetCompression
{
    /// <summary>No compression.</summary>
    None = 0,

    /// <summary>Snappy, by code of this library.</summary>
    Snappy = 1,

    /// <summary>GZIP, by the .NET runtime.</summary>
    Gzip = 2,

    /// <summary>LZO: neither read nor written.</summary>
    Lzo = 3,

    /// <summary>Brotli, by the .NET runtime.</summary>
    Brotli = 4,

    /// <summary>The deprecated framing of LZ4 that Hadoop used. Read only.</summary>
    Lz4 = 5,

    /// <summary>Zstandard, by the system's libzstd; see <see cref="ParquetWriterOptions.IsAvailable"/>.</summary>
    Zstd = 6,

    /// <summary>LZ4 blocks. Read only.</summary>
    Lz4Raw = 7,
}

/// <summary>Encodings of values (https://github.com/apache/parquet-format/blob/master/Encodings.md).</summary>
public enum ParquetEncoding
{
    /// <summary>Values back to back.</summary>
    Plain = 0,

    /// <summary>Old name of <see cref="RleDictionary"/>. Read only.</summary>
    PlainDictionary = 2,

    /// <summary>Runs and packed bits, for booleans. Read only.</summary>
    Rle = 3,

    /// <summary>Deprecated packing of levels. Read only.</summary>
    BitPacked = 4,

    /// <summary>Differences of integers in packed blocks.</summary>
    DeltaBinaryPacked = 5,

    /// <summary>Lengths as differences, then all bytes.</summary>
    DeltaLengthByteArray = 6,

    /// <summary>Prefixes shared with the value before, then the rest.</summary>
    DeltaByteArray = 7,

    /// <summary>Each distinct value once, and its number in the pages.</summary>
    RleDictionary = 8,

    /// <summary>First bytes of all values, then second bytes, and so on.</summary>
    ByteStreamSplit = 9,
}

/// <summary>Units of timestamps and times.</summary>
public enum ParquetTimeUnit
{
    /// <summary>Thousandths of a second.</summary>
    Milliseconds = 1,

    /// <summary>Millionths of a second. The unit that every query engine reads.</summary>
    Microseconds = 2,

    /// <summary>Billionths of a second. Spark rejects it and DuckDB cuts it to microseconds.</summary>
    Nanoseconds = 3,
}

/// <summary>What values mean (https://github.com/apache/parquet-format/blob/master/LogicalTypes.md).</summary>
public enum ParquetLogicalKind
{
    /// <summary>No annotation.</summary>
    None = 0,

    /// <summary>UTF-8 text.</summary>
    String,

    /// <summary>A group of keys and values.</summary>
    Map,

    /// <summary>A group of elements.</summary>
    List,

    /// <summary>Text from a fixed set.</summary>
    Enum,

    /// <summary>Unscaled integer, see <see cref="ParquetLogicalType.Scale"/>.</summary>
    Decimal,

    /// <summary>Days since 1970-01-01.</summary>
    Date,

    /// <summary>Time of day.</summary>
    Time,

    /// <summary>Time since 1970-01-01.</summary>
    Timestamp,

    /// <summary>Integer of <see cref="ParquetLogicalType.BitWidth"/> bits.</summary>
    Integer,

    /// <summary>Always NULL.</summary>
    Unknown,

    /// <summary>JSON text.</summary>
    Json,

    /// <summary>A BSON document.</summary>
    Bson,

    /// <summary>16 bytes, big-endian.</summary>
    Uuid,

    /// <summary>IEEE 754 half in two bytes.</summary>
    Float16,

    /// <summary>Months, days and milliseconds in twelve bytes.</summary>
    Interval,

    /// <summary>An annotation that this library does not know.</summary>
    Other,
}

/// <summary>The annotation of a field with its parameters; those that its kind does not have are 0 or false.</summary>
/// <param name="Kind">Which annotation.</param>
/// <param name="Unit">Of <see cref="ParquetLogicalKind.Time"/> and <see cref="ParquetLogicalKind.Timestamp"/>.</param>
/// <param name="IsUtc">Whether a time is an instant (true) or a wall-clock reading.</param>
/// <param name="BitWidth">8, 16, 32 or 64, of <see cref="ParquetLogicalKind.Integer"/>.</param>
/// <param name="IsSigned">Whether an integer is signed.</param>
/// <param name="Precision">Decimal digits, of <see cref="ParquetLogicalKind.Decimal"/>.</param>
/// <param name="Scale">Digits behind the point, of <see cref="ParquetLogicalKind.Decimal"/>.</param>
public readonly record struct ParquetLogicalType(
    ParquetLogicalKind Kind,
    ParquetTimeUnit Unit = default,
    bool IsUtc = false,
    int BitWidth = 0,
    bool IsSigned = false,
    int Precision = 0,
    int Scale = 0
);

/// <summary>A deprecated timestamp: the nanoseconds of a day, and the day as a Julian day number.</summary>
/// <param name="NanosecondsOfDay">From 0 to 86,399,999,999,999.</param>
/// <param name="JulianDay">2440588 is 1970-01-01.</param>
[System.Runtime.InteropServices.StructLayout(System.Runtime.InteropServices.LayoutKind.Sequential, Pack = 4)]
public readonly record struct Int96(long NanosecondsOfDay, int JulianDay)
{
    /// <summary>Nanoseconds since 1970-01-01 UTC; wraps around outside the years 1678 to 2262.</summary>
    public long ToUnixNanoseconds() => unchecked((JulianDay - 2440588L) * 86_400_000_000_000L + NanosecondsOfDay);
}
