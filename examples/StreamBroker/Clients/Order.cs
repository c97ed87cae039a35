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
