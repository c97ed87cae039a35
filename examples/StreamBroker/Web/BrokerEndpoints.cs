using System.Text;
using System.Text.Json.Serialization;
using StreamBroker.Brokers;
using StreamBroker.Clients;
using StreamBroker.Storage;

namespace StreamBroker.Web;

/// <summary>The broker for clients in other processes. ASP.NET continues their traces.</summary>
internal static class BrokerEndpoints
{
    private const int MaxBatches = 100;
    private static readonly string[] s_contextHeaders = ["traceparent", "tracestate"];

    public static void MapBroker(this WebApplication app)
    {
        app.MapGet("/topics", ListAsync);
        app.MapPost("/topics/{topic}", CreateAsync);
        app.MapPost("/topics/{topic}/{partition:int}", ProduceAsync);
        app.MapGet("/topics/{topic}/{partition:int}", ConsumeAsync);
        app.MapGet("/groups", (Workload workload) => workload.Groups.ToDictionary(g => g.Name, Committed));
    }

    private static async Task<Dictionary<string, int>> ListAsync(Broker broker, CancellationToken cancel)
    {
        using var connection = broker.Connect();
        return await connection.ListTopicsAsync(cancel);
    }

    private static async Task<IResult> CreateAsync(Broker broker, string topic, int? partitions, CancellationToken cancel)
    {
        using var connection = broker.Connect();
        await connection.CreateTopicAsync(topic, partitions ?? 8, cancel);
        return Results.Created($"/topics/{topic}", null);
    }

    /// <summary>The lines of the body become records; a batch that is sent again, with the same producer and sequence, is answered and not written.</summary>
    private static Task<IResult> ProduceAsync(
        Broker broker,
        string topic,
        int partition,
        long producer,
        int sequence,
        HttpRequest request,
        CancellationToken cancel
    ) =>
        AnswerAsync(async () =>
        {
            using var reader = new StreamReader(request.Body);
            var lines = (await reader.ReadToEndAsync(cancel)).Split('\n', StringSplitOptions.RemoveEmptyEntries);
            if (lines.Length == 0)
                return Results.BadRequest("The body has no lines: give at least one record.");
            var batch = new RecordBatch(
                producer,
                sequence,
                lines.Length,
                DateTimeOffset.UtcNow,
                [],
                Lines.Compress(Encoding.UTF8.GetBytes(string.Join('\n', lines) + "\n"))
            );
            foreach (var name in s_contextHeaders)
            {
                if (request.Headers.TryGetValue(name, out var value))
                    batch.Headers[name] = value.ToString();
            }

            using var connection = broker.Connect();
            var (offset, isDuplicate) = await connection.ProduceAsync(new(topic, partition), batch, cancel);
            return Results.Ok(new Produced(offset, isDuplicate));
        });

    /// <summary>Records from an offset on, as lines; the header <c>Next-Offset</c> says where to go on.</summary>
    private static Task<IResult> ConsumeAsync(
        Broker broker,
        string topic,
        int partition,
        long? offset,
        HttpResponse response,
        CancellationToken cancel
    ) =>
        AnswerAsync(async () =>
        {
            using var connection = broker.Connect();
            var from = new Dictionary<int, long> { [partition] = offset ?? 0 };
            var found = await connection.ConsumeAsync(topic, from, MaxBatches, cancel);
            response.Headers["Next-Offset"] = $"{(found.Count == 0 ? offset ?? 0 : found[^1].Batch.EndOffset)}";
            var reader = new Lines();
            var lines = new MemoryStream();
            foreach (var (_, batch) in found)
                lines.Write(reader.Decompress(batch.Payload));
            return Results.Bytes(lines.ToArray(), "application/x-ndjson");
        });

    private static async Task<IResult> AnswerAsync(Func<Task<IResult>> body)
    {
        try
        {
            return await body();
        }
        catch (KeyNotFoundException e)
        {
            return Results.NotFound(e.Message);
        }
        catch (ArgumentException e)
        {
            return Results.Conflict(e.Message);
        }
    }

    private static Dictionary<string, Progress> Committed(ConsumerGroup group) =>
        group.Committed().ToDictionary(p => $"{p.Key}", p => p.Value);
}

/// <summary>Where a batch is, and whether it was there before.</summary>
internal sealed record Produced(long Offset, bool IsDuplicate);

[JsonSerializable(typeof(string))]
[JsonSerializable(typeof(Produced))]
[JsonSerializable(typeof(Dictionary<string, int>))]
[JsonSerializable(typeof(Dictionary<string, Dictionary<string, Progress>>))]
internal sealed partial class AnswerJson : JsonSerializerContext;
