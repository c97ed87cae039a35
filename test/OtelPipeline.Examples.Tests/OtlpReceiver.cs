using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace OtelPipeline.Examples.Tests;

/// <summary>Receives OTLP over HTTP and decodes its protobuf by hand, as an independent judge of what was sent.</summary>
/// <seealso href="https://github.com/open-telemetry/opentelemetry-proto"/>
internal sealed class OtlpReceiver : IAsyncDisposable
{
    private readonly WebApplication _server;
    private readonly Lock _lock = new();

    private OtlpReceiver(WebApplication server) => _server = server;

    public Telemetry Received { get; } = new();

    public string Endpoint => _server.Urls.Single();

    public static async Task<OtlpReceiver> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        var server = builder.Build();
        server.Urls.Add("http://127.0.0.1:0");
        var receiver = new OtlpReceiver(server);
        server.MapPost("/v1/{signal}", (HttpRequest request, string signal) => receiver.ReceiveAsync(request, signal));
        await server.StartAsync();
        return receiver;
    }

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    private async Task ReceiveAsync(HttpRequest request, string signal)
    {
        using var body = new MemoryStream();
        await request.Body.CopyToAsync(body);
        var message = new Message(body.ToArray());
        lock (_lock)
        {
            foreach (var scope in message.All(1).SelectMany(resource => resource.All(2)))
            {
                var name = scope.One(1)?.Text(1) ?? "";
                if (signal == "traces")
                    Received.Spans.AddRange(scope.All(2).Select(s => Span(s, name)));
                else if (signal == "logs")
                    Received.Logs.AddRange(scope.All(2).Select(s => Log(s, name)));
                else
                    Received.Points.AddRange(scope.All(2).SelectMany(s => Points(s, name)));
            }
        }
    }

    private static SpanItem Span(Message span, string scope) =>
        new(
            scope,
            span.Hex(1),
            span.Hex(2),
            span.Hex(4),
            span.Text(5),
            (int)span.Number(6),
            span.Number(7),
            span.Number(8),
            Attributes(span, 9),
            [.. span.All(13).Select(l => new LinkItem(l.Hex(1), l.Hex(2), Attributes(l, 4)))],
            (int)(span.One(15)?.Number(3) ?? 0)
        );

    private static LogItem Log(Message log, string scope) =>
        new(
            scope,
            log.Text(12),
            log.Number(1),
            (int)log.Number(2),
            log.One(5) is { } body ? Value(body) : "",
            log.Hex(9),
            log.Hex(10),
            Attributes(log, 6)
        );

    private static IEnumerable<PointItem> Points(Message metric, string scope) =>
        from kind in new[] { (5, "gauge", 7), (7, "sum", 7), (9, "histogram", 9), (10, "exponentialHistogram", 1), (11, "summary", 7) }
        from data in metric.All(kind.Item1)
        from point in data.All(1)
        select new PointItem(scope, metric.Text(1), metric.Text(3), kind.Item2, Attributes(point, kind.Item3));

    private static string Attributes(Message owner, int field) =>
        Telemetry.Join(owner.All(field).Select(a => (a.Text(1), a.One(2) is { } value ? Value(value) : "")));

    private static string Value(Message any) =>
        any.Fields.Single() switch
        {
            (1, _, var text) => Encoding.UTF8.GetString(text),
            (2, var flag, _) => flag != 0 ? "true" : "false",
            (3, var number, _) => number.ToString(CultureInfo.InvariantCulture),
            (4, var bits, _) => BitConverter.Int64BitsToDouble(bits).ToString("R", CultureInfo.InvariantCulture),
            (5, _, var array) => "[" + string.Join(",", new Message(array).All(1).Select(Value)) + "]",
            var other => throw new AssertionException($"Field {other.Field} is no value that an example emits."),
        };

    /// <summary>The fields of a protobuf message: numbers as they are, everything else as bytes.</summary>
    private sealed class Message
    {
        public Message(byte[] bytes)
        {
            for (var at = 0; at < bytes.Length; )
            {
                var key = Varint(bytes, ref at);
                var field = (int)(key >> 3);
                switch (key & 7)
                {
                    case 0:
                        Fields.Add((field, (long)Varint(bytes, ref at), []));
                        break;
                    case 1:
                        Fields.Add((field, BinaryPrimitives.ReadInt64LittleEndian(bytes.AsSpan(at)), []));
                        at += 8;
                        break;
                    case 5:
                        Fields.Add((field, BinaryPrimitives.ReadUInt32LittleEndian(bytes.AsSpan(at)), []));
                        at += 4;
                        break;
                    case 2:
                        var length = (int)Varint(bytes, ref at);
                        Fields.Add((field, 0, bytes[at..(at + length)]));
                        at += length;
                        break;
                    default:
                        throw new AssertionException($"Wire type {key & 7} of field {field} at {at} is unknown.");
                }
            }
        }

        public List<(int Field, long Number, byte[] Bytes)> Fields { get; } = [];

        public IEnumerable<Message> All(int field) => Fields.Where(f => f.Field == field).Select(f => new Message(f.Bytes));

        public Message? One(int field) => All(field).FirstOrDefault();

        public long Number(int field) => Fields.FirstOrDefault(f => f.Field == field).Number;

        public string Text(int field) => Encoding.UTF8.GetString(Fields.FirstOrDefault(f => f.Field == field).Bytes ?? []);

        public string Hex(int field) => Convert.ToHexStringLower(Fields.FirstOrDefault(f => f.Field == field).Bytes ?? []);

        private static ulong Varint(byte[] bytes, ref int at)
        {
            ulong value = 0;
            for (var shift = 0; ; shift += 7)
            {
                var b = bytes[at++];
                value |= (ulong)(b & 0x7f) << shift;
                if (b < 0x80)
                    return value;
            }
        }
    }
}
