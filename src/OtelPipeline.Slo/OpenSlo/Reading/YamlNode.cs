using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace OtelPipeline.Slo.OpenSlo.Reading;

/// <summary>A node of a document, with its place.</summary>
internal abstract class YamlNode(int line, int column)
{
    public int Line => line;

    public int Column => column;

    /// <summary>How many nodes it stands for when every alias is written out; saturated.</summary>
    public long Size { get; set; } = 1;

    /// <summary>What it is, for errors.</summary>
    public abstract string Description { get; }

    /// <summary>True for nothing, <c>~</c> and <c>null</c>.</summary>
    public virtual bool IsNull => false;

    /// <summary>The node as plain objects: string, decimal, bool, null, lists and dictionaries.</summary>
    public abstract object? ToObject();
}

/// <summary>Text, a number, true, false or nothing.</summary>
internal sealed class YamlText(string value, bool isPlain, int line, int column) : YamlNode(line, column)
{
    public string Value => value;

    public override bool IsNull => isPlain && value is "" or "~" or "null" or "Null" or "NULL";

    public override string Description =>
        IsNull ? "nothing"
        : isPlain ? value
        : $"\"{value}\"";

    // quoted numbers are text
    public bool TryNumber(out decimal number)
    {
        number = 0;
        return isPlain
            && value.Length > 0
            && !char.IsWhiteSpace(value[0])
            && decimal.TryParse(
                value,
                NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent,
                CultureInfo.InvariantCulture,
                out number
            );
    }

    public bool TryBoolean([NotNullWhen(true)] out bool? boolean)
    {
        boolean = isPlain
            ? value switch
            {
                "true" or "True" or "TRUE" => true,
                "false" or "False" or "FALSE" => false,
                _ => null,
            }
            : null;
        return boolean is not null;
    }

    public override object? ToObject() =>
        IsNull ? null
        : TryBoolean(out var boolean) ? boolean
        : TryNumber(out var number) ? number
        : value;
}

/// <summary>Values in order.</summary>
internal sealed class YamlList(int line, int column) : YamlNode(line, column)
{
    public List<YamlNode> Items { get; } = [];

    public override string Description => "a list";

    public override object ToObject() => Items.ConvertAll(static i => i.ToObject());
}

/// <summary>Keys with values in order; no key twice.</summary>
internal sealed class YamlMap(int line, int column) : YamlNode(line, column)
{
    public List<(YamlText Key, YamlNode Value)> Entries { get; } = [];

    public override string Description => "an object";

    public override object ToObject() => ToDictionary();

    public Dictionary<string, object?> ToDictionary() => Entries.ToDictionary(static e => e.Key.Value, static e => e.Value.ToObject());
}
