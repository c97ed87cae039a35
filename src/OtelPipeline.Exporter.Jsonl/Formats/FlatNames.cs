namespace OtelPipeline.Exporter.Jsonl.Formats;

/// <summary>
/// Attribute names as they stand in a line, escaped once and copied ever after: records of one call site have the same names. A table of
/// fixed size, in which each name has one place; a name that finds another one there takes the place, unless the record needs both.
/// </summary>
internal sealed class FlatNames
{
    /// <summary>Bytes of a place. Longer names are written without the table.</summary>
    public const int Width = 64;

    private const int Places = 512;

    private readonly Place[] _places = new Place[Places];

    // more than the places take, so that a whole width can be read from the second byte of the last, too
    private readonly byte[] _bytes = new byte[(Places + 1) * Width];
    private readonly JsonBuffer _scratch = new(8 * Width);

    /// <summary>Where a name belongs; equal names belong to the same place.</summary>
    public static int Hash(string key) =>
        key.Length == 0 ? 0 : (key.Length + (key[0] * 5) + (key[key.Length / 2] * 23) + (key[^1] * 101)) & (Places - 1);

    public ref Place this[int place] => ref _places[place];

    /// <summary>A comma unless it is the first, the name in quotes and a colon: so many bytes, but a whole width of them can be read.</summary>
    public ref byte Text(int place, bool first, out int length)
    {
        var skip = first ? 1 : 0;
        length = _places[place].Length - skip;
        return ref _bytes[(place * Width) + skip];
    }

    /// <summary>Gives a place to <paramref name="key"/>. False where it is too long, and the place stays as it was.</summary>
    public bool TryPut(int place, string key, FlatField field)
    {
        if (key.Length > Width)
            return false;
        _scratch.Position = 0;
        _scratch.Byte((byte)',');
        _scratch.String(key);
        _scratch.Byte((byte)':');
        var text = _scratch.Written;
        if (text.Length > Width)
            return false;
        text.CopyTo(_bytes.AsSpan(place * Width));
        _places[place] = new Place
        {
            Key = key,
            Field = field,
            Length = text.Length,
        };
        return true;
    }

    internal struct Place
    {
        public string? Key;
        public FlatField Field;
        public int Length;

        /// <summary>The last record that has the name among its attributes.</summary>
        public uint Record;
    }
}
