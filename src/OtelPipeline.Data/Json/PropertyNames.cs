using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Text;

namespace OtelPipeline.Data.Json;

/// <summary>
/// The names of the properties of the object before, in their order. Records of one writer repeat them, and to compare the bytes of a whole
/// name with what is expected is several times faster than to scan it and look it up.
/// </summary>
/// <param name="passing">Says what of a property may be stepped over; null when all is wanted.</param>
internal sealed class PropertyNames(Func<FlatField, string, Passing>? passing)
{
    // an object with more properties is read without foresight from here on
    private const int Remembered = 64;
    private const int LongestName = 64;
    private const int Known = 4096;

    private readonly PropertyName?[] _expected = new PropertyName?[Remembered];
    private readonly Dictionary<string, PropertyName> _known = new(StringComparer.Ordinal);

    /// <summary>Moves to the next property if it is the one that came at this place before; null if not.</summary>
    public PropertyName? TryNext(ref JsonScanner json, int index) =>
        index < Remembered && _expected[index] is { } expected && json.TryNextName(expected) ? expected : null;

    /// <summary>True when an object comes next that starts like the one before, with a property that tells it apart.</summary>
    public bool StartsAgain(ref JsonScanner json) =>
        _expected[0] is { Identifies: true } first && json.Remaining is [(byte)'{', .. var rest] && rest.StartsWith(first.Text);

    /// <summary>Notes which property came at this place.</summary>
    public PropertyName Note(int index, string name)
    {
        if (!_known.TryGetValue(name, out var property))
        {
            property = new PropertyName(name, passing);
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
    private readonly Vector128<byte> _mask;
    private readonly Vector128<byte> _start;

    public PropertyName(string name, Func<FlatField, string, Passing>? passing)
    {
        Name = name;
        Text = Encoding.UTF8.GetBytes($"\"{name}\":");
        IsShort = Text.Length <= Vector128<byte>.Count;
        if (IsShort)
        {
            Span<byte> mask = stackalloc byte[Vector128<byte>.Count];
            Span<byte> start = stackalloc byte[Vector128<byte>.Count];
            mask.Clear();
            start.Clear();
            mask[..Text.Length].Fill(byte.MaxValue);
            Text.CopyTo(start);
            (_mask, _start) = (Vector128.Create<byte>(mask), Vector128.Create<byte>(start));
        }

        Field = (FlatField)FlatFields.Table.Find(Text.AsSpan()[1..^2], out _);
        AttributeKey = FlatAttributes.Key(Field);
        Identifies = FlatFields.Identifies((int)Field);
        Passing = passing?.Invoke(Field, name) ?? Passing.Nothing;
    }

    public string Name { get; }

    /// <summary>Whether <see cref="Starts"/> can tell.</summary>
    public bool IsShort { get; }

    /// <summary>Whether 16 bytes start with the name as it stands in a file.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool Starts(Vector128<byte> bytes) => (bytes & _mask) == _start;

    /// <summary>As it stands in a file: quotes, and a colon without white space before it.</summary>
    public byte[] Text { get; }

    /// <summary>The property of the flat dialect, or -1.</summary>
    public FlatField Field { get; }

    /// <summary>True for a property that only a flat record starts with.</summary>
    public bool Identifies { get; }

    /// <summary>Which of its values nobody looks at.</summary>
    public Passing Passing { get; }

    /// <summary>The attribute that it stands for at the top of a flat record, or null.</summary>
    public string? AttributeKey { get; }
}
