using OtelPipeline.Parquet.Buffers;
using OtelPipeline.Parquet.Compression;
using OtelPipeline.Parquet.Encodings;

namespace OtelPipeline.Parquet.Writing;

/// <summary>
/// Encodes byte values without a dictionary. Where the newer encodings are allowed, the first page is compressed in each of them, and the smallest
/// stays for the file.
/// </summary>
internal sealed class BytesEncoder : IDisposable
{
    private readonly PageCompressor _compressor;
    private readonly bool _isFixed;
    private readonly ByteBuffer _trial = new();
    private readonly ByteBuffer _compressed = new();
    private readonly ValueBuffer<int> _prefixes = new();
    private readonly ValueBuffer<int> _suffixes = new();
    private ParquetEncoding? _encoding;

    public BytesEncoder(ParquetColumn column, ParquetWriterOptions options, PageCompressor compressor)
    {
        _compressor = compressor;
        _isFixed = column.Type == ParquetType.FixedLenByteArray;
        if (options.Compatible)
            _encoding = ParquetEncoding.Plain;
        else if (column.Leaf.Encoding is { } wanted and not ParquetEncoding.RleDictionary)
            _encoding = wanted;
        else if (!options.V2Encodings || _isFixed)
            _encoding = ParquetEncoding.Plain;
    }

    public ParquetEncoding Encode(ReadOnlySpan<byte> data, ReadOnlySpan<int> lengths, ByteBuffer body)
    {
        _encoding ??= Smallest(data, lengths);
        Encode(_encoding.Value, data, lengths, body);
        return _encoding.Value;
    }

    /// <summary>Compressed bytes of a page as dictionary and numbers, and without them.</summary>
    public (int WithDictionary, int Without) Compare(
        ReadOnlySpan<byte> numbers,
        ReadOnlySpan<byte> dictionary,
        ReadOnlySpan<byte> data,
        ReadOnlySpan<int> lengths
    )
    {
        _compressed.Truncate(0);
        _compressor.Compress(numbers, _compressed);
        _compressor.Compress(dictionary, _compressed);
        var with = _compressed.Length;
        // the choice of an encoding uses the same buffers
        _encoding ??= Smallest(data, lengths);
        _trial.Truncate(0);
        Encode(data, lengths, _trial);
        _compressed.Truncate(0);
        _compressor.Compress(_trial.Written, _compressed);
        return (with, _compressed.Length);
    }

    public void Dispose()
    {
        _trial.Dispose();
        _compressed.Dispose();
        _prefixes.Dispose();
        _suffixes.Dispose();
    }

    private ParquetEncoding Smallest(ReadOnlySpan<byte> data, ReadOnlySpan<int> lengths)
    {
        var smallest = int.MaxValue;
        var best = ParquetEncoding.Plain;
        foreach (
            var encoding in (ReadOnlySpan<ParquetEncoding>)
                [ParquetEncoding.Plain, ParquetEncoding.DeltaLengthByteArray, ParquetEncoding.DeltaByteArray]
        )
        {
            _trial.Truncate(0);
            _compressed.Truncate(0);
            Encode(encoding, data, lengths, _trial);
            _compressor.Compress(_trial.Written, _compressed);
            if (_compressed.Length >= smallest)
                continue;
            smallest = _compressed.Length;
            best = encoding;
        }

        return best;
    }

    private void Encode(ParquetEncoding encoding, ReadOnlySpan<byte> data, ReadOnlySpan<int> lengths, ByteBuffer body)
    {
        switch (encoding)
        {
            case ParquetEncoding.DeltaLengthByteArray:
                DeltaBinaryPacked.Encode(lengths, body);
                body.Write(data);
                break;
            case ParquetEncoding.DeltaByteArray:
                EncodePrefixes(data, lengths, body);
                break;
            default:
                if (_isFixed)
                {
                    body.Write(data);
                    break;
                }

                foreach (var value in new BytesEnumerator(data, lengths))
                {
                    body.WriteInt32(value.Length);
                    body.Write(value);
                }

                break;
        }
    }

    private void EncodePrefixes(ReadOnlySpan<byte> data, ReadOnlySpan<int> lengths, ByteBuffer body)
    {
        _prefixes.Truncate(0);
        _suffixes.Truncate(0);
        ReadOnlySpan<byte> previous = [];
        foreach (var value in new BytesEnumerator(data, lengths))
        {
            var shared = value.CommonPrefixLength(previous);
            _prefixes.Add(shared);
            _suffixes.Add(value.Length - shared);
            previous = value;
        }

        DeltaBinaryPacked.Encode<int>(_prefixes.Written, body);
        DeltaBinaryPacked.Encode<int>(_suffixes.Written, body);
        var i = 0;
        foreach (var value in new BytesEnumerator(data, lengths))
            body.Write(value[_prefixes[i++]..]);
    }
}
