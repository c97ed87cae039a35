using System.Buffers.Binary;

namespace OtelPipeline.Parquet.Writing;

/// <summary>Smallest and largest values in unsigned byte order.</summary>
internal static class BytesBounds
{
    public static bool Measure(ReadOnlySpan<byte> data, ReadOnlySpan<int> lengths, out ReadOnlySpan<byte> min, out ReadOnlySpan<byte> max)
    {
        min = max = default;
        if (lengths.Length == 0)
            return false;
        ulong minStart = ulong.MaxValue,
            maxStart = 0;
        var first = true;
        foreach (var value in new BytesEnumerator(data, lengths))
        {
            // the first eight bytes settle nearly every comparison
            var start = Start(value);
            if (first || start < minStart || (start == minStart && value.SequenceCompareTo(min) < 0))
            {
                min = value;
                minStart = start;
            }

            if (first || start > maxStart || (start == maxStart && value.SequenceCompareTo(max) > 0))
            {
                max = value;
                maxStart = start;
            }

            first = false;
        }

        return true;
    }

    private static ulong Start(ReadOnlySpan<byte> value)
    {
        if (value.Length >= 8)
            return BinaryPrimitives.ReadUInt64BigEndian(value);
        ulong start = 0;
        for (var i = 0; i < value.Length; i++)
            start |= (ulong)value[i] << (56 - 8 * i);
        return start;
    }
}
