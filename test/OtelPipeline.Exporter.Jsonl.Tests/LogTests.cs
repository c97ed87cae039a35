using System.Diagnostics;
using Microsoft.Extensions.Logging;
using OpenTelemetry;
using OpenTelemetry.Logs;

namespace OtelPipeline.Exporter.Jsonl.Tests;

public sealed class LogTests
{
    private TemporaryDirectory _directory;

    [SetUp]
    public void SetUp() => _directory = new TemporaryDirectory();

    [TearDown]
    public void TearDown() => _directory.Dispose();

    private ILoggerFactory Factory(Action<OpenTelemetryLoggerOptions>? configure = null) =>
        LoggerFactory.Create(builder =>
        {
            builder.SetMinimumLevel(LogLevel.Trace);
            builder.AddOpenTelemetry(options => configure?.Invoke(options));
            builder.Services.ConfigureOpenTelemetryLoggerProvider(logging =>
                logging.AddJsonlExporter(options => options.Directory = _directory.Path)
            );
        });

    [Test]
    public void A_record_has_severity_body_event_name_attributes_and_the_span_it_was_written_in()
    {
        using var span = new Activity("parent").Start();
        span.ActivityTraceFlags = ActivityTraceFlags.Recorded;
        using (var factory = Factory(options => options.IncludeFormattedMessage = true))
            factory
                .CreateLogger("shop.orders")
                .Log(LogLevel.Warning, new EventId(7, "order.late"), "order {Id} is {Hours} hours late", 12, 1.5);

        var record = _directory.Records("logs").Single();
        Assert.Multiple(() =>
        {
            Assert.That(record.GetProperty("severityNumber").GetInt32(), Is.EqualTo(13));
            Assert.That(record.Text("severityText"), Is.EqualTo("Warning"));
            Assert.That(record.Text("eventName"), Is.EqualTo("order.late"));
            Assert.That(record.GetProperty("body").Text("stringValue"), Is.EqualTo("order 12 is 1.5 hours late"));
            Assert.That(record.Attribute("Id").Text("intValue"), Is.EqualTo("12"));
            Assert.That(record.Attribute("{OriginalFormat}").Text("stringValue"), Is.EqualTo("order {Id} is {Hours} hours late"));
            Assert.That(record.Text("traceId"), Is.EqualTo(span.TraceId.ToHexString()));
            Assert.That(record.Text("spanId"), Is.EqualTo(span.SpanId.ToHexString()));
            Assert.That(record.GetProperty("flags").GetInt32(), Is.EqualTo(1));
        });
        var scope = _directory.Lines("logs").Single().GetProperty("resourceLogs")[0].GetProperty("scopeLogs")[0];
        Assert.That(scope.GetProperty("scope").Text("name"), Is.EqualTo("shop.orders"));
    }

    [Test]
    public void Without_the_formatted_message_the_template_is_the_body_and_no_attribute()
    {
        using (var factory = Factory())
            factory.CreateLogger("c").LogInformation("order {Id}", 12);

        var record = _directory.Records("logs").Single();
        Assert.That(record.GetProperty("body").Text("stringValue"), Is.EqualTo("order {Id}"));
        Assert.That(record.HasAttribute("{OriginalFormat}"), Is.False);
    }

    [Test]
    public void Every_level_has_its_number()
    {
        using (var factory = Factory())
        {
            foreach (var level in Enum.GetValues<LogLevel>())
                factory.CreateLogger("c").Log(level, "m");
        }

        Assert.That(
            _directory.Records("logs").Select(record => record.GetProperty("severityNumber").GetInt32()),
            Is.EqualTo(new[] { 1, 5, 9, 13, 17, 21 })
        );
    }

    [Test]
    public void Scopes_are_attributes_when_the_SDK_includes_them()
    {
        using (var factory = Factory(options => options.IncludeScopes = true))
        {
            var logger = factory.CreateLogger("c");
            using (logger.BeginScope(new Dictionary<string, object?> { ["run"] = "r1" }))
            using (logger.BeginScope("plain text"))
                logger.LogInformation("m");
        }

        var record = _directory.Records("logs").Single();
        Assert.That(record.Attribute("run").Text("stringValue"), Is.EqualTo("r1"));
        Assert.That(record.HasAttribute(""), Is.False);
    }

    [Test]
    public void An_exception_becomes_attributes_unless_they_are_there()
    {
        using (var factory = Factory())
            factory
                .CreateLogger("c")
                .Log(
                    LogLevel.Error,
                    default,
                    new List<KeyValuePair<string, object?>> { new("exception.message", "redacted") },
                    new InvalidOperationException("secret"),
                    (_, _) => "failed"
                );

        var record = _directory.Records("logs").Single();
        Assert.That(record.Attribute("exception.type").Text("stringValue"), Is.EqualTo("System.InvalidOperationException"));
        Assert.That(record.Attribute("exception.message").Text("stringValue"), Is.EqualTo("redacted"));
        Assert.That(record.Attribute("exception.stacktrace").Text("stringValue"), Does.StartWith("System.InvalidOperationException"));
        Assert.That(record.GetProperty("body").Text("stringValue"), Is.EqualTo("failed"));
    }
}
