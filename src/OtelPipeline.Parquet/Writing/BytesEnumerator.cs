namespace OtelPipeline.Parquet.Writing;

/// <summary>Walks over values that lie back to back.</summary>
internal ref struct BytesEnumerator(ReadOnlySpan<byte> data, ReadOnlySpan<int> lengths)
{
    private readonly ReadOnlySpan<byte> _data = data;
    private readonly ReadOnlySpan<int> _lengths = lengths;
    private int _position;
    private int _index = -1;

    public readonly ReadOnlySpan<byte> Current => _data.Slice(_position, _lengths[_index]);

    public bool MoveNext()
    {
        if (_index >= 0)
            _position += _lengths[_index];
        return ++_index < _lengths.Length;
    }

    public readonly BytesEnumerator GetEnumerator() => this;
}
