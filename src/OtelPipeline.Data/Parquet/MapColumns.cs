using OtelPipeline.Data.Json;

namespace OtelPipeline.Data.Parquet;

/// <summary>Reads a map of attributes and its types.</summary>
internal sealed class MapColumns
{
    private static readonly Dictionary<string, AttributeType> NoTypes = [];

    private readonly JsonRowParser _json;
    private readonly TextColumn _keys;
    private readonly TextColumn _values;
    private readonly TextColumn _types;
    private readonly Dictionary<string, AttributeType>?[] _parsed;

    public MapColumns(GroupColumns columns, string name, JsonRowParser json)
    {
        _json = json;
        (_keys, _values) = columns.Map(name);
        _types = columns.Text(name + "_types");
        _parsed = new Dictionary<string, AttributeType>?[_types.ValueCount];
    }

    /// <summary>Appends the attributes of a row.</summary>
    public void Read(int row, AttributeList list)
    {
        var (start, end) = Entries(row);
        var types = Types(row);
        for (var entry = start; entry < end; entry++)
        {
            var key = _keys[entry];
            if (key is null)
                continue;
            if (!types.TryGetValue(key, out var type))
            {
                list.Add(key, _values[entry] is { } text ? text : default(AttributeValue));
                continue;
            }

            list.Add(key, type.Read(_values, entry));
            foreach (var other in type.Others)
                list.Add(key, other);
        }
    }

    /// <summary>The value of a key in a row; false when it is not there.</summary>
    public bool TryGet(int row, string key, out AttributeValue value)
    {
        var (start, end) = Entries(row);
        for (var entry = start; entry < end; entry++)
        {
            if (!string.Equals(_keys[entry], key, StringComparison.Ordinal))
                continue;
            value =
                Types(row).TryGetValue(key, out var type) ? type.Read(_values, entry)
                : _values[entry] is { } text ? text
                : default(AttributeValue);
            return true;
        }

        value = default;
        return false;
    }

    /// <summary>Adds what makes two rows have the same attributes. Equal rows may differ here where a file does not use a dictionary.</summary>
    public void AddTo(ref HashCode hash, int row)
    {
        var (start, end) = Entries(row);
        for (var entry = start; entry < end; entry++)
            hash.Add((_keys.Number(entry), _values.Number(entry)));
        hash.Add(_types.Number(row));
    }

    public bool Same(int left, int right)
    {
        if (_types.Number(left) != _types.Number(right))
            return false;
        var (leftStart, leftEnd) = Entries(left);
        var (rightStart, rightEnd) = Entries(right);
        if (leftEnd - leftStart != rightEnd - rightStart)
            return false;
        for (; leftStart < leftEnd; leftStart++, rightStart++)
        {
            if (_keys.Number(leftStart) != _keys.Number(rightStart) || _values.Number(leftStart) != _values.Number(rightStart))
                return false;
        }

        return true;
    }

    /// <summary>Whether some row may have the key.</summary>
    public bool MightHave(string key)
    {
        Span<byte> utf8 = stackalloc byte[512];
        if (!System.Text.Encoding.UTF8.TryGetBytes(key, utf8, out var length))
            return true;
        for (var number = 0; number < _keys.ValueCount; number++)
        {
            if (_keys.Utf8(number).SequenceEqual(utf8[..length]))
                return true;
        }

        return false;
    }

    /// <summary>
    /// Looks for keys in all rows at once. Null where that is not enough to know their values: where a key has values of several types, or one more
    /// than once.
    /// </summary>
    public MapKey[]? Find(IReadOnlyList<string> keys, int rows)
    {
        var found = new MapKey[keys.Count];
        for (var i = 0; i < found.Length; i++)
            found[i] = new MapKey(_values, rows);
        if (found.Length == 0 || TryFind(keys, found))
            return found;
        foreach (var key in found)
            key.Dispose();
        return null;
    }

    private bool TryFind(IReadOnlyList<string> keys, MapKey[] found)
    {
        var wanted = new int[_keys.ValueCount];
        Array.Fill(wanted, -1);
        for (var i = 0; i < found.Length; i++)
        {
            var utf8 = System.Text.Encoding.UTF8.GetBytes(keys[i]);
            for (var number = 0; number < wanted.Length; number++)
            {
                if (_keys.Utf8(number).SequenceEqual(utf8))
                    wanted[number] = i;
            }
        }

        var keyNumbers = _keys.Numbers;
        var valueNumbers = _values.Numbers;
        var typeNumbers = _types.Numbers;
        var types = new AttributeType?[(_types.ValueCount + 1) * found.Length];
        var levels = _keys.RepetitionLevels;
        if (!levels.SequenceEqual(_values.RepetitionLevels))
            throw new InvalidDataException("A map has other keys than values.");
        var row = -1;
        for (var entry = 0; entry < levels.Length; entry++)
        {
            row += levels[entry] == 0 ? 1 : 0;

            // an empty map has an entry without a key
            if (keyNumbers[entry] is not (>= 0 and var number) || wanted[number] is not (>= 0 and var index))
                continue;
            var key = found[index];
            if (key.Codes[row] >= 0 || valueNumbers[entry] < 0)
                return false;
            key.Codes[row] = valueNumbers[entry];
            key.Entries[row] = entry;
            ref var type = ref types[((typeNumbers.IsEmpty ? -1 : typeNumbers[row]) + 1) * found.Length + index];
            if (type is null)
            {
                type = Types(row).GetValueOrDefault(keys[index], AttributeType.Text);
                if (type.Kind == AttributeKind.Empty || type.Others.Length > 0)
                    return false;
                key.Type ??= type;
                type = key.Type == type ? key.Type : type;
            }

            if (!ReferenceEquals(key.Type, type))
                return false;
        }

        return true;
    }

    private (int Start, int End) Entries(int row)
    {
        var keys = _keys.Row(row);
        var values = _values.Row(row);
        return keys.Equals(values)
            ? (keys.Start.Value, keys.End.Value)
            : throw new InvalidDataException($"Row {row} of a map has other keys than values.");
    }

    private Dictionary<string, AttributeType> Types(int row)
    {
        var number = _types.Number(row);
        if (number < 0)
            return NoTypes;
        if (_parsed[number] is { } known)
            return known;
        var types = new Dictionary<string, AttributeType>(StringComparer.Ordinal);
        if (!_json.TryReadTypes(_types.Utf8(number), types))
            throw new InvalidDataException($"The types of the attributes in row {row} are no JSON: {_json.Error}");
        return _parsed[number] = types;
    }
}
