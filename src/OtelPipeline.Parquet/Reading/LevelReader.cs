using System.Buffers.Binary;
using OtelPipeline.Parquet.Encodings;

namespace OtelPipeline.Parquet.Reading;

/// <summary>Decodes the levels of one page and counts what they say.</summary>
internal struct LevelReader
{
    private readonly ParquetColumnValues _values;
    private readonly int _count;

    public LevelReader(ParquetColumnValues values, int count)
    {
        _values = values;
        _count = count;
        Present = count;
        RowCount = count;
    }

    /// <summary>Entries that have a value.</summary>
    public int Present { get; private set; }

    /// <summary>Rows that begin in the page.</summary>
    public int RowCount { get; private set; }

    /// <summary>Whether the page begins inside a row.</summary>
    public bool ContinuesRow { get; private set; }

    /// <summary>Reads the levels in front of the values and returns their bytes.</summary>
    public int ReadV1(ReadOnlySpan<byte> page, ParquetEncoding repetition, ParquetEncoding definition)
    {
        var used = 0;
        if (_values.Column.MaxRepetitionLevel > 0)
        {
            var levels = _values.AppendRepetitions(_count);
            used += ReadPrefixed(page, repetition, _values.Column.MaxRepetitionLevel, levels);
            CountRows(levels);
        }

        if (_values.Column.MaxDefinitionLevel > 0)
        {
            var levels = _values.AppendDefinitions(_count);
            used += ReadPrefixed(page[used..], definition, _values.Column.MaxDefinitionLevel, levels);
            CountPresent(levels);
        }

        return used;
    }

    public void ReadV2(ReadOnlySpan<byte> bytes, int repetitionLength)
    {
        if (_values.Column.MaxRepetitionLevel > 0)
        {
            var levels = _values.AppendRepetitions(_count);
            RleHybrid.Decode(bytes[..repetitionLength], Width(_values.Column.MaxRepetitionLevel), levels);
            Check(levels, _values.Column.MaxRepetitionLevel);
            CountRows(levels);
        }

        if (_values.Column.MaxDefinitionLevel > 0)
        {
            var levels = _values.AppendDefinitions(_count);
            RleHybrid.Decode(bytes[repetitionLength..], Width(_values.Column.MaxDefinitionLevel), levels);
            Check(levels, _values.Column.MaxDefinitionLevel);
            CountPresent(levels);
        }
    }

    private static int ReadPrefixed(ReadOnlySpan<byte> page, ParquetEncoding encoding, int highest, Span<byte> levels)
    {
        int used;
        if (encoding == ParquetEncoding.BitPacked)
            used = BitPackedLevels.Decode(page, Width(highest), levels);
        else if (encoding != ParquetEncoding.Rle)
            throw new CorruptException($"levels in encoding {encoding}", 0);
        else
        {
            if (page.Length < sizeof(int))
                throw new CorruptException("levels without their length", 0);
            var length = BinaryPrimitives.ReadInt32LittleEndian(page);
            if ((uint)length > (uint)(page.Length - sizeof(int)))
                throw new CorruptException($"levels of {length} bytes in a page of {page.Length}", 0);
            RleHybrid.Decode(page.Slice(sizeof(int), length), Width(highest), levels);
            used = sizeof(int) + length;
        }

        Check(levels, highest);
        return used;
    }

    private static int Width(int highest) => BitPacking.BitWidth((ulong)highest);

    private static void Check(ReadOnlySpan<byte> levels, int highest)
    {
        if (levels.ContainsAnyExceptInRange((byte)0, (byte)highest))
            throw new CorruptException($"a level above {highest}", 0);
    }

    private void CountRows(ReadOnlySpan<byte> levels)
    {
        RowCount = levels.Count((byte)0);
        ContinuesRow = levels.Length > 0 && levels[0] != 0;
    }

    private void CountPresent(ReadOnlySpan<byte> levels) => Present = levels.Count((byte)_values.Column.MaxDefinitionLevel);
}
