using System.Globalization;

namespace OtelPipeline.Interop.Tests.Slo;

/// <summary>Lines of OTLP/JSON that break all eight objectives of the example.</summary>
internal static class BadTelemetry
{
    private const string RunId = "0199a3c4-0000-7000-8000-000000000001";

    public static string Spans(DateTimeOffset now, int seed)
    {
        var spans = new List<string> { Span(now, seed, 0, "run content_download", 1, [("pipeline.run.result", Text("success"))]) };
        for (var i = 1; i <= 10; i++)
        {
            spans.Add(
                Span(
                    now,
                    seed,
                    i,
                    "item content_download",
                    1,
                    [("pipeline.item.result", Text("corrupt")), ("pipeline.item.time_to_first_result", "{\"doubleValue\":30}")]
                )
            );
            spans.Add(Span(now, seed, 100 + i, "GET", 3, [("http.response.status_code", "{\"intValue\":\"429\"}")]));
        }

        return Line("Spans", "spans", spans);
    }

    public static string Logs(DateTimeOffset now)
    {
        var logs = new List<string>();
        for (var i = 0; i < 20; i++)
        {
            logs.Add(
                Log(
                    now,
                    "pipeline.http.request",
                    [
                        ("pipeline.http.role", Text("metadata")),
                        ("pipeline.http.cache.result", Text("miss")),
                        ("pipeline.http.limiter.wait", "{\"doubleValue\":5}"),
                    ]
                )
            );
            logs.Add(Log(now, "pipeline.circuit_breaker.state_change", [("pipeline.circuit_breaker.state", Text("open"))]));
        }

        return Line("Logs", "logRecords", logs);
    }

    private static string Span(DateTimeOffset now, int seed, int id, string name, int kind, (string, string)[] attributes) =>
        $"{{\"traceId\":\"{Hex(seed + 1, 32)}\",\"spanId\":\"{Hex((seed + 1) * 1000 + id, 16)}\",\"name\":\"{name}\",\"kind\":{kind},"
        + $"\"startTimeUnixNano\":\"{Nanos(now.AddMilliseconds(-5))}\",\"endTimeUnixNano\":\"{Nanos(now)}\",\"attributes\":[{Attributes(attributes)}]}}";

    private static string Log(DateTimeOffset now, string name, (string, string)[] attributes) =>
        $"{{\"timeUnixNano\":\"{Nanos(now)}\",\"severityNumber\":9,\"eventName\":\"{name}\",\"body\":{{\"stringValue\":\"{name}\"}},\"attributes\":[{Attributes(attributes)}]}}";

    private static string Attributes((string Key, string Value)[] attributes) =>
        string.Join(',', attributes.Append(("pipeline.run.id", Text(RunId))).Select(static a => $"{{\"key\":\"{a.Item1}\",\"value\":{a.Item2}}}"));

    private static string Line(string signal, string list, List<string> records) =>
        $"{{\"resource{signal}\":[{{\"resource\":{{}},\"scope{signal}\":[{{\"scope\":{{\"name\":\"OtelPipeline\"}},\"{list}\":[{string.Join(',', records)}]}}]}}]}}\n";

    private static string Text(string text) => $"{{\"stringValue\":\"{text}\"}}";

    private static string Hex(int number, int length) => number.ToString($"x{length}", CultureInfo.InvariantCulture);

    private static string Nanos(DateTimeOffset time) => (time.ToUnixTimeMilliseconds() * 1_000_000).ToString(CultureInfo.InvariantCulture);
}
