using System.Buffers;
using OtelPipeline.Parquet.Encodings;
using OtelPipeline.Parquet.Metadata;

namespace OtelPipeline.Parquet.Reading;

/// <summary>Walks over the pages of a column chunk and hands their values over.</summary>
internal sealed class ChunkReader : IDisposable
{
    private readonly ParquetReader _file;
    private readonly ParquetRowGroup _group;
    private readonly ParquetColumnChunk _chunk;
    private readonly ParquetColumnValues _values;
    private readonly PageMemory _memory;
    private byte[] _raw = [];
    private long _entriesRead;
    private long _rowsRead;
    private bool _hasDictionary;
    private bool _pagesBeginRows;
    private bool _completed;

    public ChunkReader(ParquetReader file, ParquetRowGroup group, ParquetColumnChunk chunk, ParquetColumnValues values)
    {
        _file = file;
        _group = group;
        _chunk = chunk;
        _values = values;
        _memory = new PageMemory(file.Options.MaxColumnBytes);
    }

    public void Read(ParquetRowSelection? rows)
    {
        if (_chunk.IsEncrypted)
            throw Corrupt(_chunk.Start, "the column is encrypted, which this library does not read");
        if (_chunk.FilePath is not null)
            throw Corrupt(_chunk.Start, $"the column lies in another file, '{_chunk.FilePath}', which this library does not follow");
        if (rows is { IsEmpty: true } || (_chunk.ValueCount == 0 && _group.RowCount == 0))
            return;
        if (rows is not null && rows.Covers(0, _group.RowCount))
            rows = null;
        if (rows is not null && PageIndexes.ReadOffsets(_file, _group, _chunk) is { Length: > 0 } pages)
            ReadSelected(pages, rows);
        else
            ReadAll(rows);
        _values.Finish();
        _completed = true;
    }

    /// <summary>Reads the dictionary and no page; false when the chunk has none in front of its pages.</summary>
    public bool TryReadDictionary()
    {
        var length = _chunk.DataPageOffset - _chunk.Start;
        if (_chunk.IsEncrypted || _chunk.FilePath is not null || length <= 0 || length > _file.Options.MaxColumnBytes)
            return false;
        ReadPage(ReadRaw(_chunk.Start, (int)length), _chunk.Start, null);
        _completed = true;
        return _hasDictionary;
    }

    public void Dispose()
    {
        if (_raw.Length > 0)
            ArrayPool<byte>.Shared.Return(_raw);
        _memory.ReleaseScratch();
        // byte columns keep the memory, for their values lie in it
        if (!_completed || _values is not ParquetBytes)
            _memory.Bytes.Dispose();
    }

    private void ReadAll(ParquetRowSelection? rows)
    {
        var start = _chunk.Start;
        var length = _chunk.CompressedSize;
        if (length > _file.Options.MaxColumnBytes)
            throw Corrupt(start, $"the column has {length} bytes, more than {nameof(ParquetReaderOptions.MaxColumnBytes)} allows");
        if (length > _file.Source.Length - start)
            throw Corrupt(start, $"the column has {length} bytes, which run out of the file");
        // old writers left the header of the dictionary page out of the size (https://issues.apache.org/jira/browse/PARQUET-816)
        const int Slack = 100;
        length = Math.Min(length + Slack, _file.Source.Length - start);
        var raw = ReadRaw(start, (int)length);
        // beyond that the footer is not believed before the pages are there
        const int Believed = 1 << 17;
        _values.Expect((int)Math.Min(_chunk.ValueCount, Believed));
        var position = 0;
        while (_entriesRead < _chunk.ValueCount)
        {
            if (position >= raw.Count)
                throw Corrupt(start + position, $"the pages end after {_entriesRead} of {_chunk.ValueCount} values");
            position += ReadPage(raw[position..], start + position, rows);
        }

        if (_rowsRead != _group.RowCount)
            throw Corrupt(start, $"the column has {_rowsRead} rows, its row group {_group.RowCount}");
    }

    private void ReadSelected(PageLocation[] pages, ParquetRowSelection rows)
    {
        // a page index is only legal where every page begins with a row
        _pagesBeginRows = true;
        var dictionary = pages[0].Offset - _chunk.Start;
        if (dictionary < 0 || dictionary > _file.Options.MaxColumnBytes)
            throw Corrupt(_chunk.Start, $"the offset index places the first page at {pages[0].Offset}");
        if (dictionary > 0)
            ReadPage(ReadRaw(_chunk.Start, (int)dictionary), _chunk.Start, rows);
        for (var i = 0; i < pages.Length; i++)
        {
            var end = i + 1 < pages.Length ? pages[i + 1].FirstRow : _group.RowCount;
            if (!rows.Overlaps(pages[i].FirstRow, end))
                continue;
            if (pages[i].CompressedSize > _file.Options.MaxColumnBytes)
                throw Corrupt(pages[i].Offset, $"the offset index announces a page of {pages[i].CompressedSize} bytes");
            _rowsRead = pages[i].FirstRow;
            ReadPage(ReadRaw(pages[i].Offset, pages[i].CompressedSize), pages[i].Offset, rows);
            if (_rowsRead != end)
                throw Corrupt(pages[i].Offset, $"the page ends at row {_rowsRead}, by the offset index at row {end}");
        }
    }

    private ArraySegment<byte> ReadRaw(long offset, int length)
    {
        if (offset < 0 || length > _file.Source.Length - offset)
            throw Corrupt(offset, $"{length} bytes run out of the file, which has {_file.Source.Length}");
        if (_raw.Length < length)
        {
            if (_raw.Length > 0)
                ArrayPool<byte>.Shared.Return(_raw);
            _raw = ArrayPool<byte>.Shared.Rent(length);
        }

        _file.Source.Read(offset, _raw.AsSpan(0, length));
        return new ArraySegment<byte>(_raw, 0, length);
    }

    /// <summary>Reads the page at the start of <paramref name="raw"/> and returns its bytes, header included.</summary>
    private int ReadPage(ArraySegment<byte> raw, long offset, ParquetRowSelection? rows)
    {
        try
        {
            var header = PageHeader.Read(raw, out var headerLength);
            if (header.CompressedSize > raw.Count - headerLength)
                throw new CorruptException(
                    $"the page has {header.CompressedSize} bytes, {raw.Count - headerLength} are left",
                    headerLength
                );
            if (header.UncompressedSize > _file.Options.MaxPageBytes)
                throw new CorruptException($"the page has {header.UncompressedSize} bytes, more than MaxPageBytes allows", headerLength);
            var body = raw.Slice(headerLength, header.CompressedSize);
            if (header.Crc is { } crc && _file.Options.VerifyChecksums && Crc32.Compute(body) != (uint)crc)
                throw new CorruptException(
                    $"the page's checksum is {Crc32.Compute(body):x8}, its header says {(uint)crc:x8}",
                    headerLength
                );
            switch (header.Type)
            {
                case PageType.Dictionary:
                    ReadDictionary(header, body);
                    break;
                case PageType.Data or PageType.DataV2:
                    ReadData(header, body, rows);
                    break;
            }

            return headerLength + header.CompressedSize;
        }
        catch (CorruptException error)
        {
            throw Corrupt(offset, $"{error.Message} (at byte {error.Position} of the page)", error);
        }
        catch (Exception error)
            when (error is IndexOutOfRangeException or ArgumentException or OverflowException or InvalidOperationException)
        {
            // decoders rely on the bounds checks of spans for what costs too much to check twice
            throw Corrupt(offset, "the page is damaged", error);
        }
    }

    private void ReadDictionary(in PageHeader header, ArraySegment<byte> body)
    {
        if (_hasDictionary)
            throw new CorruptException("the column has a second dictionary", 0);
        if (header.Encoding is not (ParquetEncoding.Plain or ParquetEncoding.PlainDictionary))
            throw new CorruptException($"a dictionary in encoding {header.Encoding}", 0);
        _hasDictionary = true;
        var start = Decompress(_chunk.Compression, body, header.UncompressedSize);
        _values.AddDictionary(_memory, start, header.UncompressedSize, header.ValueCount);
    }

    private void ReadData(in PageHeader header, ArraySegment<byte> body, ParquetRowSelection? rows)
    {
        var count = header.ValueCount;
        if (count > _chunk.ValueCount - _entriesRead)
            throw new CorruptException($"the page has {count} values, the column {_chunk.ValueCount - _entriesRead} more", 0);
        _memory.CheckLimit(_values.MemoryBytes + (long)count * _values.EntrySize);
        int start,
            length;
        var levels = new LevelReader(_values, count);
        if (header.Type == PageType.DataV2)
        {
            var levelBytes = (long)header.RepetitionLength + header.DefinitionLength;
            if (levelBytes > body.Count || levelBytes > header.UncompressedSize)
                throw new CorruptException($"levels of {levelBytes} bytes in a page of {body.Count}", 0);
            levels.ReadV2(body.AsSpan(0, (int)levelBytes), header.RepetitionLength);
            length = header.UncompressedSize - (int)levelBytes;
            var codec = header.IsCompressed ? _chunk.Compression : ParquetCompression.None;
            start = Decompress(codec, body[(int)levelBytes..], length);
        }
        else
        {
            start = Decompress(_chunk.Compression, body, header.UncompressedSize);
            var used = levels.ReadV1(_memory.Page(start, header.UncompressedSize), header.RepetitionEncoding, header.DefinitionEncoding);
            start += used;
            length = header.UncompressedSize - used;
        }

        if (levels.RowCount > _group.RowCount - _rowsRead)
            throw new CorruptException($"the page has {levels.RowCount} rows, its row group {_group.RowCount - _rowsRead} more", 0);
        if (levels.ContinuesRow && (_pagesBeginRows || _rowsRead == 0))
            throw new CorruptException("the first row of the page has no beginning", 0);
        var first = _values.Count;
        _values.AddPage(_memory, start, length, header.Encoding, count, levels.Present);
        _entriesRead += count;
        if (rows is not null)
            DropOthers(rows, first, count, levels.RowCount);
        _rowsRead += levels.RowCount;
    }

    /// <summary>Decompresses behind everything that is kept, and returns where.</summary>
    private int Decompress(ParquetCompression codec, ArraySegment<byte> body, int size)
    {
        var start = _memory.Bytes.Length;
        // a page without values may have no bytes at all, not even those of an empty compressed block
        if (size == 0)
            return start;
        Compression.PageDecompressor.CheckPlausible(codec, body.Count, size);
        _memory.CheckLimit((long)start + size);
        _file.Decompressor.Decompress(codec, body, _memory.Bytes.Reserve(size)[..size]);
        return start;
    }

    private void DropOthers(ParquetRowSelection rows, int first, int count, int rowCount)
    {
        if (rows.Covers(_rowsRead, _rowsRead + rowCount) && _values.Column.MaxRepetitionLevel == 0)
            return;
        var wanted = ArrayPool<bool>.Shared.Rent(count);
        try
        {
            var levels = _values.RepetitionLevels;
            var row = _rowsRead - 1;
            var range = 0;
            for (var i = 0; i < count; i++)
            {
                if (levels.Length == 0 || levels[first + i] == 0)
                    row++;
                while (range < rows.Ranges.Count && rows.Ranges[range].End <= row)
                    range++;
                wanted[i] = range < rows.Ranges.Count && rows.Ranges[range].Start <= row;
            }

            _values.Keep(first, wanted.AsSpan(0, count));
        }
        finally
        {
            ArrayPool<bool>.Shared.Return(wanted);
        }
    }

    private ParquetException Corrupt(long offset, string message, Exception? cause = null) =>
        _file.Source.Corrupt(offset, $"row group {_group.Ordinal}, column '{_chunk.Column.Path}': {message}", cause);
}
