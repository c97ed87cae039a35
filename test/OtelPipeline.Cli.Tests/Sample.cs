using System.Globalization;
using System.Text;

namespace OtelPipeline.Cli.Tests;

/// <summary>Telemetry of a small pipeline as OTLP/JSON lines.</summary>
internal static class Sample
{
    public const string TraceId = "0af7651916cd43dd8448eb211c80319c";
    public const string RunId = "0199a3c4-0000-7000-8000-000000000001";
    public const long Start = 1_795_000_000_000_000_000;

    /// <summary>A run with the nodes load and clean; clean fails.</summary>
    public static string Spans =>
        Line(
            "Spans",
            Span("1111111111111111", null, "run etl", 0, 3_000, 2, ("pipeline.run.result", "failure")),
            Span(
                "2222222222222222",
                "1111111111111111",
                "node load",
                100,
                1_000,
                0,
                ("pipeline.node.name", "load"),
                ("pipeline.node.result", "success")
            ),
            Span(
                "3333333333333333",
                "1111111111111111",
                "node clean",
                1_200,
                1_500,
                2,
                ("pipeline.node.name", "clean"),
                ("pipeline.node.result", "failure")
            )
        );

    public static string Logs =>
        Line(
            "Logs",
            Log("pipeline.run.start", 0, 9, "run etl started"),
            Log("pipeline.node.exception", 2_600, 17, "it broke", ("pipeline.node.name", "clean"), ("error.type", "System.IO.IOException")),
            Log("pipeline.run.end", 3_000, 17, "run etl failed", ("pipeline.run.result", "failure"))
        );

    public static string Metrics =>
        "{\"resourceMetrics\":[{\"resource\":{\"attributes\":[{\"key\":\"service.name\",\"value\":{\"stringValue\":\"etl\"}}]},\"scopeMetrics\":[{\"scope\":{\"name\":\"OtelPipeline\"},\"metrics\":["
        + $"{{\"name\":\"pipeline.node.records\",\"unit\":\"{{record}}\",\"sum\":{{\"aggregationTemporality\":2,\"isMonotonic\":true,\"dataPoints\":[{Point(60, 5)},{Point(120, 8)}]}}}},"
        + $"{{\"name\":\"pipeline.node.duration\",\"unit\":\"s\",\"histogram\":{{\"aggregationTemporality\":2,\"dataPoints\":[{{\"timeUnixNano\":\"{Time(120_000)}\",\"startTimeUnixNano\":\"{Time(0)}\",\"count\":\"3\",\"sum\":2.5,\"bucketCounts\":[\"1\",\"2\"],\"explicitBounds\":[1]}}]}}}}"
        + "]}]}]}\n";

    public static string Attribute(string key, string value) => $"{{\"key\":\"{key}\",\"value\":{{\"stringValue\":\"{value}\"}}}}";

    public static string Span(
        string id,
        string? parent,
        string name,
        long startMs,
        long durationMs,
        int status,
        params (string Key, string Value)[] attributes
    ) =>
        $"{{\"traceId\":\"{TraceId}\",\"spanId\":\"{id}\",{(parent is null ? "" : $"\"parentSpanId\":\"{parent}\",")}\"name\":\"{name}\",\"kind\":1,"
        + $"\"startTimeUnixNano\":\"{Time(startMs)}\",\"endTimeUnixNano\":\"{Time(startMs + durationMs)}\",\"attributes\":[{Attributes(attributes)}]"
        + (status == 0 ? "" : $",\"status\":{{\"code\":{status}}}")
        + "}";

    /// <summary>Many spans, a line each.</summary>
    public static byte[] ManySpans(int count)
    {
        var text = new StringBuilder();
        for (var i = 0; i < count; i++)
            text.Append(
                Line(
                    "Spans",
                    Span(
                        i.ToString("x16", CultureInfo.InvariantCulture)
                            .Replace("0000000000000000", "ffffffffffffffff", StringComparison.Ordinal),
                        null,
                        "node load",
                        i,
                        5,
                        0,
                        ("pipeline.node.name", "load")
                    )
                )
            );
        return Encoding.UTF8.GetBytes(text.ToString());
    }

    public static string Line(string signal, params string[] records)
    {
        var list = signal switch
        {
            "Spans" => "spans",
            _ => "logRecords",
        };
        return $"{{\"resource{signal}\":[{{\"resource\":{{\"attributes\":[{Attribute("service.name", "etl")}]}},\"scope{signal}\":[{{\"scope\":{{\"name\":\"OtelPipeline\"}},\"{list}\":[{string.Join(',', records)}]}}]}}]}}\n";
    }

    private static string Log(string name, long ms, int severity, string body, params (string Key, string Value)[] attributes) =>
        $"{{\"timeUnixNano\":\"{Time(ms)}\",\"severityNumber\":{severity},\"eventName\":\"{name}\",\"body\":{{\"stringValue\":\"{body}\"}},\"traceId\":\"{TraceId}\",\"spanId\":\"1111111111111111\",\"attributes\":[{Attributes(attributes)}]}}";

    private static string Point(int second, int value) =>
        $"{{\"timeUnixNano\":\"{Time(second * 1000)}\",\"startTimeUnixNano\":\"{Time(0)}\",\"asInt\":\"{value}\",\"attributes\":[{Attribute("pipeline.node.name", "load")}]}}";

    private static string Attributes((string Key, string Value)[] attributes) =>
        string.Join(
            ',',
            new (string Key, string Value)[] { ("pipeline.run.id", RunId), ("pipeline.name", "etl") }
                .ExceptBy(attributes.Select(pair => pair.Key), pair => pair.Key)
                .Concat(attributes)
                .Select(pair => Attribute(pair.Key, pair.Value))
        );

    /// <summary>A time for an option.</summary>
    public static string At(long ms) => DateTime.UnixEpoch.AddTicks((Start / 100) + (ms * TimeSpan.TicksPerMillisecond)).ToString("O");

    private static string Time(long ms) => (Start + (ms * 1_000_000)).ToString(CultureInfo.InvariantCulture);
}
