using System.Text;
using System.Text.Unicode;
using OtelPipeline.Parquet.Buffers;
using OtelPipeline.Parquet.Compression;
using OtelPipeline.Parquet.Encodings;
using OtelPipeline.Parquet.Metadata;
using OtelPipeline.Parquet.Writing;

namespace OtelPipeline.Parquet;

/// <summary>Takes the values of a column of text, bytes or bytes of a fixed length.</summary>
public sealed class ParquetBytesWriter : ParquetColumnWriter
{
    private readonly ByteBuffer _data = new();
    private readonly ValueBuffer<int> _lengths = new();
    private readonly ValueBuffer<int> _numbers = new();
    private readonly BytesDictionary _dictionary;
    private readonly DictionaryChoice _choice;
    private readonly BytesEncoder _encoder;
    private readonly bool _isText;
    private readonly int _fixedLength;
    private byte[] _lastKey = [];
    private bool _hasLastKey;

    internal ParquetBytesWriter(ParquetColumn column, ParquetWriterOptions options, PageCompressor compressor)
        : base(column, options, compressor)
    {
        _isText = column.Leaf.LogicalType.Kind is ParquetLogicalKind.String or ParquetLogicalKind.Json;
        _fixedLength = column.Leaf.TypeLength;
        _dictionary = new BytesDictionary(withLengths: _fixedLength == 0);
        _choice = new DictionaryChoice(options, column.Leaf.Encoding, typeAllows: true);
        _encoder = new BytesEncoder(column, options, compressor);
    }

    private protected override int PendingBytes => _data.Length + _lengths.Count * sizeof(int);

    /// <summary>Appends a value: an element where a row of a LIST or MAP is open, else a row. Text must be UTF-8.</summary>
    /// <exception cref="ArgumentException">Text that is no UTF-8, or not the fixed length.</exception>
    /// <exception cref="InvalidOperationException">The column is a LIST or MAP, and no row is open.</exception>
    public void Append(ReadOnlySpan<byte> value)
    {
        if (_fixedLength > 0 && value.Length != _fixedLength)
            throw new ArgumentException($"Values of column '{Column.Path}' have {_fixedLength} bytes, not {value.Length}.", nameof(value));
        if (_isText && !Utf8.IsValid(value))
            throw new ArgumentException($"The value for column '{Column.Path}' is no valid UTF-8.", nameof(value));
        NextValue();
        _data.Write(value);
        _lengths.Add(value.Length);
    }

    /// <summary>Appends text as UTF-8; lone surrogates become U+FFFD.</summary>
    /// <exception cref="InvalidOperationException">The column is a LIST or MAP, and no row is open; or its values have a fixed length.</exception>
    public void Append(ReadOnlySpan<char> value)
    {
        if (_fixedLength > 0)
            throw new InvalidOperationException($"Column '{Column.Path}' holds bytes of a fixed length, not text.");
        NextValue();
        var size = Encoding.UTF8.GetBytes(value, _data.Reserve(Encoding.UTF8.GetMaxByteCount(value.Length)));
        _data.Advance(size);
        _lengths.Add(size);
    }

    /// <summary>Appends text as UTF-8, or NULL; lone surrogates become U+FFFD.</summary>
    /// <exception cref="InvalidOperationException">NULL, which the schema forbids; or a LIST or MAP, and no row is open.</exception>
    public void Append(string? value)
    {
        if (value is null)
            AppendNull();
        else
            Append(value.AsSpan());
    }

    /// <summary>Appends rows of text, one value each; null is NULL.</summary>
    public void Write(ReadOnlySpan<string?> values)
    {
        foreach (var value in values)
            Append(value);
    }

    /// <summary>Appends rows of a LIST or MAP column: each row takes as many of the values as its entry in <paramref name="rowLengths"/>; -1 is a NULL row.</summary>
    /// <exception cref="ArgumentException">The lengths do not add up to the number of values.</exception>
    /// <exception cref="InvalidOperationException">The column is not repeated, or NULL is forbidden.</exception>
    public void Write(ReadOnlySpan<string?> values, ReadOnlySpan<int> rowLengths)
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

    /// <summary>
    /// Appends rows, one value each, whose bytes lie back to back in <paramref name="data"/>; a length of -1 is NULL. For text as UTF-8.
    /// </summary>
    /// <exception cref="ArgumentException">The lengths do not add up to the bytes; text that is no UTF-8; not the fixed length.</exception>
    /// <exception cref="InvalidOperationException">The column is a LIST or MAP, or NULL is forbidden.</exception>
    public void Write(ReadOnlySpan<byte> data, ReadOnlySpan<int> lengths)
    {
        RowLengths.Check(lengths, data.Length);
        foreach (var length in lengths)
        {
            if (length < 0)
            {
                AppendNull();
                continue;
            }

            Append(data[..length]);
            data = data[length..];
        }
    }

    private protected override bool Measure(out ReadOnlySpan<byte> min, out ReadOnlySpan<byte> max, out int nans)
    {
        nans = 0;
        if (IsSortKey && IsSorted)
            CheckOrder();
        var found = BytesBounds.Measure(_data.Written, _lengths.Written, out min, out max);
        return found && ValueOrder.HasOrder(Column);
    }

    private protected override ParquetEncoding EncodeValues(ByteBuffer body)
    {
        // a chunk of NULLs alone has no dictionary
        if (_lengths.Count == 0 && _dictionary.Count == 0)
            return ParquetEncoding.Plain;
        if (!_choice.IsActive || !TryNumber())
        {
            AddToBloom();
            return _encoder.Encode(_data.Written, _lengths.Written, body);
        }

        var start = body.Length;
        var encoded = DictionaryPage.Write(_numbers.Written, _dictionary.Count, body);
        if (!_choice.IsFirstPage || KeepsDictionary(body.Slice(start, encoded)))
            return ParquetEncoding.RleDictionary;
        body.Truncate(start);
        _dictionary.Clear();
        AddToBloom();
        return _encoder.Encode(_data.Written, _lengths.Written, body);
    }

    private protected override void ClearPage()
    {
        _data.Truncate(0);
        _lengths.Truncate(0);
        _numbers.Truncate(0);
    }

    private protected override void EndDictionary()
    {
        if (_dictionary.Count > 0)
        {
            var facts = new PageFacts
            {
                Type = PageType.Dictionary,
                Encoding = ParquetEncoding.Plain,
                ValueCount = _dictionary.Count,
            };
            Chunk.AddPage(facts, _dictionary.Plain);
            for (var i = 0; Bloom is not null && i < _dictionary.Count; i++)
                Bloom.Add(XxHash64.Hash(_dictionary[i]));
        }

        _dictionary.Clear();
        _choice.NextRowGroup();
        _hasLastKey = false;
    }

    internal override void Release()
    {
        base.Release();
        _data.Dispose();
        _lengths.Dispose();
        _numbers.Dispose();
        _dictionary.Dispose();
        _encoder.Dispose();
    }

    /// <summary>The first page decides: what it costs with a dictionary, and what without. Where that is not plain to see, both are compressed.</summary>
    private bool KeepsDictionary(ReadOnlySpan<byte> numbers)
    {
        const int ClearlySmaller = 4;
        var (with, without) = (numbers.Length + _dictionary.PlainLength, PendingBytes);
        if (with > without / ClearlySmaller && with < without)
            (with, without) = _encoder.Compare(numbers, _dictionary.Plain, _data.Written, _lengths.Written);
        return _choice.Decide(with, without);
    }

    private void AddToBloom()
    {
        if (Bloom is null)
            return;
        foreach (var value in new BytesEnumerator(_data.Written, _lengths.Written))
            Bloom.Add(XxHash64.Hash(value));
    }

    /// <summary>Numbers the page's values; false, without a trace, when the dictionary gets too large.</summary>
    private bool TryNumber()
    {
        var (count, length) = (_dictionary.Count, _dictionary.PlainLength);
        if (_dictionary.TryNumber(_data.Written, _lengths.Written, _numbers, Options.DictionaryBytes, _choice.IsFirstPage))
            return true;
        _dictionary.Shrink(count, length);
        _numbers.Truncate(0);
        _choice.GiveUp();
        return false;
    }

    private void CheckOrder()
    {
        ReadOnlySpan<byte> previous = _lastKey;
        foreach (var value in new BytesEnumerator(_data.Written, _lengths.Written))
        {
            var order = previous.SequenceCompareTo(value);
            if (_hasLastKey && (IsDescending ? order < 0 : order > 0))
            {
                IsSorted = false;
                return;
            }

            previous = value;
            _hasLastKey = true;
        }

        _lastKey = previous.ToArray();
    }
}
