using System.Buffers;
using System.IO.Compression;
using System.Runtime.InteropServices;
using System.Text.Json;

namespace StreamBroker.Clients;

/// <summary>Records as lines, compressed together. One client uses it at a time: buffers are used again.</summary>
internal sealed class Lines
{
    private const int ReadSize = 16 << 10;

    private readonly ArrayBufferWriter<byte> _lines = new();

    public byte[] Compress(IEnumerable<Order> orders)
    {
        _lines.ResetWrittenCount();
        using var json = new Utf8JsonWriter(_lines);
        foreach (var order in orders)
        {
            JsonSerializer.Serialize(json, order, OrderJson.Default.Order);
            _lines.Write("\n"u8);
            json.Reset();
        }

        return Compress(_lines.WrittenSpan);
    }

    public static byte[] Compress(ReadOnlySpan<byte> lines)
    {
        var target = new MemoryStream();
        using (var zip = new DeflateStream(target, CompressionLevel.Fastest, leaveOpen: true))
            zip.Write(lines);
        return target.ToArray();
    }

    /// <summary>The lines of a batch, until the next call.</summary>
    public ReadOnlySpan<byte> Decompress(ReadOnlyMemory<byte> payload)
    {
        MemoryMarshal.TryGetArray(payload, out var bytes);
        using var zip = new DeflateStream(new MemoryStream(bytes.Array!, bytes.Offset, bytes.Count), CompressionMode.Decompress);
        _lines.ResetWrittenCount();
        for (int read; (read = zip.Read(_lines.GetSpan(ReadSize))) > 0; )
            _lines.Advance(read);
        return _lines.WrittenSpan;
    }

    /// <summary>The sum of what the orders of a batch cost; lines of others cost nothing.</summary>
    public long Cents(ReadOnlyMemory<byte> payload)
    {
        var sum = 0L;
        for (var lines = Decompress(payload); !lines.IsEmpty; )
        {
            var end = lines.IndexOf((byte)'\n');
            if (lines[0] == (byte)'{')
                sum += JsonSerializer.Deserialize(lines[..end], OrderJson.Default.Order)!.Lines.Sum(static l => (long)l.Quantity * l.Cents);
            lines = lines[(end + 1)..];
        }

        return sum;
    }
}
