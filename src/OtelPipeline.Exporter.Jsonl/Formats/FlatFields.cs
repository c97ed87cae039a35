namespace OtelPipeline.Exporter.Jsonl.Formats;

/// <summary>
/// Collects the attributes of one record for a flat line: those that have a field of their own, and the rest, each key once. Of equal
/// keys the last one counts, as <c>Activity.SetTag</c> has it; JSON readers disagree about objects that name a key twice.
/// </summary>
internal sealed class FlatFields
{
    private const int LargeRecord = 64;

    private KeyValuePair<string, object?>[] _items = new KeyValuePair<string, object?>[32];
    private readonly object?[] _promoted = new object?[(int)FlatField.Count];
    private readonly Dictionary<string, int> _index = new(StringComparer.Ordinal);
    private int _count;
    private uint _promotedSet;

    // one bit for each likeness of keys seen: where it is new, no earlier key can be equal
    private ulong _seen;

    /// <summary>For log scopes, which nobody could redact before; see <see cref="JsonBuffer.Redaction"/>.</summary>
    public Func<string, object?, object?>? Redaction { get; set; }

    public ReadOnlySpan<KeyValuePair<string, object?>> Items => _items.AsSpan(0, _count);

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
        var field = ToField(key);
        if (field != FlatField.Count)
        {
            Set(field, value);
            return;
        }

        var bit = key.Length == 0 ? 1UL : 1UL << ((key.Length + (key[^1] * 3) + (key[key.Length / 2] * 7)) & 63);
        if ((_seen & bit) != 0 && Find(key) is var known and >= 0)
        {
            _items[known] = new(key, value);
            return;
        }

        _seen |= bit;
        if (_count == _items.Length)
            Array.Resize(ref _items, _count * 2);
        if (_count >= LargeRecord)
            _index[key] = _count;
        _items[_count++] = new(key, value);
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

    /// <summary>Forgets the record, and the objects that it held.</summary>
    public void Clear()
    {
        Array.Clear(_items, 0, _count);
        if (_promotedSet != 0)
            Array.Clear(_promoted);
        if (_count > LargeRecord)
        {
            _index.Clear();
            _index.TrimExcess();
            _items = new KeyValuePair<string, object?>[32];
        }

        _count = 0;
        _promotedSet = 0;
        _seen = 0;
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
