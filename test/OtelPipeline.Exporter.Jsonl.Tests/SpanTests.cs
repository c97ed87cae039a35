using System.Diagnostics;
using OpenTelemetry;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace OtelPipeline.Exporter.Jsonl.Tests;

public sealed class SpanTests
{
    private TemporaryDirectory _directory;

    [SetUp]
    public void SetUp() => _directory = new TemporaryDirectory();

    [TearDown]
    public void TearDown() => _directory.Dispose();

    private TracerProvider Provider(ActivitySource source, Action<ResourceBuilder>? resource = null) =>
        Sdk.CreateTracerProviderBuilder()
            .ConfigureResource(builder => resource?.Invoke(builder))
            .AddSource(source.Name)
            .AddJsonlExporter(options => options.Directory = _directory.Path)
            .Build();

    [Test]
    public void A_span_carries_everything_that_OTLP_has_a_field_for()
    {
        using var source = new ActivitySource(
            new ActivitySourceOptions("shop")
            {
                Version = "2.1",
                Tags = [new("library", "x")],
                TelemetrySchemaUrl = "https://opentelemetry.io/schemas/1.37.0",
            }
        );
        var remote = new ActivityContext(
            ActivityTraceId.CreateFromString("0af7651916cd43dd8448eb211c80319c"),
            ActivitySpanId.CreateFromString("b7ad6b7169203331"),
            ActivityTraceFlags.Recorded,
            "vendor=1",
            isRemote: true
        );
        using (Provider(source, resource => resource.AddService("orders", serviceInstanceId: "instance-1")))
        {
            using var span = source.StartActivity(
                "load",
                ActivityKind.Consumer,
                remote,
                links: [new(remote, new() { ["why"] = "upstream" })]
            )!;
            span.SetTag("text", "line\n\"quoted\" \\ \u0001 é 漢 😀");
            span.SetTag("int", 42).SetTag("long", long.MaxValue).SetTag("double", 1.5).SetTag("whole", 3.0).SetTag("nan", double.NaN);
            span.SetTag("bool", true).SetTag("bytes", new byte[] { 1, 2, 3 }).SetTag("ints", new[] { 1, 2 });
            span.SetTag("texts", new[] { "a", null }).SetTag("map", new Dictionary<string, object?> { ["k"] = new[] { 1.5 } });
            span.AddEvent(new ActivityEvent("checkpoint", tags: new() { ["row"] = 7 }));
            span.SetStatus(ActivityStatusCode.Error, "broke");
        }

        var line = _directory.Lines("spans").Single();
        var scope = line.GetProperty("resourceSpans")[0].GetProperty("scopeSpans")[0];
        Assert.Multiple(() =>
        {
            Assert.That(scope.Text("schemaUrl"), Is.EqualTo("https://opentelemetry.io/schemas/1.37.0"));
            Assert.That(scope.GetProperty("scope").Text("name"), Is.EqualTo("shop"));
            Assert.That(scope.GetProperty("scope").Text("version"), Is.EqualTo("2.1"));
            Assert.That(scope.GetProperty("scope").Attribute("library").Text("stringValue"), Is.EqualTo("x"));
            Assert.That(
                line.GetProperty("resourceSpans")[0].GetProperty("resource").Attribute("service.name").Text("stringValue"),
                Is.EqualTo("orders")
            );
        });
        var record = _directory.Records("spans").Single();
        Assert.Multiple(() =>
        {
            Assert.That(record.Text("traceId"), Is.EqualTo("0af7651916cd43dd8448eb211c80319c"));
            Assert.That(record.Text("parentSpanId"), Is.EqualTo("b7ad6b7169203331"));
            Assert.That(record.Text("traceState"), Is.EqualTo("vendor=1"));
            Assert.That(record.GetProperty("flags").GetInt32(), Is.EqualTo(0x301), "sampled, parent known, parent remote");
            Assert.That(record.Text("name"), Is.EqualTo("load"));
            Assert.That(record.GetProperty("kind").GetInt32(), Is.EqualTo(5), "SPAN_KIND_CONSUMER");
            Assert.That(long.Parse(record.Text("endTimeUnixNano")!), Is.GreaterThan(long.Parse(record.Text("startTimeUnixNano")!)));
            Assert.That(record.Attribute("text").Text("stringValue"), Is.EqualTo("line\n\"quoted\" \\ \u0001 é 漢 😀"));
            Assert.That(record.Attribute("int").Text("intValue"), Is.EqualTo("42"));
            Assert.That(record.Attribute("long").Text("intValue"), Is.EqualTo("9223372036854775807"));
            Assert.That(record.Attribute("double").GetProperty("doubleValue").GetDouble(), Is.EqualTo(1.5));
            Assert.That(record.Attribute("whole").GetProperty("doubleValue").GetDouble(), Is.EqualTo(3));
            Assert.That(record.Attribute("nan").Text("doubleValue"), Is.EqualTo("NaN"));
            Assert.That(record.Attribute("bool").GetProperty("boolValue").GetBoolean(), Is.True);
            Assert.That(record.Attribute("bytes").Text("bytesValue"), Is.EqualTo("AQID"));
            Assert.That(
                record.Attribute("ints").GetRawText(),
                Is.EqualTo("""{"arrayValue":{"values":[{"intValue":"1"},{"intValue":"2"}]}}""")
            );
            Assert.That(record.Attribute("texts").GetRawText(), Is.EqualTo("""{"arrayValue":{"values":[{"stringValue":"a"},{}]}}"""));
            Assert.That(
                record.Attribute("map").GetRawText(),
                Is.EqualTo("""{"kvlistValue":{"values":[{"key":"k","value":{"arrayValue":{"values":[{"doubleValue":1.5}]}}}]}}""")
            );
            Assert.That(record.GetProperty("status").GetRawText(), Is.EqualTo("""{"code":2,"message":"broke"}"""));
            Assert.That(record.GetProperty("events")[0].Text("name"), Is.EqualTo("checkpoint"));
            Assert.That(record.GetProperty("events")[0].Attribute("row").Text("intValue"), Is.EqualTo("7"));
            Assert.That(record.GetProperty("links")[0].Text("spanId"), Is.EqualTo("b7ad6b7169203331"));
            Assert.That(record.GetProperty("links")[0].Text("traceState"), Is.EqualTo("vendor=1"));
            Assert.That(record.GetProperty("links")[0].GetProperty("flags").GetInt32(), Is.EqualTo(0x301));
            Assert.That(record.GetProperty("links")[0].Attribute("why").Text("stringValue"), Is.EqualTo("upstream"));
        });
    }

    [Test]
    public void A_resource_without_an_instance_gets_one_and_a_long_one_stands_behind_the_records()
    {
        using var source = new ActivitySource("long.resource");
        using (Provider(source, resource => resource.AddAttributes([new("long", new string('x', 2000))])))
            source.StartActivity("a")?.Dispose();

        var text = File.ReadAllText(_directory.Files("spans").Single());
        var record = _directory.Records("spans").Single();
        Assert.That(text.IndexOf(record.Text("spanId")!, StringComparison.Ordinal), Is.LessThan(1000), "the first kilobyte is unique");
        Assert.That(text, Does.Contain("\"service.instance.id\""));
    }

    [Test]
    public void The_tags_that_carried_the_status_before_Activity_did_become_the_status()
    {
        using var source = new ActivitySource("old.status");
        using (Provider(source))
        {
            using var span = source.StartActivity("a")!;
            span.SetTag("otel.status_code", "ERROR").SetTag("otel.status_description", "old");
        }

        var record = _directory.Records("spans").Single();
        Assert.That(record.GetProperty("status").GetRawText(), Is.EqualTo("""{"code":2,"message":"old"}"""));
        Assert.That(record.HasAttribute("otel.status_code"), Is.False);
    }

    [Test]
    public void Scopes_that_alternate_keep_their_records()
    {
        using var one = new ActivitySource("scope.one");
        using var two = new ActivitySource("scope.two");
        using (
            Sdk.CreateTracerProviderBuilder().AddSource("scope.*").AddJsonlExporter(options => options.Directory = _directory.Path).Build()
        )
        {
            for (var i = 0; i < 3; i++)
            {
                one.StartActivity("of one")?.Dispose();
                two.StartActivity("of two")?.Dispose();
            }
        }

        var scopes = _directory.Lines("spans").Single().GetProperty("resourceSpans")[0].GetProperty("scopeSpans");
        Assert.That(_directory.Records("spans"), Has.Count.EqualTo(6));
        foreach (var scope in scopes.EnumerateArray())
        {
            var name = scope.GetProperty("scope").Text("name") == "scope.one" ? "of one" : "of two";
            Assert.That(scope.GetProperty("spans").EnumerateArray().Select(span => span.Text("name")), Is.All.EqualTo(name));
        }
    }
}
