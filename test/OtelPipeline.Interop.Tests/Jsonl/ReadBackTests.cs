using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using FsCheck;
using FsCheck.Fluent;
using Microsoft.Extensions.Logging;
using OpenTelemetry;
using OpenTelemetry.Logs;
using OpenTelemetry.Resources;
using OtelPipeline.Data;
using OtelPipeline.Exporter.Jsonl;
using Attribute = System.Collections.Generic.KeyValuePair<string, object?>;

namespace OtelPipeline.Interop.Tests.Jsonl;

/// <summary>Spans and log records that the exporter wrote, read by System.Text.Json and by the reader, with equal content.</summary>
internal sealed class ReadBackTests
{
    private static readonly ActivitySource s_source = new("readback", "1.2");

    [TestCase(JsonlFormat.Otlp)]
    [TestCase(JsonlFormat.Flat)]
    public void Attributes_of_any_kind_read_back_equal(JsonlFormat format) =>
        Check.One(
            Config.QuickThrowOnFailure.WithMaxTest(40),
            Prop.ForAll(Hostile.Attributes.ArrayOf().Resize(40).ToArbitrary(), records => ReadBack(format, records))
        );

    private static void ReadBack(JsonlFormat format, Attribute[][] records)
    {
        using var folder = new TelemetryFolder();
        using (var sdk = folder.Start(format, s_source.Name))
        {
            var logger = sdk.GetLoggerFactory().CreateLogger("readback");
            foreach (var attributes in records)
            {
                using var span = s_source.StartActivity(
                    "s",
                    ActivityKind.Internal,
                    default(ActivityContext),
                    attributes[..(attributes.Length / 2)]
                )!;
                foreach (var (key, value) in attributes[(attributes.Length / 2)..])
                    span.AddTag(key, value);
                span.AddEvent(new ActivityEvent("e", tags: [.. attributes.DistinctBy(item => item.Key)]));
                span.AddLink(new ActivityLink(span.Context, [.. attributes.DistinctBy(item => item.Key)]));
                logger.Log(LogLevel.Information, default, attributes, null, (_, _) => "m");
            }
        }

        var offered = records.Select(attributes => Values.Text(Values.Offered(format, attributes))).ToArray();
        var tags = records.Select(list => Values.Text(Values.Offered(format, list.DistinctBy(item => item.Key)))).ToArray();
        Assert.Multiple(() =>
        {
            var spans = folder.Json("spans");
            Assert.That(spans.Select(span => Values.Text(Values.FromJson(format, span))), Is.EqualTo(offered));
            Assert.That(spans.Select(span => Values.Text(Values.FromJson(format, span.GetProperty("events")[0]))), Is.EqualTo(tags));
            Assert.That(spans.Select(span => Values.Text(Values.FromJson(format, span.GetProperty("links")[0]))), Is.EqualTo(tags));
            Assert.That(folder.Json("logs").Select(record => Values.Text(Values.FromJson(format, record))), Is.EqualTo(offered));
            var rows = folder.Rows<SpanRow>();
            Assert.That(rows.Select(row => Values.Text(Values.FromRow(row.Attributes))), Is.EqualTo(offered));
            Assert.That(rows.Select(row => Values.Text(row.Events.Single().Attributes)), Is.EqualTo(tags));
            Assert.That(rows.Select(row => Values.Text(row.Links.Single().Attributes)), Is.EqualTo(tags));
            Assert.That(folder.Rows<EventRow>().Select(row => Values.Text(Values.FromRow(row.Attributes))), Is.EqualTo(offered));
        });
    }

    [TestCase(JsonlFormat.Otlp)]
    [TestCase(JsonlFormat.Flat)]
    public void A_span_reads_back_with_all_its_fields(JsonlFormat format)
    {
        using var folder = new TelemetryFolder();
        var spans = new List<Activity>();
        using (folder.Start(format, s_source.Name, build: otel => otel.ConfigureResource(resource => resource.AddService("shop"))))
        {
            using var outer = s_source.StartActivity("run \"nightly\"")!;
            foreach (var kind in Enum.GetValues<ActivityKind>())
            {
                using var span = s_source.StartActivity($"node {kind}", kind)!;
                span.SetTag("pipeline.run.id", "r1").SetTag("pipeline.name", "nightly").SetTag("pipeline.node.name", "load");
                span.SetTag("pipeline.node.type", "source").SetTag("pipeline.cache.result", "hit").SetTag("error.type", "timeout");
                span.SetTag("user.name", "ada").SetTag("code.line.number", 12).SetTag("rows", 5L);
                if (kind != ActivityKind.Producer)
                    span.SetTag("pipeline.node.result", "failure");
                span.SetStatus((ActivityStatusCode)((int)kind % 3), kind == ActivityKind.Client ? "too slow" : null);
                span.AddEvent(new ActivityEvent("retry", tags: new() { ["n"] = 1 }));
                span.AddEvent(new ActivityEvent("again"));
                span.AddLink(new ActivityLink(outer.Context, new() { ["why"] = "test" }));
                spans.Add(span);
            }
        }

        var expected = spans.Select(Describe).ToArray();
        var rows = folder.Rows<SpanRow>().Where(row => row.Name.StartsWith("node ", StringComparison.Ordinal)).ToArray();
        Assert.That(rows.Select(Describe), Is.EqualTo(expected));
        Assert.That(rows.Select(row => row.Scope.Name), Is.All.EqualTo(s_source.Name));
        var json = folder
            .Json("spans")
            .Select(span => Describe(format, span))
            .Where(text => text.StartsWith("node ", StringComparison.Ordinal));
        Assert.That(json, Is.EqualTo(expected));
        if (format == JsonlFormat.Otlp)
        {
            Assert.That(rows.Select(row => (row.Resource.ServiceName, row.Scope.Version)), Is.All.EqualTo(("shop", "1.2")));
            Assert.That(rows.Select(row => row.Flags & 1), Is.All.EqualTo(1));
        }
    }

    [TestCase(JsonlFormat.Otlp)]
    [TestCase(JsonlFormat.Flat)]
    public void A_log_record_reads_back_with_all_its_fields(JsonlFormat format)
    {
        using var folder = new TelemetryFolder();
        using var listened = new Activity("parent").Start();
        var before = DateTimeOffset.UtcNow;
        using (var sdk = folder.Start(format, s_source.Name))
        {
            var logger = sdk.GetLoggerFactory().CreateLogger("shop.orders");
            logger.Log(
                LogLevel.Error,
                new EventId(7, "order.failed"),
                new Attribute[] { new("Id", 12), new("pipeline.run.id", "r1") },
                new InvalidDataException("bad\trow"),
                (_, _) => "order 12 \n failed"
            );
            logger.Log(LogLevel.Warning, new EventId(8, "span"), Array.Empty<Attribute>(), null, (_, _) => "an event with an awkward name");
        }

        var rows = folder.Rows<EventRow>();
        Assert.That(rows, Has.Count.EqualTo(2));
        var row = rows[0];
        Assert.Multiple(() =>
        {
            Assert.That((row.SeverityNumber, row.SeverityText), Is.EqualTo((17, "Error")));
            Assert.That((row.EventName, row.Body.AsString()), Is.EqualTo(("order.failed", "order 12 \n failed")));
            Assert.That((row.TraceId.ToString(), row.SpanId.ToString()), Is.EqualTo(($"{listened.TraceId}", $"{listened.SpanId}")));
            Assert.That(row.Scope.Name, Is.EqualTo("shop.orders"));
            Assert.That(row.TimeUnixNano / 1e9, Is.EqualTo(before.ToUnixTimeMilliseconds() / 1e3).Within(60));
            Assert.That(row.Attributes["Id"].AsInt64(), Is.EqualTo(12));
            Assert.That(row.Attributes["pipeline.run.id"].AsString(), Is.EqualTo("r1"));
            Assert.That(row.Attributes["exception.type"].AsString(), Is.EqualTo("System.IO.InvalidDataException"));
            Assert.That(row.Attributes["exception.message"].AsString(), Is.EqualTo("bad\trow"));
            Assert.That(row.Attributes["exception.stacktrace"].AsString(), Does.StartWith("System.IO.InvalidDataException: bad"));
            Assert.That((rows[1].EventName, rows[1].SeverityNumber), Is.EqualTo(("span", 13)));
        });
        var json = folder.Json("logs")[0];
        Assert.That(
            format == JsonlFormat.Flat
                ? json.GetProperty("message").GetString()
                : json.GetProperty("body").GetProperty("stringValue").GetString(),
            Is.EqualTo("order 12 \n failed")
        );
    }

    [TestCase(JsonlFormat.Otlp)]
    [TestCase(JsonlFormat.Flat)]
    public void Records_that_are_larger_than_a_line_are_cut_and_read_back(JsonlFormat format)
    {
        using var folder = new TelemetryFolder();
        using (folder.Start(format, s_source.Name))
        {
            using (var text = s_source.StartActivity("text")!)
                text.SetTag("big", new string('漢', 10_000_000)).SetTag("after", 1);
            using (var bytes = s_source.StartActivity("bytes")!)
                bytes.SetTag("big", new byte[10_000_000]).SetTag("after", 1);
            using (var many = s_source.StartActivity("many")!)
            {
                for (var i = 0; i < 10_000; i++)
                    many.AddTag("k" + i, i);
            }

            using (var tooMany = s_source.StartActivity("too many")!)
            {
                for (var i = 0; i < 100_000; i++)
                    tooMany.AddTag("k" + i, i);
            }
        }

        var rows = folder.Rows<SpanRow>().ToDictionary(row => row.Name);
        var json = folder
            .Json("spans")
            .ToDictionary(span => span.GetProperty(format == JsonlFormat.Flat ? "message" : "name").GetString()!);
        Assert.Multiple(() =>
        {
            Assert.That(rows["text"].Attributes["big"].AsString(), Is.EqualTo(new string('漢', 8192)));
            Assert.That(rows["text"].Attributes["after"].AsInt64(), Is.EqualTo(1));
            var cut = rows["bytes"].Attributes["big"];
            var content = cut.Kind == AttributeKind.Bytes ? cut.AsBytes().ToArray() : Convert.FromBase64String(cut.AsString());
            Assert.That(content, Is.EqualTo(new byte[8192]));
            Assert.That(
                Enumerable
                    .Range(0, 10_000)
                    .All(i => rows["many"].Attributes.Contains(KeyValuePair.Create($"k{i}", new AttributeValue((long)i)))),
                Is.True
            );
            Assert.That(Values.FromRow(rows["too many"].Attributes).Count + rows["too many"].DroppedAttributesCount, Is.EqualTo(100_000));
            Assert.That(rows["too many"].DroppedAttributesCount, Is.GreaterThan(0));
            foreach (var (name, row) in rows)
                Assert.That(Values.FromJson(format, json[name]), Is.EqualTo(Values.FromRow(row.Attributes)), name);
        });
    }

    [Test]
    public void The_resource_and_the_scope_read_back_with_hostile_attributes()
    {
        using var folder = new TelemetryFolder();
        Attribute[] attributes =
        [
            new("text", "\u0000\ud800\"\\\u2028😀"),
            new("double", double.NegativeInfinity),
            new("long", long.MinValue),
            new("flag", false),
            new("list", new[] { "a", "" }),
        ];
        using var source = new ActivitySource("scope\n", "\"2\"", attributes);
        using (
            folder.Start(
                JsonlFormat.Otlp,
                source.Name,
                build: otel => otel.ConfigureResource(resource => resource.AddAttributes(attributes!))
            )
        )
            source.StartActivity("s")?.Dispose();

        var row = folder.Rows<SpanRow>().Single();
        var expected = Values.Offered(JsonlFormat.Otlp, attributes);
        Assert.Multiple(() =>
        {
            Assert.That((row.Scope.Name, row.Scope.Version), Is.EqualTo(("scope\n", "\"2\"")));
            Assert.That(row.Scope.Attributes.OrderBy(item => item.Key), Is.EqualTo(expected.OrderBy(item => item.Key)));
            Assert.That(row.Resource.Attributes.Where(item => expected.TryGet(item.Key, out _)), Is.EquivalentTo(expected));
            Assert.That(row.Resource.Attributes[0].Key, Is.EqualTo("service.instance.id"));
        });
    }

    private static string Describe(Activity span) =>
        Describe(
            span.DisplayName,
            $"{span.TraceId} {span.SpanId} {span.ParentSpanId} {(int)span.Kind + 1}",
            Nano(span.StartTimeUtc),
            span.Duration.Ticks * 100,
            $"{(int)span.Status} {span.StatusDescription}",
            span.TagObjects.Select(item => $"{item.Key}={item.Value}"),
            span.Events.Select(item => $"{Nano(item.Timestamp.UtcDateTime)} {item.Name} {item.Tags.Count()}"),
            span.Links.Select(link => $"{link.Context.TraceId} {link.Context.SpanId} {link.Tags!.Count()}")
        );

    private static string Describe(SpanRow row) =>
        Describe(
            row.Name,
            $"{row.TraceId} {row.SpanId} {row.ParentSpanId} {(int)row.Kind}",
            row.StartTimeUnixNano,
            row.DurationNano,
            $"{(int)row.StatusCode} {row.StatusMessage}",
            Values.FromRow(row.Attributes).Select(item => $"{item.Key}={item.Value}"),
            row.Events.Select(item => $"{item.TimeUnixNano} {item.Name} {item.Attributes.Count}"),
            row.Links.Select(link => $"{link.TraceId} {link.SpanId} {link.Attributes.Count}")
        );

    private static string Describe(JsonlFormat format, JsonElement span)
    {
        if (format == JsonlFormat.Otlp)
        {
            var start = Int64(span, "startTimeUnixNano");
            var status = span.TryGetProperty("status", out var found) ? found : default;
            return Describe(
                Text(span, "name"),
                $"{Text(span, "traceId")} {Text(span, "spanId")} {Text(span, "parentSpanId")} {span.GetProperty("kind").GetInt32()}",
                start,
                Int64(span, "endTimeUnixNano") - start,
                status.ValueKind == JsonValueKind.Undefined ? "0 " : $"{status.GetProperty("code").GetInt32()} {Text(status, "message")}",
                Values.FromJson(format, span).Select(item => $"{item.Key}={item.Value}"),
                Items(span, "events")
                    .Select(item => $"{Text(item, "timeUnixNano")} {Text(item, "name")} {item.GetProperty("attributes").GetArrayLength()}"),
                Items(span, "links")
                    .Select(item => $"{Text(item, "traceId")} {Text(item, "spanId")} {item.GetProperty("attributes").GetArrayLength()}")
            );
        }

        (string Field, string Key)[] promoted =
        [
            ("run_id", "pipeline.run.id"),
            ("pipeline", "pipeline.name"),
            ("node", "pipeline.node.name"),
            ("node_type", "pipeline.node.type"),
            ("error_type", "error.type"),
            ("cache_result", "pipeline.cache.result"),
            ("line", "code.line.number"),
        ];
        var isResult = Text(span, "status") == "failure";
        return Describe(
            Text(span, "message"),
            $"{Text(span, "trace_id")} {Text(span, "span_id")} {Text(span, "parent_span_id")} "
                + (
                    Array.IndexOf(
                        ["internal", "server", "client", "producer", "consumer"],
                        Text(span, "kind") is "" ? "internal" : Text(span, "kind")
                    ) + 1
                ),
            Nano(DateTime.Parse(Text(span, "timestamp"), CultureInfo.InvariantCulture, DateTimeStyles.AdjustToUniversal)),
            (long)Math.Round(span.GetProperty("duration_ms").GetDouble() * 1e6),
            $"{Array.IndexOf(["", "ok", "error"], Text(span, isResult ? "status_code" : "status"))} {Text(span, "status_message")}",
            [
                .. Values.FromJson(format, span).Select(item => $"{item.Key}={item.Value}"),
                .. promoted
                    .Where(item => span.TryGetProperty(item.Field, out _))
                    .Select(item => $"{item.Key}={span.GetProperty(item.Field)}"),
                .. isResult ? ["pipeline.node.result=failure"] : Array.Empty<string>(),
            ],
            Items(span, "events")
                .Select(item =>
                    $"{Nano(DateTime.Parse(Text(item, "timestamp"), CultureInfo.InvariantCulture, DateTimeStyles.AdjustToUniversal))} {Text(item, "name")} {item.GetProperty("attributes").EnumerateObject().Count()}"
                ),
            Items(span, "links")
                .Select(item =>
                    $"{Text(item, "trace_id")} {Text(item, "span_id")} {item.GetProperty("attributes").EnumerateObject().Count()}"
                )
        );
    }

    private static string Describe(
        string name,
        string identity,
        long start,
        long duration,
        string status,
        IEnumerable<string> attributes,
        IEnumerable<string> events,
        IEnumerable<string> links
    ) =>
        $"{name} {identity} {start} +{duration} {status} {{{string.Join(", ", attributes.Order(StringComparer.Ordinal))}}} "
        + $"[{string.Join(", ", events)}] [{string.Join(", ", links)}]";

    private static JsonElement.ArrayEnumerator Items(JsonElement element, string name) =>
        element.TryGetProperty(name, out var items) ? items.EnumerateArray() : default;

    private static long Nano(DateTime utc) => (utc.Ticks - DateTime.UnixEpoch.Ticks) * 100;

    private static string Text(JsonElement element, string name) => element.TryGetProperty(name, out var value) ? value.GetString()! : "";

    private static long Int64(JsonElement element, string name) => long.Parse(Text(element, name), CultureInfo.InvariantCulture);
}
