using System.Collections;
using System.Diagnostics.CodeAnalysis;

namespace OtelPipeline.Data;

/// <summary>
/// Attributes in the order in which they were written. A key that was written twice is there twice: nothing is lost, and
/// <see cref="TryGet"/> answers with the first, as the OpenTelemetry collector and <see cref="System.Diagnostics.Activity"/> do.
/// </summary>
/// <remarks>
/// Lookup walks the list: rows have a few dozen attributes. A list that several rows share (of a resource or a scope) must not be changed.
/// </remarks>
public sealed class AttributeList : IReadOnlyList<KeyValuePair<string, AttributeValue>>, IEquatable<AttributeList>
{
    // beyond this a reused list gives its memory back
    private const int KeptCapacity = 256;

    private KeyValuePair<string, AttributeValue>[] _items = [];

    /// <inheritdoc/>
    public int Count { get; private set; }

    /// <inheritdoc/>
    public KeyValuePair<string, AttributeValue> this[int index]
    {
        get
        {
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)index, (uint)Count, nameof(index));
            return _items[index];
        }
    }

    /// <summary>The value of the first attribute with this key, or <see cref="AttributeKind.Empty"/> when there is none.</summary>
    public AttributeValue this[string key] => TryGet(key, out var value) ? value : default;

    /// <summary>Appends an attribute; a key that is there already is there twice from then on.</summary>
    public void Add(string key, AttributeValue value)
    {
        ArgumentNullException.ThrowIfNull(key);
        Append(key, value.Detached());
    }

    /// <summary>Appends an attribute of the row that the list belongs to; unlike <see cref="Add"/> it takes the value as it is.</summary>
    internal void Append(string key, AttributeValue value)
    {
        if (Count == _items.Length)
            Array.Resize(ref _items, Math.Max(8, Count * 2));
        _items[Count++] = new(key, value);
    }

    /// <summary>The value of the first attribute with this key.</summary>
    public bool TryGet(string key, out AttributeValue value)
    {
        foreach (ref readonly var item in AsSpan())
        {
            if (string.Equals(item.Key, key, StringComparison.Ordinal))
            {
                value = item.Value;
                return true;
            }
        }

        value = default;
        return false;
    }

    /// <summary>The text of the first attribute with this key when it is text; else null.</summary>
    public string? GetString(string key) => TryGet(key, out var value) && value.Kind == AttributeKind.String ? value.AsString() : null;

    /// <summary>The attributes as a span, for loops that must not allocate; valid until the list changes.</summary>
    public ReadOnlySpan<KeyValuePair<string, AttributeValue>> AsSpan() => _items.AsSpan(0, Count);

    /// <summary>Removes all attributes.</summary>
    public void Clear()
    {
        Array.Clear(_items, 0, Count);
        Count = 0;
    }

    /// <summary>
    /// Empties the list for the next row. What it held stays referenced until it is overwritten: clearing it would cost as much as filling it.
    /// </summary>
    internal void Rewind()
    {
        if (_items.Length > KeptCapacity)
            _items = [];
        Count = 0;
    }

    /// <summary>Makes room for as many attributes as a row before had, so that a list need not grow step by step.</summary>
    internal void Expect(int count)
    {
        if (_items.Length < count && count <= KeptCapacity)
            Array.Resize(ref _items, count);
    }

    /// <summary>A list of its own with the same attributes.</summary>
    public AttributeList Clone()
    {
        var items = AsSpan().ToArray();
        foreach (ref var item in items.AsSpan())
            item = new(item.Key, item.Value.Detached());
        return new AttributeList { _items = items, Count = Count };
    }

    /// <summary>Same keys and values in the same order.</summary>
    public bool Equals([NotNullWhen(true)] AttributeList? other)
    {
        if (other is null || other.Count != Count)
            return false;
        for (var i = 0; i < Count; i++)
        {
            if (_items[i].Key != other._items[i].Key || _items[i].Value != other._items[i].Value)
                return false;
        }

        return true;
    }

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as AttributeList);

    /// <inheritdoc/>
    public override int GetHashCode() => Count;

    /// <summary>Walks the attributes in order, without allocating.</summary>
    public Enumerator GetEnumerator() => new(this);

    IEnumerator<KeyValuePair<string, AttributeValue>> IEnumerable<KeyValuePair<string, AttributeValue>>.GetEnumerator() => GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <summary>Walks the attributes of a list.</summary>
    public struct Enumerator : IEnumerator<KeyValuePair<string, AttributeValue>>
    {
        private readonly AttributeList _list;
        private int _index;

        internal Enumerator(AttributeList list)
        {
            _list = list;
            _index = -1;
        }

        /// <inheritdoc/>
        public readonly KeyValuePair<string, AttributeValue> Current => _list._items[_index];

        readonly object IEnumerator.Current => Current;

        /// <inheritdoc/>
        public bool MoveNext() => ++_index < _list.Count;

        /// <inheritdoc/>
        public void Reset() => _index = -1;

        /// <inheritdoc/>
        public readonly void Dispose() { }
    }
}
