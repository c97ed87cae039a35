using System.Globalization;

namespace OtelPipeline.Data.Parquet;

/// <summary>What the text of an attribute value does not say.</summary>
/// <param name="Kind">The kind of the value.</param>
/// <param name="Value">The value itself where its text does not say all: of an array or key-value list.</param>
internal sealed record AttributeType(AttributeKind Kind, AttributeValue Value)
{
    public static readonly AttributeType Text = new(AttributeKind.String);

    public AttributeType(AttributeKind kind)
        : this(kind, default) { }

    public AttributeType(AttributeValue value)
        : this(value.Kind, value) { }

    /// <summary>Further values of the same key.</summary>
    public AttributeValue[] Others { get; init; } = [];

    /// <summary>The value that has this type and the text of an entry.</summary>
    public AttributeValue Read(TextColumn column, int entry)
    {
        var utf8 = column.Bytes(entry);
        switch (Kind)
        {
            case AttributeKind.Empty:
                return default;
            case AttributeKind.Boolean when utf8.SequenceEqual("true"u8) || utf8.SequenceEqual("false"u8):
                return utf8.Length == 4;
            case AttributeKind.Int64 when long.TryParse(utf8, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var integer):
                return integer;
            case AttributeKind.Double when double.TryParse(utf8, CultureInfo.InvariantCulture, out var number):
                return number;
            case AttributeKind.Bytes:
                return Base64(column[entry] ?? "");
            case AttributeKind.Array or AttributeKind.KeyValues:
                return Value;
            default:
                // text, or text that is not what its type says: somebody changed it
                return column[entry] ?? "";
        }
    }

    private static AttributeValue Base64(string text)
    {
        var bytes = new byte[text.Length];
        return Convert.TryFromBase64String(text, bytes, out var length) ? bytes[..length] : text;
    }
}
