using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using OtelPipeline.Parquet.Buffers;
using OtelPipeline.Parquet.Encodings;
using OtelPipeline.Parquet.Reading;

namespace OtelPipeline.Parquet;

/// <summary>Decoded numbers or booleans.</summary>
/// <typeparam name="T">bool, int, long, float, double or <see cref="Int96"/>.</typeparam>
public sealed class ParquetValues<T> : ParquetColumnValues
    where T : unmanaged
{
    private readonly ValueBuffer<T> _values = new();
    private readonly ValueBuffer<T> _dictionary = new();

    internal ParquetValues(ParquetColumn column)
        : base(column)
    {
        var expected = column.Type switch
        {
            ParquetType.Boolean => typeof(bool),
            ParquetType.Int32 => typeof(int),
            ParquetType.Int64 => typeof(long),
            ParquetType.Int96 => typeof(Int96),
            ParquetType.Float => typeof(float),
            ParquetType.Double => typeof(double),
            _ => null,
        };
        if (expected != typeof(T))
            throw new ArgumentException(
                $"Column '{column.Path}' is {column.Type}: read it as {expected?.Name ?? "bytes"}, not as {typeof(T).Name}."
            );
    }

    /// <summary>A value per entry; the default value where <see cref="ParquetColumnValues.IsNull"/>.</summary>
    public ReadOnlySpan<T> Values => _values.Written;

    private protected override int SlotSize => Unsafe.SizeOf<T>();

    internal override void AddDictionary(PageMemory memory, int bodyStart, int bodyLength, int count)
    {
        var body = memory.Page(bodyStart, bodyLength);
        CheckPlain(bodyLength, count);
        memory.CheckLimit((long)count * SlotSize);
        _dictionary.Truncate(0);
        DecodePlain(body, _dictionary.Append(count));
    }

    private protected override void ReserveValues(int count) => _values.Reserve(count);

    private protected override void AddValues(PageMemory memory, int bodyStart, int bodyLength, ParquetEncoding encoding, int present)
    {
        var body = memory.Page(bodyStart, bodyLength);
        if (encoding == ParquetEncoding.Plain)
            CheckPlain(bodyLength, present);
        var output = _values.Append(present);
        if (present == 0)
            return;
        switch (encoding)
        {
            case ParquetEncoding.Plain:
                DecodePlain(body, output);
                break;
            case ParquetEncoding.RleDictionary or ParquetEncoding.PlainDictionary:
                DecodeDictionary(memory, body, output);
                break;
            case ParquetEncoding.Rle when typeof(T) == typeof(bool):
                if (bodyLength < sizeof(int))
                    throw new CorruptException("run-length booleans without their length", 0);
                RleHybrid.Decode(body[sizeof(int)..], 1, MemoryMarshal.Cast<T, byte>(output));
                break;
            case ParquetEncoding.DeltaBinaryPacked when typeof(T) == typeof(int):
                DeltaBinaryPacked.Decode(body, MemoryMarshal.Cast<T, int>(output));
                break;
            case ParquetEncoding.DeltaBinaryPacked when typeof(T) == typeof(long):
                DeltaBinaryPacked.Decode(body, MemoryMarshal.Cast<T, long>(output));
                break;
            case ParquetEncoding.ByteStreamSplit when typeof(T) != typeof(bool) && typeof(T) != typeof(Int96):
                ByteStreamSplit.Decode(body, SlotSize, MemoryMarshal.AsBytes(output));
                break;
            default:
                throw new CorruptException($"encoding {encoding} does not exist for {Column.Type}, or is not supported", 0);
        }
    }

    private protected override void Spread(ReadOnlySpan<byte> definitions, int present)
    {
        var start = _values.Count - present;
        _values.Append(definitions.Length - present);
        var slots = _values.Written[start..];
        var from = present;
        var highest = Column.MaxDefinitionLevel;
        for (var i = slots.Length - 1; i >= 0; i--)
        {
            var isPresent = definitions[i] == highest;
            from -= isPresent ? 1 : 0;
            var value = slots[from];
            slots[i] = isPresent ? value : default;
        }
    }

    private protected override void Move(int from, int to) => _values[to] = _values[from];

    private protected override void Shorten(int count) => _values.Truncate(count);

    private protected override void Release()
    {
        _values.Dispose();
        _dictionary.Dispose();
    }

    private static void CheckPlain(int bodyLength, int count)
    {
        var needed = typeof(T) == typeof(bool) ? BitPacking.ByteCount(count, 1) : (long)count * Unsafe.SizeOf<T>();
        if (needed > bodyLength)
            throw new CorruptException($"{count} plain values need {needed} bytes, the page has {bodyLength}", 0);
    }

    private static void DecodePlain(ReadOnlySpan<byte> body, Span<T> output)
    {
        if (typeof(T) == typeof(bool))
            BitPacking.Unpack(body, 1, MemoryMarshal.Cast<T, byte>(output));
        else
            body[..(output.Length * Unsafe.SizeOf<T>())].CopyTo(MemoryMarshal.AsBytes(output));
    }

    private void DecodeDictionary(PageMemory memory, ReadOnlySpan<byte> body, Span<T> output)
    {
        memory.Numbers.Truncate(0);
        var numbers = memory.Numbers.Append(output.Length);
        DictionaryNumbers.Decode(body, _dictionary.Count, numbers);
        var dictionary = _dictionary.Written;
        for (var i = 0; i < output.Length; i++)
            output[i] = dictionary[numbers[i]];
    }
}
