using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.InteropServices;
using System.Text;

namespace StreamBroker.Storage;

/// <summary>What a producer sends at once: records of one partition, compressed, and the headers in which the context of its span travels.</summary>
/// <param name="ProducerId">Who sent it; with <paramref name="Sequence"/> it tells a batch that is sent again from a new one.</param>
/// <param name="Sequence">Number of the batch in its partition, one more for each.</param>
/// <param name="Count">How many records there are.</param>
/// <param name="Time">When it was sent.</param>
/// <param name="Headers">Such as <c>traceparent</c>.</param>
/// <param name="Payload">The records.</param>
internal sealed record RecordBatch(
    long ProducerId,
    int Sequence,
    int Count,
    DateTimeOffset Time,
    Dictionary<string, string> Headers,
    ReadOnlyMemory<byte> Payload
)
{
    // length, checksum, offset, count, producer, sequence, time, length of headers
    private const int FixedSize = 44;

    /// <summary>Offset of the first record, once the log has given it one.</summary>
    public long BaseOffset { get; init; }

    public long EndOffset => BaseOffset + Count;

    /// <summary>The bytes in a segment, with the offset that the log gives it.</summary>
    public byte[] Encode(long baseOffset)
    {
        var headers = Encoding.UTF8.GetBytes(string.Join('\n', Headers.Select(h => $"{h.Key}:{h.Value}")));
        var frame = new byte[FixedSize + headers.Length + Payload.Length];
        var span = frame.AsSpan();
        BinaryPrimitives.WriteInt32LittleEndian(span, frame.Length);
        BinaryPrimitives.WriteInt64LittleEndian(span[8..], baseOffset);
        BinaryPrimitives.WriteInt32LittleEndian(span[16..], Count);
        BinaryPrimitives.WriteInt64LittleEndian(span[20..], ProducerId);
        BinaryPrimitives.WriteInt32LittleEndian(span[28..], Sequence);
        BinaryPrimitives.WriteInt64LittleEndian(span[32..], Time.ToUnixTimeMilliseconds());
        BinaryPrimitives.WriteInt32LittleEndian(span[40..], headers.Length);
        headers.CopyTo(span[FixedSize..]);
        Payload.Span.CopyTo(span[(FixedSize + headers.Length)..]);
        BinaryPrimitives.WriteUInt32LittleEndian(span[4..], Checksum(span[8..]));
        return frame;
    }

    /// <summary>Reads the batch that begins where <paramref name="bytes"/> do; null where it is torn or damaged.</summary>
    public static RecordBatch? Decode(ReadOnlyMemory<byte> bytes, out int size)
    {
        size = 0;
        var span = bytes.Span;
        if (span.Length < FixedSize)
            return null;
        var length = BinaryPrimitives.ReadInt32LittleEndian(span);
        if (length < FixedSize || length > span.Length)
            return null;
        span = span[..length];
        if (BinaryPrimitives.ReadUInt32LittleEndian(span[4..]) != Checksum(span[8..]))
            return null;
        size = length;
        var headersLength = BinaryPrimitives.ReadInt32LittleEndian(span[40..]);
        return new RecordBatch(
            BinaryPrimitives.ReadInt64LittleEndian(span[20..]),
            BinaryPrimitives.ReadInt32LittleEndian(span[28..]),
            BinaryPrimitives.ReadInt32LittleEndian(span[16..]),
            DateTimeOffset.FromUnixTimeMilliseconds(BinaryPrimitives.ReadInt64LittleEndian(span[32..])),
            DecodeHeaders(span.Slice(FixedSize, headersLength)),
            bytes[(FixedSize + headersLength)..length]
        )
        {
            BaseOffset = BinaryPrimitives.ReadInt64LittleEndian(span[8..]),
        };
    }

    private static Dictionary<string, string> DecodeHeaders(ReadOnlySpan<byte> bytes)
    {
        var headers = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        if (bytes.IsEmpty)
            return headers;
        foreach (var line in Encoding.UTF8.GetString(bytes).Split('\n'))
        {
            var colon = line.IndexOf(':', StringComparison.Ordinal);
            headers[line[..colon]] = line[(colon + 1)..];
        }

        return headers;
    }

    private static uint Checksum(ReadOnlySpan<byte> bytes)
    {
        var crc = uint.MaxValue;
        var words = MemoryMarshal.Cast<byte, ulong>(bytes);
        foreach (var word in words)
            crc = BitOperations.Crc32C(crc, word);
        foreach (var last in bytes[(words.Length * sizeof(ulong))..])
            crc = BitOperations.Crc32C(crc, last);
        return ~crc;
    }
}
