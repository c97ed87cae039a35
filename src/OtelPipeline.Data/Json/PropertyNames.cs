using System.Text;

namespace OtelPipeline.Data.Json;

/// <summary>
/// The names of the properties of the object before, in their order. Records of one writer repeat them, and to compare the bytes of a whole
/// name with what is expected is several times faster than to scan it and look it up.
/// </summary>
internal sealed class PropertyNames
{
    // an object with more properties is read without foresight from here on
    private const int Remembered = 64;
    private const int LongestName = 64;
    private const int Known = 4096;

    private readonly PropertyName?[] _expected = new PropertyName?[Remembered];
    private readonly Dictionary<string, PropertyName> _known = new(StringComparer.Ordinal);

    /// <summary>Moves to the next property if it is the one that came at this place before; null if not.</summary>
    public PropertyName? TryNext(ref JsonScanner json, int index) =>
        index < Remembered && _expected[index] is { } expected && json.TryNextName(expected.Text) ? expected : null;

    /// <summary>True when an object comes next that starts like the one before, with a property that tells it apart.</summary>
    public bool StartsAgain(ref JsonScanner json) =>
        _expected[0] is { Identifies: true } first && json.Remaining is [(byte)'{', .. var rest] && rest.StartsWith(first.Text);

    /// <summary>Notes which property came at this place.</summary>
    public PropertyName Note(int index, string name)
    {
        if (!_known.TryGetValue(name, out var property))
        {
            property = new PropertyName(name);
            if (_known.Count >= Known)
                _known.Clear();
            if (name.Length <= LongestName)
                _known[name] = property;
        }

        if (index < Remembered)
            _expected[index] = property;
        return property;
    }
}

/// <summary>The name of a property of a flat record.</summary>
internal sealed class PropertyName
{
    public PropertyName(string name)
    {
        Name = name;
        Text = Encoding.UTF8.GetBytes($"\"{name}\":");
        Field = (FlatField)FlatFields.Table.Find(Text.AsSpan()[1..^2], out _);
        AttributeKey = FlatAttributes.Key(Field);
        Identifies = FlatFields.Identifies((int)Field);
    }

    public string Name { get; }

    /// <summary>As it stands in a file: quotes, and a colon without white space before it.</summary>
    public byte[] Text { get; }

    /// <summary>The property of the flat dialect, or -1.</summary>
    public FlatField Field { get; }

    /// <summary>True for a property that only a flat record starts with.</summary>
    public bool Identifies { get; }

    /// <summary>The attribute that it stands for at the top of a flat record, or null.</summary>
    public string? AttributeKey { get; }
}
