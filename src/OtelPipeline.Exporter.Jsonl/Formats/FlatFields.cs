namespace OtelPipeline.Exporter.Jsonl.Formats;

/// <summary>
/// Collects the attributes of one record for a flat line: those that have a field of their own, and the rest, each key once. Of equal
/// keys the last one counts, as <c>Activity.SetTag</c> has it; JSON readers disagree about objects that name a key twice.
/// </summary>
internal sealed class FlatFields
{
    private const int LargeRecord = 64;

    private readonly FlatNames _names = new();
    private readonly object?[] _promoted = new object?[(int)FlatField.Count];
    private readonly Dictionary<string, int> _index = new(StringComparer.Ordinal);
    private FlatItem[] _items = new FlatItem[32];
    private int _count;
    private uint _promotedSet;

    // of the record that is being collected; 0 is no record
    private uint _record = 1;

    /// <summary>For log scopes, which nobody could redact before; see <see cref="JsonBuffer.Redaction"/>.</summary>
    public Func<string, object?, object?>? Redaction { get; set; }

    public ReadOnlySpan<FlatItem> Items => _items.AsSpan(0, _count);

    /// <summary>Names of items as they stand in a line.</summary>
    public FlatNames Names => _names;

    public bool AnyPromoted => _promotedSet != 0;

    public bool TryGet(FlatField field, out object? value)
    {
        value = _promoted[(int)field];
        return (_promotedSet & (1u << (int)field)) != 0 && value is not null;
    }

    public void Set(FlatField field, object? value)
    {
        _promoted[(int)field] = value;
        _promotedSet |= 1u << (int)field;
    }

    public void Add(string? key, object? value)
    {
        key ??= "";
        if ((uint)_count < (uint)_items.Length && TryAddAsBefore(ref _items[_count], key, value))
            return;
        var place = FlatNames.Hash(key);
        ref var name = ref _names[place];
        if (!ReferenceEquals(name.Key, key) && !string.Equals(name.Key, key, StringComparison.Ordinal))
        {
            // not in the table: another name of this record may have the place
            if (name.Record == _record || !_names.TryPut(place, key, ToField(key)))
            {
                AddUnnamed(key, value);
                return;
            }
        }

        if (name.Field != FlatField.Count)
            Set(name.Field, value);
        else if (name.Record == _record)
            _items[Find(key)] = new(key, value, place);
        else
        {
            // the place was not this record's, so no item has this name: equal names have equal places
            name.Record = _record;
            Append(key, value, place);
        }
    }

    /// <summary>Records of one call site have the same keys in the same order, so that the name is mostly where the last record had it.</summary>
    private bool TryAddAsBefore(ref FlatItem last, string key, object? value)
    {
        if (!ReferenceEquals(last.Key, key) || last.Place < 0)
            return false;
        ref var name = ref _names[last.Place];
        if (!ReferenceEquals(name.Key, key) || name.Record == _record)
            return false;
        name.Record = _record;
        last.Value = value;
        _count++;
        return true;
    }

    private void AddUnnamed(string key, object? value)
    {
        var field = ToField(key);
        if (field != FlatField.Count)
            Set(field, value);
        else if (Find(key) is var known and >= 0)
            _items[known] = new(key, value, -1);
        else
            Append(key, value, -1);
    }

    private void Append(string key, object? value, int place)
    {
        if (_count == _items.Length)
            Array.Resize(ref _items, _count * 2);
        if (_count >= LargeRecord)
            _index[key] = _count;
        _items[_count++] = new(key, value, place);
    }

    private int Find(string key)
    {
        for (var i = Math.Min(_count, LargeRecord) - 1; i >= 0; i--)
        {
            if (string.Equals(_items[i].Key, key, StringComparison.Ordinal))
                return i;
        }

        return _count > LargeRecord && _index.TryGetValue(key, out var index) ? index : -1;
    }

    /// <summary>Forgets the record and the objects that it held, but not the keys.</summary>
    public void Clear()
    {
        foreach (ref var item in _items.AsSpan(0, _count))
            item.Value = null;
        if (_promotedSet != 0)
            Array.Clear(_promoted);
        if (_count > LargeRecord)
        {
            _index.Clear();
            _index.TrimExcess();
            _items = new FlatItem[32];
        }

        _count = 0;
        _promotedSet = 0;
        if (++_record == 0)
            _record = 1;
    }

    private static FlatField ToField(string key) =>
        key switch
        {
            "pipeline.run.id" => FlatField.RunId,
            "pipeline.name" => FlatField.Pipeline,
            "pipeline.node.name" => FlatField.Node,
            "pipeline.node.type" => FlatField.NodeType,
            "pipeline.node.layer" => FlatField.Layer,
            "pipeline.node.engine" => FlatField.Engine,
            "pipeline.node.result" => FlatField.NodeResult,
            "pipeline.run.result" => FlatField.RunResult,
            "error.type" => FlatField.ErrorType,
            "pipeline.cache.result" => FlatField.CacheResult,
            "process.owner" => FlatField.User,
            "code.function.name" => FlatField.Function,
            "code.file.path" => FlatField.File,
            "code.line.number" => FlatField.Line,
            "thread.id" => FlatField.ThreadId,
            "thread.name" => FlatField.ThreadName,
            "exception.type" => FlatField.ExceptionType,
            "exception.message" => FlatField.ExceptionMessage,
            "exception.stacktrace" => FlatField.ExceptionStackTrace,
            _ => FlatField.Count,
        };
}

/// <summary>An attribute in a flat line's <c>attributes</c>, and where the table of names has its name, or -1.</summary>
internal struct FlatItem(string key, object? value, int place)
{
    public string Key = key;
    public object? Value = value;
    public int Place = place;
}

/// <summary>Attributes that a flat line has a field for.</summary>
internal enum FlatField
{
    RunId,
    Pipeline,
    Node,
    NodeType,
    Layer,
    Engine,
    NodeResult,
    RunResult,
    ErrorType,
    CacheResult,
    User,
    Function,
    File,
    Line,
    ThreadId,
    ThreadName,
    ExceptionType,
    ExceptionMessage,
    ExceptionStackTrace,
    Count,
}
