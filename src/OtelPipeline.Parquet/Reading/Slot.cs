using System.Buffers.Binary;

namespace OtelPipeline.Parquet.Reading;

/// <summary>Where the bytes of a value lie.</summary>
internal readonly record struct Slot(int Start, int Length)
{
    public const int Size = 2 * sizeof(int);
}

internal static class PlainBytes
{
    /// <summary>Finds the values of a PLAIN page that begins at <paramref name="start"/>.</summary>
    public static void Locate(ReadOnlySpan<byte> body, int start, Span<Slot> slots)
    {
        var position = 0;
        for (var i = 0; i < slots.Length; i++)
        {
            if (body.Length - position < sizeof(int))
                throw new CorruptException($"plain values end before value {i} of {slots.Length}", position);
            var length = BinaryPrimitives.ReadInt32LittleEndian(body[position..]);
            position += sizeof(int);
            if ((uint)length > (uint)(body.Length - position))
                throw new CorruptException($"value {i} has {length} bytes, {body.Length - position} are left", position);
            slots[i] = new Slot(start + position, length);
            position += length;
        }
    }
}

/// <summary>Values that share a prefix with the one before (https://github.com/apache/parquet-format/blob/master/Encodings.md#DELTASTRING).</summary>
internal static class DeltaBytes
{
    /// <summary>Checks all lengths and returns the bytes of all values together.</summary>
    public static long Measure(ReadOnlySpan<int> prefixes, ReadOnlySpan<int> suffixes, int suffixBytes, int fixedLength)
    {
        long total = 0,
            left = suffixBytes;
        var previous = 0;
        for (var i = 0; i < prefixes.Length; i++)
        {
            if ((uint)prefixes[i] > (uint)previous)
                throw new CorruptException($"value {i} shares {prefixes[i]} bytes with one of {previous}", 0);
            left -= (uint)suffixes[i];
            if (suffixes[i] < 0 || left < 0)
                throw new CorruptException($"value {i} has a suffix of {suffixes[i]} bytes, which are not there", 0);
            var length = (long)prefixes[i] + suffixes[i];
            if (length > int.MaxValue || (fixedLength > 0 && length != fixedLength))
                throw new CorruptException($"value {i} has {length} bytes", 0);
            previous = (int)length;
            total += length;
        }

        return total;
    }

    public static void Join(ReadOnlySpan<byte> suffixBytes, ReadOnlySpan<int> prefixes, ReadOnlySpan<int> suffixes, Span<byte> output)
    {
        ReadOnlySpan<byte> previous = [];
        for (var i = 0; i < prefixes.Length; i++)
        {
            var value = output[..(prefixes[i] + suffixes[i])];
            previous[..prefixes[i]].CopyTo(value);
            suffixBytes[..suffixes[i]].CopyTo(value[prefixes[i]..]);
            suffixBytes = suffixBytes[suffixes[i]..];
            output = output[value.Length..];
            previous = value;
        }
    }
}
