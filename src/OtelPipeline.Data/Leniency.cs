namespace OtelPipeline.Data;

/// <summary>
/// What a reader forgave: departures from OTLP/JSON (or from the flat dialect) that it understood nevertheless. A field that it could not
/// make sense of is left at its default; the row is kept.
/// </summary>
public enum Leniency
{
    /// <summary>The file starts with a UTF-8 byte order mark.</summary>
    ByteOrderMark,

    /// <summary>A line ends in CR LF.</summary>
    CarriageReturn,

    /// <summary>A line holds nothing.</summary>
    BlankLine,

    /// <summary>A JSON document stretches over several lines (pretty-printed).</summary>
    MultiLineDocument,

    /// <summary>A line holds several JSON documents.</summary>
    SeveralDocumentsOnOneLine,

    /// <summary>Documents are wrapped in a JSON array.</summary>
    DocumentArray,

    /// <summary>A JSON object that is no telemetry in any dialect known here; it gave no rows.</summary>
    UnknownDocument,

    /// <summary>A trace or span id with upper-case digits.</summary>
    UpperCaseHex,

    /// <summary>A trace or span id in base64.</summary>
    Base64Id,

    /// <summary>A trace or span id that is no id at all; it was left empty.</summary>
    InvalidId,

    /// <summary>A 64-bit integer as a JSON number instead of a string of digits.</summary>
    NumberForInt64,

    /// <summary>A string where a JSON number is expected.</summary>
    StringForNumber,

    /// <summary>A value beyond the range of its field; the nearest value was taken.</summary>
    NumberOutOfRange,

    /// <summary>Text that is no number where one is expected; the field was left at its default.</summary>
    InvalidNumber,

    /// <summary>The name of an enum value instead of its number.</summary>
    EnumName,

    /// <summary>An enum value that the field does not have; it was left unspecified.</summary>
    InvalidEnum,

    /// <summary>A property in snake_case instead of lowerCamelCase.</summary>
    SnakeCaseKey,

    /// <summary>A property twice in one object; lists of records and of attributes are joined, of all else the last counts.</summary>
    DuplicateKey,

    /// <summary>A null where the property should be left out.</summary>
    Null,

    /// <summary>A value of another JSON type than its field; it was ignored.</summary>
    WrongType,

    /// <summary><c>instrumentationLibrary…</c>, the name of scopes before OTLP 0.15.</summary>
    InstrumentationLibrary,

    /// <summary>Attributes as a JSON object instead of a list of keys and values.</summary>
    AttributesAsObject,

    /// <summary>An attribute value that is plain JSON instead of a typed value.</summary>
    PlainValue,

    /// <summary>Bytes that are not in base64; the value was left empty.</summary>
    InvalidBytes,

    /// <summary>A timestamp of the flat dialect that is not in RFC 3339; it was left at 0.</summary>
    InvalidTimestamp,

    /// <summary>A span with a start and no end; its duration was left at 0.</summary>
    MissingEndTime,

    /// <summary>Text that is not UTF-8; the bad bytes were replaced by U+FFFD.</summary>
    InvalidUtf8,

    /// <summary>Half of a surrogate pair in an escape; it was replaced by U+FFFD.</summary>
    LoneSurrogate,
}
