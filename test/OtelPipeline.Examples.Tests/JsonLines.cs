using System.Globalization;
using System.Text.Json;

namespace OtelPipeline.Examples.Tests;

/// <summary>Reads OTLP/JSON lines strictly, as the protocol's JSON mapping has them, into a form that can be compared.</summary>
/// <seealso href="https://opentelemetry.io/docs/specs/otlp/#json-protobuf-encoding"/>
internal static class JsonLines
{
    public static Telemetry Read(string directory, string service = "quickstart")
    {
        var telemetry = new Telemetry();
        foreach (var signal in new[] { "spans", "logs", "metrics" })
        {
            var files = Directory.Exists(Path.Combine(directory, signal)) ? Directory.GetFiles(Path.Combine(directory, signal)) : [];
            foreach (var file in files.Order())
                ReadFile(file, signal, service, telemetry);
        }

        return telemetry;
    }

    private static void ReadFile(string path, string signal, string service, Telemetry telemetry)
    {
        var text = File.ReadAllText(path);
        var lines = text.Split('\n');
        Assert.That(text, Does.Not.Contain('\r').And.Not.Contain('\uFEFF'));

        // what follows the last newline is a torn line, if anything
        foreach (var line in lines[..^1])
        {
            using var document = JsonDocument.Parse(line);
            var root = document.RootElement.EnumerateObject().Single();
            Assert.That(
                root.Name,
                Is.EqualTo(
                    signal == "spans" ? "resourceSpans"
                    : signal == "logs" ? "resourceLogs"
                    : "resourceMetrics"
                )
            );
            foreach (var resource in root.Value.EnumerateArray())
            {
                Assert.That(Attributes(resource.GetProperty("resource")), Does.Contain("service.name=" + service));
                var scopes =
                    signal == "spans" ? "scopeSpans"
                    : signal == "logs" ? "scopeLogs"
                    : "scopeMetrics";
                foreach (var scope in resource.GetProperty(scopes).EnumerateArray())
                    ReadScope(scope, signal, telemetry);
            }
        }
    }

    private static void ReadScope(JsonElement scope, string signal, Telemetry telemetry)
    {
        var name = scope.GetProperty("scope").GetProperty("name").GetString()!;
        if (signal == "spans")
            telemetry.Spans.AddRange(scope.GetProperty("spans").EnumerateArray().Select(s => Span(s, name)));
        else if (signal == "logs")
            telemetry.Logs.AddRange(scope.GetProperty("logRecords").EnumerateArray().Select(s => Log(s, name)));
        else
            telemetry.Points.AddRange(scope.GetProperty("metrics").EnumerateArray().SelectMany(m => Points(m, name)));
    }

    private static SpanItem Span(JsonElement span, string scope) =>
        new(
            scope,
            Hex(span, "traceId", 32),
            Hex(span, "spanId", 16),
            Text(span, "parentSpanId"),
            span.GetProperty("name").GetString()!,
            span.GetProperty("kind").GetInt32(),
            Long(span, "startTimeUnixNano"),
            Long(span, "endTimeUnixNano"),
            Attributes(span),
            span.TryGetProperty("links", out var links)
                ? [.. links.EnumerateArray().Select(l => new LinkItem(Hex(l, "traceId", 32), Hex(l, "spanId", 16), Attributes(l)))]
                : [],
            span.TryGetProperty("status", out var status) && status.TryGetProperty("code", out var code) ? code.GetInt32() : 0
        );

    private static LogItem Log(JsonElement log, string scope) =>
        new(
            scope,
            Text(log, "eventName"),
            Long(log, "timeUnixNano"),
            log.GetProperty("severityNumber").GetInt32(),
            log.TryGetProperty("body", out var body) ? Value(body) : "",
            Text(log, "traceId"),
            Text(log, "spanId"),
            Attributes(log)
        );

    private static IEnumerable<PointItem> Points(JsonElement metric, string scope)
    {
        var name = metric.GetProperty("name").GetString()!;
        var unit = Text(metric, "unit");
        foreach (var kind in new[] { "gauge", "sum", "histogram", "exponentialHistogram", "summary" })
        {
            if (!metric.TryGetProperty(kind, out var data))
                continue;
            foreach (var point in data.GetProperty("dataPoints").EnumerateArray())
            {
                Assert.That(Long(point, "timeUnixNano"), Is.Positive);
                yield return new(scope, name, unit, kind, Attributes(point));
            }
        }
    }

    private static string Attributes(JsonElement owner) =>
        owner.TryGetProperty("attributes", out var list)
            ? Telemetry.Join(list.EnumerateArray().Select(a => (a.GetProperty("key").GetString()!, Value(a.GetProperty("value")))))
            : "";

    private static string Value(JsonElement any)
    {
        var value = any.EnumerateObject().Single();
        return value.Name switch
        {
            "stringValue" => value.Value.GetString()!,
            "boolValue" => value.Value.GetBoolean() ? "true" : "false",
            "intValue" => long.Parse(value.Value.GetString()!, CultureInfo.InvariantCulture).ToString(CultureInfo.InvariantCulture),
            "doubleValue" => value.Value.GetDouble().ToString("R", CultureInfo.InvariantCulture),
            "arrayValue" => "[" + string.Join(",", value.Value.GetProperty("values").EnumerateArray().Select(Value)) + "]",
            _ => throw new AssertionException($"{value.Name} is no value that an example emits."),
        };
    }

    private static long Long(JsonElement owner, string name) =>
        long.Parse(owner.GetProperty(name).GetString()!, CultureInfo.InvariantCulture);

    private static string Text(JsonElement owner, string name) => owner.TryGetProperty(name, out var value) ? value.GetString()! : "";

    private static string Hex(JsonElement owner, string name, int length)
    {
        var id = owner.GetProperty(name).GetString()!;
        Assert.That(id, Does.Match($"^[0-9a-f]{{{length}}}$"));
        return id;
    }
}
