using System.Buffers;
using System.Text;
using OtelPipeline.Parquet.Buffers;
using OtelPipeline.Parquet.Metadata;
using OtelPipeline.Parquet.Thrift;

namespace OtelPipeline.Parquet.Writing;

/// <summary>
/// Collects the smallest and largest values of pages for the column index and of the whole chunk for the footer. Long bytes are cut
/// (https://github.com/apache/parquet-format/blob/master/PageIndex.md allows it): a cut minimum is a prefix, a cut maximum a larger value.
/// </summary>
internal sealed class BoundsBuilder(ParquetColumn column) : IDisposable
{
    private const int LongestBound = 64;
    private readonly ByteBuffer _bytes = new();
    private readonly ValueBuffer<PageBound> _pages = new();
    private readonly bool _isText = column.Leaf.LogicalType.Kind is ParquetLogicalKind.String or ParquetLogicalKind.Json;
    private bool _ascending = true;
    private bool _descending = true;
    private bool _unknown;
    private int _lowest = -1;
    private int _highest = -1;
    private int _previous = -1;

    public void Add(in PageFacts facts)
    {
        var bound = new PageBound { IsNullPage = facts.NullCount == facts.ValueCount };
        if (!facts.HasBounds)
        {
            // values without bounds: NaNs alone, or a type without an order
            _unknown |= !bound.IsNullPage;
            _pages.Add(bound);
            return;
        }

        bound.IsMinExact = Cut(facts.Min, isMax: false, out bound.MinStart, out bound.MinLength);
        bound.IsMaxExact = Cut(facts.Max, isMax: true, out bound.MaxStart, out bound.MaxLength);
        var index = _pages.Count;
        _pages.Add(bound);
        if (_lowest < 0 || Compare(Min(index), Min(_lowest)) < 0)
            _lowest = index;
        if (_highest < 0 || Compare(Max(index), Max(_highest)) > 0)
            _highest = index;
        if (_previous >= 0)
        {
            var min = Compare(Min(_previous), Min(index));
            var max = Compare(Max(_previous), Max(index));
            _ascending &= min <= 0 && max <= 0;
            _descending &= min >= 0 && max >= 0;
        }

        _previous = index;
    }

    /// <summary>A column index is only legal when every page with values has bounds.</summary>
    public bool CanIndex(int pages) => !_unknown && pages > 0;

    public ChunkBounds? ChunkBounds() =>
        _lowest < 0
            ? null
            : new ChunkBounds(Min(_lowest).ToArray(), Max(_highest).ToArray(), _pages[_lowest].IsMinExact, _pages[_highest].IsMaxExact);

    /// <summary>Fields 1 to 4 of a ColumnIndex.</summary>
    public void WriteLists(ThriftWriter thrift)
    {
        thrift.List(1, ThriftType.True, _pages.Count);
        foreach (ref readonly var page in _pages.Written)
            thrift.BoolElement(page.IsNullPage);
        thrift.List(2, ThriftType.Binary, _pages.Count);
        for (var i = 0; i < _pages.Count; i++)
            thrift.BinaryElement(Min(i));
        thrift.List(3, ThriftType.Binary, _pages.Count);
        for (var i = 0; i < _pages.Count; i++)
            thrift.BinaryElement(Max(i));
        thrift.I32(
            4,
            _ascending ? 1
                : _descending ? 2
                : 0
        );
    }

    public void Reset()
    {
        _bytes.Truncate(0);
        _pages.Truncate(0);
        _ascending = _descending = true;
        _unknown = false;
        _lowest = _highest = _previous = -1;
    }

    public void Dispose()
    {
        _bytes.Dispose();
        _pages.Dispose();
    }

    private ReadOnlySpan<byte> Min(int page) => _bytes.Slice(_pages[page].MinStart, _pages[page].MinLength);

    private ReadOnlySpan<byte> Max(int page) => _bytes.Slice(_pages[page].MaxStart, _pages[page].MaxLength);

    private int Compare(ReadOnlySpan<byte> a, ReadOnlySpan<byte> b) => ValueOrder.Compare(column, a, b);

    private bool Cut(ReadOnlySpan<byte> value, bool isMax, out int start, out int length)
    {
        start = _bytes.Length;
        if (value.Length <= LongestBound || column.Type != ParquetType.ByteArray)
        {
            _bytes.Write(value);
            length = value.Length;
            return true;
        }

        var cut = value[..LongestBound];
        if (_isText)
        {
            // not in the middle of a character
            while (cut.Length > 0 && (value[cut.Length] & 0xC0) == 0x80)
                cut = cut[..^1];
        }

        _bytes.Write(cut);
        var larger = !isMax || (_isText ? IncrementText(start) : IncrementBytes(start));
        if (!larger)
        {
            // nothing of this length is larger: state the value itself
            _bytes.Truncate(start);
            _bytes.Write(value);
        }

        length = _bytes.Length - start;
        return !larger;
    }

    private bool IncrementBytes(int start)
    {
        while (_bytes.Length > start)
        {
            ref var last = ref _bytes.Slice(_bytes.Length - 1, 1)[0];
            if (last < 0xFF)
            {
                last++;
                return true;
            }

            _bytes.Truncate(_bytes.Length - 1);
        }

        return false;
    }

    private bool IncrementText(int start)
    {
        while (_bytes.Length > start)
        {
            var status = Rune.DecodeLastFromUtf8(_bytes.Slice(start, _bytes.Length - start), out var rune, out var size);
            if (status != OperationStatus.Done)
                return false;
            _bytes.Truncate(_bytes.Length - size);
            if (rune.Value == 0x10FFFF)
                continue;
            // the code points between 0xD7FF and 0xE000 are no characters
            var next = new Rune(rune.Value == 0xD7FF ? 0xE000 : rune.Value + 1);
            _bytes.Advance(next.EncodeToUtf8(_bytes.Reserve(4)));
            return true;
        }

        return false;
    }

    private struct PageBound
    {
        public int MinStart;
        public int MinLength;
        public int MaxStart;
        public int MaxLength;
        public bool IsNullPage;
        public bool IsMinExact;
        public bool IsMaxExact;
    }
}
