namespace OtelPipeline.Data.TraceQL;

/// <summary>The types of TraceQL.</summary>
internal enum FieldType : byte
{
    /// <summary>No value: the field is not there.</summary>
    Nil,

    /// <summary>Known only when a span is looked at.</summary>
    Attribute,
    Int,
    Float,
    String,
    Boolean,
    IntArray,
    FloatArray,
    StringArray,
    BooleanArray,
    Duration,
    Status,
    Kind,

    /// <summary>What an operation gives that cannot be done, such as the negation of text; no comparison with it is true.</summary>
    Error,
}

/// <summary>Which types go together, as in Tempo.</summary>
internal static class FieldTypes
{
    public static bool IsNumeric(this FieldType type) => type is FieldType.Int or FieldType.Float or FieldType.Duration;

    public static bool IsArray(this FieldType type) => type is >= FieldType.IntArray and <= FieldType.BooleanArray;

    public static FieldType Element(this FieldType type) =>
        type switch
        {
            FieldType.IntArray => FieldType.Int,
            FieldType.FloatArray => FieldType.Float,
            FieldType.StringArray => FieldType.String,
            FieldType.BooleanArray => FieldType.Boolean,
            _ => type,
        };

    public static bool Matches(FieldType left, FieldType right) =>
        left == right
        || left is FieldType.Attribute or FieldType.Nil
        || right is FieldType.Attribute or FieldType.Nil
        || left.IsNumeric() && right.IsNumeric()
        || MatchesElement(left, right);

    /// <summary>Whether one is an array and the other goes together with its elements.</summary>
    public static bool MatchesElement(FieldType left, FieldType right) =>
        left.IsArray() ? Matches(left.Element(), right) : right.IsArray() && Matches(right.Element(), left);

    public static bool Allows(this Operator op, FieldType type) =>
        type switch
        {
            FieldType.Attribute => true,
            FieldType.Boolean or FieldType.BooleanArray => op is Operator.And or Operator.Or or Operator.Equal or Operator.NotEqual,
            FieldType.Int or FieldType.IntArray or FieldType.Float or FieldType.FloatArray or FieldType.Duration => op
                is <= Operator.NotEqual
                    or (>= Operator.Greater and <= Operator.LessEqual),
            FieldType.String or FieldType.StringArray => op is >= Operator.Equal and <= Operator.LessEqual,
            FieldType.Nil or FieldType.Status or FieldType.Kind => op is Operator.Equal or Operator.NotEqual,
            _ => false,
        };

    public static string Name(this FieldType type) =>
        type switch
        {
            FieldType.Nil => "nil",
            FieldType.Attribute => "an attribute",
            FieldType.Int => "an integer",
            FieldType.Float => "a number",
            FieldType.String => "text",
            FieldType.Boolean => "a boolean",
            FieldType.Duration => "a duration",
            FieldType.Status => "a status",
            FieldType.Kind => "a kind",
            _ => "an array",
        };
}
