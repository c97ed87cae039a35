using System.Text.Json;

namespace OtelPipeline.Exporter.Jsonl.Tests;

/// <summary>
/// The rules of OTLP/JSON (https://opentelemetry.io/docs/specs/otlp/#json-protobuf-encoding), written apart from the exporter: which
/// field has which form.
/// </summary>
internal static class OtlpShape
{
    private static readonly Dictionary<string, (string Scopes, string Records)> Signals = new()
    {
        ["resourceSpans"] = ("scopeSpans", "spans"),
        ["resourceLogs"] = ("scopeLogs", "logRecords"),
        ["resourceMetrics"] = ("scopeMetrics", "metrics"),
    };

    private static readonly HashSet<string> Int64Fields =
    [
        "timeUnixNano",
        "startTimeUnixNano",
        "endTimeUnixNano",
        "observedTimeUnixNano",
        "intValue",
        "asInt",
        "count",
        "zeroCount",
        "bucketCounts",
    ];

    private static readonly HashSet<string> Int32Fields =
    [
        "kind",
        "code",
        "flags",
        "severityNumber",
        "aggregationTemporality",
        "scale",
        "offset",
        "droppedAttributesCount",
        "droppedEventsCount",
        "droppedLinksCount",
    ];

    private static readonly HashSet<string> DoubleFields = ["doubleValue", "asDouble", "sum", "min", "max", "explicitBounds"];

    public static IEnumerable<JsonElement> Records(JsonElement line)
    {
        var root = line.EnumerateObject().Single();
        var (scopes, records) = Signals[root.Name];
        return root
            .Value.EnumerateArray()
            .SelectMany(resource => resource.GetProperty(scopes).EnumerateArray())
            .SelectMany(scope => scope.GetProperty(records).EnumerateArray());
    }

    public static void Check(JsonElement line)
    {
        var root = line.EnumerateObject().Single();
        Assert.That(Signals.Keys, Does.Contain(root.Name));
        foreach (var resource in root.Value.EnumerateArray())
        {
            var first = resource.GetProperty("resource").GetProperty("attributes")[0];
            Assert.That(first.GetProperty("key").GetString(), Is.EqualTo("service.instance.id"));
        }

        CheckObject(line);
    }

    private static void CheckObject(JsonElement element)
    {
        foreach (var (name, value) in element.EnumerateObject().Select(property => (property.Name, property.Value)))
        {
            var values = value.ValueKind == JsonValueKind.Array ? [.. value.EnumerateArray()] : new[] { value };
            foreach (var item in values)
                CheckValue(name, item);
        }
    }

    private static void CheckValue(string name, JsonElement value)
    {
        if (name == "sum" && value.ValueKind == JsonValueKind.Object)
        {
            CheckObject(value);
            return;
        }

        Assert.That(value.ValueKind, Is.Not.EqualTo(JsonValueKind.Null), name);
        if (name is "traceId" or "spanId" or "parentSpanId")
            Assert.That(value.GetString(), Does.Match(name == "traceId" ? "^[0-9a-f]{32}$" : "^[0-9a-f]{16}$"), name);
        else if (Int64Fields.Contains(name))
            Assert.That(long.TryParse(value.GetString(), out _), Is.True, $"{name} {value}");
        else if (Int32Fields.Contains(name))
            Assert.That(value.TryGetInt32(out _), Is.True, $"{name} {value}");
        else if (DoubleFields.Contains(name) && value.ValueKind == JsonValueKind.String)
            Assert.That(value.GetString(), Is.AnyOf("NaN", "Infinity", "-Infinity"), name);
        else if (DoubleFields.Contains(name))
            Assert.That(value.ValueKind, Is.EqualTo(JsonValueKind.Number), name);
        else if (value.ValueKind == JsonValueKind.Object)
            CheckObject(value);
        else
            Assert.That(value.ValueKind, Is.AnyOf(JsonValueKind.String, JsonValueKind.True, JsonValueKind.False), name);
    }

    /// <summary>The attribute's <c>AnyValue</c>; fails when there is none.</summary>
    public static JsonElement Attribute(this JsonElement record, string key) =>
        record.GetProperty("attributes").EnumerateArray().Single(item => item.GetProperty("key").GetString() == key).GetProperty("value");

    public static bool HasAttribute(this JsonElement record, string key) =>
        record.GetProperty("attributes").EnumerateArray().Any(item => item.GetProperty("key").GetString() == key);

    public static string? Text(this JsonElement record, string field) => record.GetProperty(field).GetString();
}
