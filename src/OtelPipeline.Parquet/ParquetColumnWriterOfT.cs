using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using OtelPipeline.Parquet.Buffers;
using OtelPipeline.Parquet.Compression;
using OtelPipeline.Parquet.Encodings;
using OtelPipeline.Parquet.Metadata;
using OtelPipeline.Parquet.Writing;

namespace OtelPipeline.Parquet;

/// <summary>Takes the values of a column of <see cref="bool"/>, <see cref="int"/>, <see cref="long"/>, <see cref="float"/> or <see cref="double"/>.</summary>
/// <typeparam name="T">The type that belongs to the column's <see cref="ParquetType"/>.</typeparam>
public sealed class ParquetColumnWriter<T> : ParquetColumnWriter
    where T : unmanaged
{
    private readonly ValueBuffer<T> _values = new();
    private readonly ValueBuffer<int> _numbers = new();
    private readonly ValueDictionary<T> _dictionary = new();
    private readonly DictionaryChoice _choice;
    private readonly SplitChoice _split;
    private readonly byte[] _bounds = new byte[2 * sizeof(long)];
    private T _lastKey;
    private bool _hasLastKey;

    internal ParquetColumnWriter(ParquetColumn column, ParquetWriterOptions options, PageCompressor compressor)
        : base(column, options, compressor)
    {
        _choice = new DictionaryChoice(options, column.Leaf.Encoding, typeof(T) != typeof(bool));
        _split = new SplitChoice(options, compressor);
    }

    private protected override int PendingBytes => _values.Count * Unsafe.SizeOf<T>();

    /// <summary>Appends a value: an element where a row of a LIST or MAP is open, else a row.</summary>
    /// <exception cref="InvalidOperationException">The column is a LIST or MAP, and no row is open.</exception>
    public void Append(T value)
    {
        NextValue();
        _values.Add(value);
    }

    /// <summary>Appends a value or NULL.</summary>
    /// <exception cref="InvalidOperationException">NULL, which the schema forbids; or a LIST or MAP, and no row is open.</exception>
    public void Append(T? value)
    {
        if (value is { } present)
            Append(present);
        else
            AppendNull();
    }

    /// <summary>Appends rows, one value each.</summary>
    /// <exception cref="InvalidOperationException">The column is a LIST or MAP.</exception>
    public void Write(ReadOnlySpan<T> values)
    {
        while (values.Length > 0)
        {
            var count = NextValues(values.Length);
            _values.Add(values[..count]);
            values = values[count..];
        }
    }

    /// <summary>Appends rows of which some are NULL; where <paramref name="present"/> is false the value is not looked at.</summary>
    /// <exception cref="ArgumentException">The spans differ in length.</exception>
    /// <exception cref="InvalidOperationException">The column cannot be NULL, or is a LIST or MAP.</exception>
    public void Write(ReadOnlySpan<T> values, ReadOnlySpan<bool> present)
    {
        if (values.Length != present.Length)
            throw new ArgumentException($"{values.Length} values, but {present.Length} flags.", nameof(present));
        for (var i = 0; i < values.Length; i++)
        {
            if (present[i])
                Append(values[i]);
            else
                AppendNull();
        }
    }

    /// <summary>Appends rows of a LIST or MAP column: each row takes as many of the values as its entry in <paramref name="rowLengths"/>; -1 is a NULL row.</summary>
    /// <exception cref="ArgumentException">The lengths do not add up to the number of values.</exception>
    /// <exception cref="InvalidOperationException">The column is not repeated, or NULL is forbidden.</exception>
    public void Write(ReadOnlySpan<T> values, ReadOnlySpan<int> rowLengths)
    {
        RowLengths.Check(rowLengths, values.Length);
        foreach (var length in rowLengths)
        {
            if (length < 0)
            {
                AppendNull();
                continue;
            }

            BeginRow(length);
            foreach (var value in values[..length])
                Append(value);
            values = values[length..];
        }
    }

    private protected override bool Measure(out ReadOnlySpan<byte> min, out ReadOnlySpan<byte> max, out int nans)
    {
        min = max = default;
        var values = _values.Written;
        if (IsSortKey && IsSorted)
            CheckOrder(values);
        if (!NumberBounds.Measure<T>(values, out var smallest, out var largest, out nans))
            return false;
        var size = Unsafe.SizeOf<T>();
        MemoryMarshal.Write(_bounds, smallest);
        MemoryMarshal.Write(_bounds.AsSpan(sizeof(long)), largest);
        min = _bounds.AsSpan(0, size);
        max = _bounds.AsSpan(sizeof(long), size);
        return true;
    }

    private protected override ParquetEncoding EncodeValues(ByteBuffer body)
    {
        // a chunk of NULLs alone has no dictionary
        if (_values.Count == 0 && _dictionary.Count == 0)
            return ParquetEncoding.Plain;
        if (_choice.IsActive && TryNumber())
        {
            var start = body.Length;
            var encoded = DictionaryPage.Write(_numbers.Written, _dictionary.Count, body);
            if (!_choice.IsFirstPage)
                return ParquetEncoding.RleDictionary;
            // the first page decides: what the chunk costs with a dictionary and what without
            var fallback = EncodeWithout(body);
            var size = body.Length - start - encoded;
            if (_choice.Decide(encoded + _dictionary.Count * Unsafe.SizeOf<T>(), size))
            {
                body.Truncate(start + encoded);
                return ParquetEncoding.RleDictionary;
            }

            _dictionary.Clear(0);
            AddToBloom(_values.Written);
            body.Slice(start + encoded, size).CopyTo(body.Slice(start, size));
            body.Truncate(start + size);
            return fallback;
        }

        return EncodeWithout(body);
    }

    private protected override void ClearPage()
    {
        _values.Truncate(0);
        _numbers.Truncate(0);
    }

    private protected override void EndDictionary()
    {
        if (_dictionary.Count > 0)
        {
            var bytes = MemoryMarshal.AsBytes(_dictionary.Values);
            var facts = new PageFacts
            {
                Type = PageType.Dictionary,
                Encoding = ParquetEncoding.Plain,
                ValueCount = _dictionary.Count,
            };
            Chunk.AddPage(facts, bytes);
            AddToBloom(_dictionary.Values);
        }

        _dictionary.Clear(0);
        _choice.NextRowGroup();
        _hasLastKey = false;
    }

    internal override void Release()
    {
        base.Release();
        _values.Dispose();
        _numbers.Dispose();
        _dictionary.Dispose();
        _split.Dispose();
    }

    /// <summary>Numbers the page's values; false, without a trace, when the dictionary gets too large.</summary>
    private bool TryNumber()
    {
        var before = _dictionary.Count;
        var most = Options.DictionaryBytes / Unsafe.SizeOf<T>();
        if (_dictionary.TryNumber(_values.Written, _numbers, most, _choice.IsFirstPage))
            return true;
        _dictionary.Clear(before);
        _numbers.Truncate(0);
        _choice.GiveUp();
        return false;
    }

    private ParquetEncoding EncodeWithout(ByteBuffer body)
    {
        var values = _values.Written;
        if (typeof(T) == typeof(bool))
        {
            BitPacking.Pack<byte>(MemoryMarshal.Cast<T, byte>(values), 1, body);
            return ParquetEncoding.Plain;
        }

        if (!_choice.IsFirstPage || !_choice.IsActive)
            AddToBloom(values);
        var wanted = Column.Leaf.Encoding;
        if (Options.Compatible || wanted == ParquetEncoding.Plain)
        {
            body.Write(MemoryMarshal.AsBytes(values));
            return ParquetEncoding.Plain;
        }

        if (wanted == ParquetEncoding.ByteStreamSplit)
            return SplitChoice.WriteSplit(MemoryMarshal.AsBytes(values), Unsafe.SizeOf<T>(), body);
        if (typeof(T) == typeof(int))
            DeltaBinaryPacked.Encode<int>(MemoryMarshal.Cast<T, int>(values), body);
        else if (typeof(T) == typeof(long))
            DeltaBinaryPacked.Encode<long>(MemoryMarshal.Cast<T, long>(values), body);
        else
            return _split.Write(MemoryMarshal.AsBytes(values), Unsafe.SizeOf<T>(), body);
        return ParquetEncoding.DeltaBinaryPacked;
    }

    private void AddToBloom(ReadOnlySpan<T> values)
    {
        if (Bloom is null)
            return;
        foreach (ref readonly var value in values)
            Bloom.Add(XxHash64.Hash(MemoryMarshal.AsBytes(new ReadOnlySpan<T>(in value))));
    }

    private void CheckOrder(ReadOnlySpan<T> values)
    {
        if (values.Length == 0)
            return;
        IsSorted =
            NumberBounds.IsSorted(values, IsDescending) && (!_hasLastKey || NumberBounds.IsSorted([_lastKey, values[0]], IsDescending));
        _lastKey = values[^1];
        _hasLastKey = true;
    }
}
