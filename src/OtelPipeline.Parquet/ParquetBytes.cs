using System.Text;
using OtelPipeline.Parquet.Buffers;
using OtelPipeline.Parquet.Encodings;
using OtelPipeline.Parquet.Reading;

namespace OtelPipeline.Parquet;

/// <summary>
/// Decoded text or bytes. Entries refer to values by number; entries with the same number have the same value, so that grouping can work on the
/// numbers of a dictionary column instead of on its bytes.
/// </summary>
public sealed class ParquetBytes : ParquetColumnValues
{
    private readonly ValueBuffer<int> _numbers = new();
    private readonly ValueBuffer<Slot> _slots = new();
    private PageMemory? _memory;
    private int _dictionaryCount;

    internal ParquetBytes(ParquetColumn column)
        : base(column)
    {
        if (column.Type is not (ParquetType.ByteArray or ParquetType.FixedLenByteArray))
            throw new ArgumentException($"Column '{column.Path}' is {column.Type}, not bytes: read it with Read<T>.");
    }

    /// <summary>The number of each entry's value, below <see cref="ValueCount"/>; -1 where <see cref="ParquetColumnValues.IsNull"/>.</summary>
    public ReadOnlySpan<int> Numbers => _numbers.Written;

    /// <summary>Values: the dictionary's, and one for each entry that was stored without it.</summary>
    public int ValueCount => _slots.Count;

    /// <summary>The bytes of an entry; empty for NULL.</summary>
    public ReadOnlySpan<byte> this[int entry] => _numbers.Written[entry] is >= 0 and var number ? Value(number) : default;

    internal override long MemoryBytes => base.MemoryBytes + (long)_slots.Count * Slot.Size + (_memory?.Bytes.Length ?? 0);

    private protected override int SlotSize => sizeof(int);

    /// <summary>The bytes of a value, by its number.</summary>
    public ReadOnlySpan<byte> Value(int number)
    {
        ref readonly var slot = ref _slots.Written[number];
        return _memory!.Bytes.Slice(slot.Start, slot.Length);
    }

    /// <summary>The text of an entry, or null; what is not UTF-8 becomes U+FFFD.</summary>
    public string? GetString(int entry) => IsNull(entry) ? null : Encoding.UTF8.GetString(this[entry]);

    internal override void AddDictionary(PageMemory memory, int bodyStart, int bodyLength, int count)
    {
        _memory = memory;
        AddPlain(memory, bodyStart, bodyLength, count);
        _dictionaryCount = count;
    }

    private protected override void ReserveValues(int count) => _numbers.Reserve(count);

    private protected override void AddValues(PageMemory memory, int bodyStart, int bodyLength, ParquetEncoding encoding, int present)
    {
        _memory = memory;
        if (present == 0)
            return;
        var first = _slots.Count;
        switch (encoding)
        {
            case ParquetEncoding.RleDictionary or ParquetEncoding.PlainDictionary:
                DictionaryNumbers.Decode(memory.Page(bodyStart, bodyLength), _dictionaryCount, _numbers.Append(present));
                return;
            case ParquetEncoding.Plain:
                AddPlain(memory, bodyStart, bodyLength, present);
                break;
            case ParquetEncoding.DeltaLengthByteArray when Column.Type == ParquetType.ByteArray:
                AddDeltaLength(memory, bodyStart, bodyLength, present);
                break;
            case ParquetEncoding.DeltaByteArray:
                AddDelta(memory, bodyStart, bodyLength, present);
                break;
            case ParquetEncoding.ByteStreamSplit when Column.Type == ParquetType.FixedLenByteArray:
                AddSplit(memory, bodyStart, bodyLength, present);
                break;
            default:
                throw new CorruptException($"encoding {encoding} does not exist for {Column.Type}, or is not supported", 0);
        }

        var numbers = _numbers.Append(present);
        for (var i = 0; i < numbers.Length; i++)
            numbers[i] = first + i;
    }

    private protected override void Spread(ReadOnlySpan<byte> definitions, int present)
    {
        var start = _numbers.Count - present;
        _numbers.Append(definitions.Length - present);
        var slots = _numbers.Written[start..];
        var from = present;
        var highest = Column.MaxDefinitionLevel;
        for (var i = slots.Length - 1; i >= 0; i--)
        {
            // without a branch, which would be mispredicted at every other NULL: all bits set is -1
            var isPresent = definitions[i] == highest ? 1 : 0;
            from -= isPresent;
            slots[i] = slots[from] | (isPresent - 1);
        }
    }

    private protected override void Move(int from, int to) => _numbers[to] = _numbers[from];

    private protected override void Shorten(int count) => _numbers.Truncate(count);

    private protected override void Release()
    {
        _numbers.Dispose();
        _slots.Dispose();
        _memory?.Bytes.Dispose();
        _memory = null;
    }

    private Span<Slot> AppendSlots(PageMemory memory, int count)
    {
        memory.CheckLimit(MemoryBytes + (long)count * Slot.Size);
        return _slots.Append(count);
    }

    private void AddPlain(PageMemory memory, int bodyStart, int bodyLength, int count)
    {
        var length = Column.Leaf.TypeLength;
        var least = (long)count * (length > 0 ? length : sizeof(int));
        if (least > bodyLength)
            throw new CorruptException($"{count} plain values need {least} bytes, the page has {bodyLength}", 0);
        var slots = AppendSlots(memory, count);
        var body = memory.Page(bodyStart, bodyLength);
        if (length > 0)
        {
            for (var i = 0; i < slots.Length; i++)
                slots[i] = new Slot(bodyStart + i * length, length);
        }
        else
            PlainBytes.Locate(body, bodyStart, slots);

        memory.KeepPage(bodyStart, bodyLength);
    }

    private void AddDeltaLength(PageMemory memory, int bodyStart, int bodyLength, int count)
    {
        var body = memory.Page(bodyStart, bodyLength);
        memory.Lengths.Truncate(0);
        var lengths = memory.Lengths.Append(count);
        var position = bodyStart + DeltaBinaryPacked.Decode(body, lengths);
        var end = bodyStart + bodyLength;
        var slots = AppendSlots(memory, count);
        for (var i = 0; i < slots.Length; i++)
        {
            if ((uint)lengths[i] > (uint)(end - position))
                throw new CorruptException($"value {i} has {lengths[i]} bytes, {end - position} are left", position - bodyStart);
            slots[i] = new Slot(position, lengths[i]);
            position += lengths[i];
        }

        memory.KeepPage(bodyStart, bodyLength);
    }

    private void AddDelta(PageMemory memory, int bodyStart, int bodyLength, int count)
    {
        var body = memory.Page(bodyStart, bodyLength);
        memory.Lengths.Truncate(0);
        memory.Numbers.Truncate(0);
        var prefixes = memory.Numbers.Append(count);
        var suffixes = memory.Lengths.Append(count);
        var position = DeltaBinaryPacked.Decode(body, prefixes);
        position += DeltaBinaryPacked.Decode(body[position..], suffixes);
        var total = DeltaBytes.Measure(prefixes, suffixes, bodyLength - position, Column.Leaf.TypeLength);
        memory.CheckLimit(MemoryBytes + total + (long)count * Slot.Size);
        // the values are put together behind the page; making room may move it
        memory.KeepPage(bodyStart, bodyLength);
        var start = memory.Bytes.Length;
        memory.Bytes.Reserve((int)total);
        memory.Bytes.Advance((int)total);
        DeltaBytes.Join(
            memory.Page(bodyStart + position, bodyLength - position),
            prefixes,
            suffixes,
            memory.Bytes.Slice(start, (int)total)
        );
        var slots = AppendSlots(memory, count);
        for (var i = 0; i < slots.Length; i++)
        {
            slots[i] = new Slot(start, prefixes[i] + suffixes[i]);
            start += slots[i].Length;
        }
    }

    private void AddSplit(PageMemory memory, int bodyStart, int bodyLength, int count)
    {
        var length = Column.Leaf.TypeLength;
        if ((long)count * length != bodyLength)
            throw new CorruptException($"{count} split values of {length} bytes in {bodyLength} bytes", 0);
        memory.CheckLimit(MemoryBytes + bodyLength * 2L);
        memory.KeepPage(bodyStart, bodyLength);
        var start = memory.Bytes.Length;
        memory.Bytes.Reserve(bodyLength);
        memory.Bytes.Advance(bodyLength);
        ByteStreamSplit.Decode(memory.Page(bodyStart, bodyLength), length, memory.Bytes.Slice(start, bodyLength));
        var slots = AppendSlots(memory, count);
        for (var i = 0; i < slots.Length; i++)
            slots[i] = new Slot(start + i * length, length);
    }
}
