namespace OtelPipeline.Data.Validation;

/// <summary>What was forgiven, in words.</summary>
internal static class LeniencyText
{
    public static string Of(Leniency leniency) =>
        leniency switch
        {
            Leniency.ByteOrderMark => "the file starts with a byte order mark",
            Leniency.CarriageReturn => "the line ends in CR LF; LF is required",
            Leniency.BlankLine => "the line is blank",
            Leniency.MultiLineDocument => "the JSON document stretches over several lines; one line is required",
            Leniency.SeveralDocumentsOnOneLine => "the line holds several JSON documents; one is required",
            Leniency.DocumentArray => "documents are wrapped in an array",
            Leniency.UnknownDocument => "the JSON object is no telemetry: it has none of resourceSpans, resourceLogs and resourceMetrics",
            Leniency.UpperCaseHex => "an id has upper-case digits; lower case is required",
            Leniency.Base64Id => "an id is in base64; hexadecimal digits are required",
            Leniency.InvalidId => "a trace id has not 32, or a span id not 16 hexadecimal digits; it was left empty",
            Leniency.NumberForInt64 => "a 64-bit integer is a JSON number; a string of digits is required",
            Leniency.StringForNumber => "a string stands where a JSON number is required",
            Leniency.NumberOutOfRange => "a number is beyond the range of its field",
            Leniency.InvalidNumber => "text stands where a number is required",
            Leniency.EnumName => "an enum value is a name; its number is required",
            Leniency.InvalidEnum => "an enum has a value that is not one of its values",
            Leniency.SnakeCaseKey => "a property is in snake_case; lowerCamelCase is required",
            Leniency.DuplicateKey => "a property is there twice in one object",
            Leniency.Null => "a property is null; it should be left out",
            Leniency.WrongType => "a value has another JSON type than its field; it was ignored",
            Leniency.InstrumentationLibrary => "instrumentationLibrary… is the name of scopes before OTLP 0.15",
            Leniency.AttributesAsObject => "attributes are a JSON object; a list of key and value is required",
            Leniency.PlainValue => "an attribute value is plain JSON; an object such as {\"stringValue\":…} is required",
            Leniency.InvalidBytes => "bytes are not in base64",
            Leniency.InvalidTimestamp => "a timestamp is not in RFC 3339",
            Leniency.MissingEndTime => "a span has a startTimeUnixNano and no endTimeUnixNano",
            Leniency.InvalidUtf8 => "text is not UTF-8",
            _ => "an escape holds half of a surrogate pair",
        };
}
