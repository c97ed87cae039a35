using OtelPipeline.Parquet.Buffers;
using OtelPipeline.Parquet.Compression;
using OtelPipeline.Parquet.Encodings;
using OtelPipeline.Parquet.Metadata;
using OtelPipeline.Parquet.Thrift;

namespace OtelPipeline.Parquet.Writing;

/// <summary>What a column writer knows of a page when it hands it over; bounds are values in PLAIN form, as long as they really are.</summary>
internal readonly ref struct PageFacts
{
    public required PageType Type { get; init; }
    public required ParquetEncoding Encoding { get; init; }

    /// <summary>Entries, NULLs included.</summary>
    public required int ValueCount { get; init; }
    public int RowCount { get; init; }
    public int NullCount { get; init; }
    public int NaNCount { get; init; }
    public bool HasBounds { get; init; }
    public ReadOnlySpan<byte> Min { get; init; }
    public ReadOnlySpan<byte> Max { get; init; }
}

/// <summary>Compresses the pages of one column chunk and keeps them until the chunk is written; used again for every row group.</summary>
internal sealed class ChunkBuilder(ParquetColumn column, PageCompressor compressor) : IDisposable
{
    private readonly SegmentBuffer _pages = new();
    private readonly SegmentBuffer _dictionary = new();
    private readonly ValueBuffer<PageEntry> _entries = new();
    private readonly BoundsBuilder _bounds = new(column);
    private readonly ByteBuffer _thrift = new();
    private readonly Dictionary<(PageType, ParquetEncoding), int> _encodings = [];
    private long _valueCount;
    private long _nullCount;
    private long _nanCount;
    private long _uncompressed;
    private long _rows;

    public long BufferedBytes => _pages.Length + _dictionary.Length;

    public void AddPage(in PageFacts facts, ReadOnlySpan<byte> body)
    {
        var target = facts.Type == PageType.Dictionary ? _dictionary : _pages;
        var start = target.Length;
        WritePage(target, facts, body);
        _encodings[(facts.Type, facts.Encoding)] = _encodings.GetValueOrDefault((facts.Type, facts.Encoding)) + 1;
        if (facts.Type == PageType.Dictionary)
            return;
        _entries.Add(
            new PageEntry
            {
                Start = start,
                Size = target.Length - start,
                FirstRow = _rows,
                NullCount = facts.NullCount,
                NaNCount = facts.NaNCount,
            }
        );
        _bounds.Add(facts);
        _rows += facts.RowCount;
        _valueCount += facts.ValueCount;
        _nullCount += facts.NullCount;
        _nanCount += facts.NaNCount;
    }

    /// <summary>Writes all pages to the file at <paramref name="position"/>, the indexes behind <paramref name="indexes"/>, and forgets them.</summary>
    public WrittenChunk Complete(Stream stream, long position, SegmentBuffer indexes)
    {
        _dictionary.CopyTo(stream);
        _pages.CopyTo(stream);
        var dataStart = position + _dictionary.Length;
        var chunk = new WrittenChunk
        {
            Codec = compressor.Codec,
            ValueCount = _valueCount,
            CompressedSize = BufferedBytes,
            UncompressedSize = _uncompressed,
            DataPageOffset = dataStart,
            DictionaryPageOffset = _dictionary.Length > 0 ? position : null,
            NullCount = _nullCount,
            NaNCount = IsFloating ? _nanCount : null,
            Encodings = [.. _encodings.Select(e => (e.Key.Item1, e.Key.Item2, e.Value))],
            Bounds = _bounds.ChunkBounds(),
        };
        chunk.ColumnIndex = WriteColumnIndex(indexes);
        chunk.OffsetIndex = WriteOffsetIndex(indexes, dataStart);
        Reset();
        return chunk;
    }

    public void Dispose()
    {
        _thrift.Dispose();
        _pages.Dispose();
        _dictionary.Dispose();
        _entries.Dispose();
        _bounds.Dispose();
    }

    private bool IsFloating => column.Type is ParquetType.Float or ParquetType.Double;

    private void Reset()
    {
        _pages.Clear();
        _dictionary.Clear();
        _entries.Truncate(0);
        _bounds.Reset();
        _encodings.Clear();
        _valueCount = _nullCount = _nanCount = _uncompressed = _rows = 0;
    }

    private void WritePage(SegmentBuffer target, in PageFacts facts, ReadOnlySpan<byte> body)
    {
        // the header holds the compressed size and the checksum
        var compressed = compressor.Compress(body);
        _thrift.Truncate(0);
        WriteHeader(_thrift, facts, body.Length, compressed.Length, (int)Crc32.Compute(compressed));
        target.Write(_thrift.Written);
        target.Write(compressed);
        _uncompressed += _thrift.Length + body.Length;
    }

    private static void WriteHeader(ByteBuffer buffer, in PageFacts facts, int uncompressed, int compressed, int crc)
    {
        var thrift = new ThriftWriter(buffer);
        thrift.Begin();
        thrift.I32(1, (int)facts.Type);
        thrift.I32(2, uncompressed);
        thrift.I32(3, compressed);
        thrift.I32(4, crc);
        thrift.BeginField(facts.Type == PageType.Dictionary ? 7 : 5);
        thrift.I32(1, facts.ValueCount);
        thrift.I32(2, (int)facts.Encoding);
        if (facts.Type == PageType.Data)
        {
            thrift.I32(3, (int)ParquetEncoding.Rle);
            thrift.I32(4, (int)ParquetEncoding.Rle);
        }

        thrift.End();
        thrift.End();
    }

    private IndexSpan WriteOffsetIndex(SegmentBuffer indexes, long dataStart)
    {
        _thrift.Truncate(0);
        var thrift = new ThriftWriter(_thrift);
        thrift.Begin();
        thrift.List(1, ThriftType.Struct, _entries.Count);
        foreach (ref readonly var entry in _entries.Written)
        {
            thrift.Begin();
            thrift.I64(1, dataStart + entry.Start);
            thrift.I32(2, entry.Size);
            thrift.I64(3, entry.FirstRow);
            thrift.End();
        }

        thrift.End();
        return Append(indexes);
    }

    private IndexSpan? WriteColumnIndex(SegmentBuffer indexes)
    {
        if (!_bounds.CanIndex(_entries.Count))
            return null;
        _thrift.Truncate(0);
        var thrift = new ThriftWriter(_thrift);
        thrift.Begin();
        _bounds.WriteLists(thrift);
        thrift.List(5, ThriftType.I64, _entries.Count);
        foreach (ref readonly var entry in _entries.Written)
            thrift.IntElement(entry.NullCount);
        if (IsFloating)
        {
            thrift.List(8, ThriftType.I64, _entries.Count);
            foreach (ref readonly var entry in _entries.Written)
                thrift.IntElement(entry.NaNCount);
        }

        thrift.End();
        return Append(indexes);
    }

    private IndexSpan Append(SegmentBuffer indexes)
    {
        var start = indexes.Length;
        indexes.Write(_thrift.Written);
        return new IndexSpan(start, _thrift.Length);
    }

    private struct PageEntry
    {
        public int Start;
        public int Size;
        public long FirstRow;
        public int NullCount;
        public int NaNCount;
    }
}
