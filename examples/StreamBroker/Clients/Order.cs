using System.Buffers;
using System.IO.Compression;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace StreamBroker.Clients;

/// <summary>A record of the built-in producers, about a kilobyte.</summary>
internal sealed record Order(long Number, string Customer, string Country, OrderLine[] Lines)
{
    private static readonly string[] s_articles = ["desk", "chair", "lamp", "shelf", "screen", "keyboard", "headset", "cable", "camera"];
    private static readonly string[] s_countries = ["AT", "BE", "CH", "DE", "DK", "ES", "FI", "FR", "IT", "NL", "NO", "PL", "PT", "SE"];

    private const int MaxLines = 32;

    public static Order Next(long number, Random random) =>
        new(
            number,
            $"customer-{random.Next(10_000)}",
            s_countries[random.Next(s_countries.Length)],
            [
                .. Enumerable
                    .Range(0, random.Next(1, MaxLines + 1))
                    .Select(_ => OrderLine.Next(s_articles[random.Next(s_articles.Length)], random)),
            ]
        );
}

/// <summary>One article of an order.</summary>
internal sealed record OrderLine(string Article, int Quantity, int Cents)
{
    public static OrderLine Next(string article, Random random) => new(article, random.Next(1, 6), random.Next(100, 100_000));
}

[JsonSerializable(typeof(Order))]
internal sealed partial class OrderJson : JsonSerializerContext;

/// <summary>Records as lines, compressed together.</summary>
internal static class Lines
{
    public static ReadOnlyMemory<byte> Compress(IEnumerable<Order> orders)
    {
        var target = new MemoryStream();
        using (var zip = new DeflateStream(target, CompressionLevel.Fastest, leaveOpen: true))
        {
            var buffer = new ArrayBufferWriter<byte>();
            using var json = new Utf8JsonWriter(buffer);
            foreach (var order in orders)
            {
                JsonSerializer.Serialize(json, order, OrderJson.Default.Order);
                buffer.Write("\n"u8);
                json.Reset();
            }

            zip.Write(buffer.WrittenSpan);
        }

        return target.GetBuffer().AsMemory(0, (int)target.Length);
    }

    public static ReadOnlyMemory<byte> Compress(IEnumerable<string> lines)
    {
        var target = new MemoryStream();
        using (var writer = new StreamWriter(new DeflateStream(target, CompressionLevel.Fastest, leaveOpen: true)) { NewLine = "\n" })
        {
            foreach (var line in lines)
                writer.WriteLine(line);
        }

        return target.GetBuffer().AsMemory(0, (int)target.Length);
    }

    public static ReadOnlyMemory<byte> Decompress(ReadOnlyMemory<byte> payload)
    {
        using var zip = new DeflateStream(new MemoryStream(payload.ToArray()), CompressionMode.Decompress);
        var lines = new MemoryStream();
        zip.CopyTo(lines);
        return lines.GetBuffer().AsMemory(0, (int)lines.Length);
    }

    /// <summary>The sum of what orders cost; lines of others cost nothing.</summary>
    public static long Cents(ReadOnlySpan<byte> lines)
    {
        var sum = 0L;
        while (!lines.IsEmpty)
        {
            var end = lines.IndexOf((byte)'\n');
            if (lines[0] == (byte)'{')
                sum += JsonSerializer.Deserialize(lines[..end], OrderJson.Default.Order)!.Lines.Sum(static l => (long)l.Quantity * l.Cents);
            lines = lines[(end + 1)..];
        }

        return sum;
    }
}
