using System.Globalization;
using System.Text.Json;

namespace OtelPipeline.Examples.Tests.ContentDownload;

/// <summary>Spans, events and metric points of a download run, as they stand in the files, with nothing of ours in between.</summary>
internal sealed class DownloadTelemetry
{
    public List<Record> Spans { get; } = [];
    public List<Record> Events { get; } = [];
    public List<Record> Points { get; } = [];

    public IEnumerable<Record> Items => Spans.Where(s => s.Name == "item content_download");

    /// <summary>What was really sent, in the order in which it was begun.</summary>
    public IEnumerable<Record> Requests => Spans.Where(s => s.Kind == 3).OrderBy(s => s.Start);

    public IEnumerable<Record> Named(string name) => Events.Where(e => e.Name == name);

    public static DownloadTelemetry Read(string directory)
    {
        var telemetry = new DownloadTelemetry();
        Read(directory, "spans", "resourceSpans", "scopeSpans", (_, scope) => telemetry.Spans.AddRange(All(scope, "spans", "name")));
        Read(
            directory,
            "logs",
            "resourceLogs",
            "scopeLogs",
            (_, scope) => telemetry.Events.AddRange(All(scope, "logRecords", "eventName"))
        );
        Read(
            directory,
            "metrics",
            "resourceMetrics",
            "scopeMetrics",
            (_, scope) =>
            {
                foreach (var metric in scope.GetProperty("metrics").EnumerateArray())
                {
                    foreach (var data in metric.EnumerateObject().Where(p => p.Value.ValueKind == JsonValueKind.Object))
                        telemetry.Points.AddRange(
                            data.Value.GetProperty("dataPoints")
                                .EnumerateArray()
                                .Select(p => RecordOf(p, metric.GetProperty("name").GetString()!))
                        );
                }
            }
        );
        return telemetry;
    }

    private static void Read(string directory, string signal, string resources, string scopes, Action<JsonElement, JsonElement> read)
    {
        foreach (var file in Directory.GetFiles(Path.Combine(directory, signal), "*.jsonl").Order(StringComparer.Ordinal))
        {
            foreach (var line in File.ReadLines(file))
            {
                using var document = JsonDocument.Parse(line);
                foreach (var resource in document.RootElement.GetProperty(resources).EnumerateArray())
                {
                    foreach (var scope in resource.GetProperty(scopes).EnumerateArray())
                        read(resource, scope);
                }
            }
        }
    }

    private static List<Record> All(JsonElement scope, string list, string name) =>
        [
            .. scope
                .GetProperty(list)
                .EnumerateArray()
                .Select(e => RecordOf(e, e.TryGetProperty(name, out var text) ? text.GetString()! : "")),
        ];

    private static Record RecordOf(JsonElement element, string name)
    {
        var attributes = new Dictionary<string, string>();
        if (element.TryGetProperty("attributes", out var list))
        {
            foreach (var attribute in list.EnumerateArray())
                attributes[attribute.GetProperty("key").GetString()!] = attribute
                    .GetProperty("value")
                    .EnumerateObject()
                    .Single()
                    .Value.ToString();
        }

        return new(
            name,
            Text(element, "traceId"),
            element.TryGetProperty("kind", out var kind) ? kind.GetInt32() : 0,
            Time(element, "startTimeUnixNano"),
            Time(element, "endTimeUnixNano"),
            attributes
        );
    }

    private static string Text(JsonElement element, string name) => element.TryGetProperty(name, out var value) ? value.GetString()! : "";

    private static long Time(JsonElement element, string name) =>
        element.TryGetProperty(name, out var value) ? long.Parse(value.GetString()!, CultureInfo.InvariantCulture) : 0;

    internal sealed record Record(string Name, string TraceId, int Kind, long Start, long End, Dictionary<string, string> Attributes)
    {
        public string? this[string key] => Attributes.GetValueOrDefault(key);

        public double? Number(string key) =>
            Attributes.TryGetValue(key, out var text) ? double.Parse(text, CultureInfo.InvariantCulture) : null;
    }
}
