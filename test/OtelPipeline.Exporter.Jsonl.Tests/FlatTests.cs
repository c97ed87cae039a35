using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Text.Json;
using Microsoft.Extensions.Logging;
using OpenTelemetry;
using OpenTelemetry.Logs;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace OtelPipeline.Exporter.Jsonl.Tests;

public sealed class FlatTests
{
    private TemporaryDirectory _directory;

    [SetUp]
    public void SetUp() => _directory = new TemporaryDirectory();

    [TearDown]
    public void TearDown() => _directory.Dispose();

    private void Flat(JsonlExporterOptions options)
    {
        options.Directory = _directory.Path;
        options.Format = JsonlFormat.Flat;
    }

    [Test]
    public void A_span_has_its_fields_and_the_rest_as_attributes()
    {
        using var source = new ActivitySource("flat.span");
        using (Sdk.CreateTracerProviderBuilder().AddSource(source.Name).AddJsonlExporter(Flat).Build())
        {
            using var outer = source.StartActivity("run nightly")!;
            using var inner = source.StartActivity("node load", ActivityKind.Client)!;
            inner.SetTag("pipeline.run.id", "run-1").SetTag("pipeline.name", "nightly").SetTag("pipeline.node.name", "load");
            inner.SetTag("pipeline.node.type", "source").SetTag("pipeline.node.layer", "bronze").SetTag("pipeline.node.engine", "duckdb");
            inner.SetTag("pipeline.node.result", "failure").SetTag("error.type", "timeout").SetTag("pipeline.cache.result", "hit");
            inner.SetTag("code.function.name", "Load").SetTag("code.file.path", "Load.cs").SetTag("code.line.number", 12);
            inner.SetTag("thread.id", 7).SetTag("thread.name", "worker").SetTag("process.owner", "ada");
            inner.SetTag("rows", 5).SetTag("ratio", 0.5).SetTag("nan", double.NaN).SetTag("list", new[] { 1L, 2L });
            inner.SetStatus(ActivityStatusCode.Error, "too slow");
            inner.AddEvent(new ActivityEvent("retry", tags: new() { ["n"] = 1 }));
        }

        var span = _directory.Lines("spans").Single(line => line.Text("message") == "node load");
        Assert.Multiple(() =>
        {
            Assert.That(span.Text("timestamp"), Does.Match(@"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{9}Z$"));
            Assert.That(span.Text("level"), Is.EqualTo("Error"));
            Assert.That(span.Text("event_type"), Is.EqualTo("span"));
            Assert.That(span.Text("trace_id"), Has.Length.EqualTo(32));
            Assert.That(span.Text("parent_span_id"), Has.Length.EqualTo(16));
            Assert.That(span.Text("run_id"), Is.EqualTo("run-1"));
            Assert.That(span.Text("pipeline"), Is.EqualTo("nightly"));
            Assert.That(span.Text("node"), Is.EqualTo("load"));
            Assert.That(span.Text("node_type"), Is.EqualTo("source"));
            Assert.That(span.Text("layer"), Is.EqualTo("bronze"));
            Assert.That(span.Text("engine"), Is.EqualTo("duckdb"));
            Assert.That(span.Text("status"), Is.EqualTo("failure"));
            Assert.That(span.Text("status_code"), Is.EqualTo("error"), "the node's result takes the place of the span's status");
            Assert.That(span.Text("status_message"), Is.EqualTo("too slow"));
            Assert.That(span.GetProperty("duration_ms").GetDouble(), Is.GreaterThan(0));
            Assert.That(span.Text("error_type"), Is.EqualTo("timeout"));
            Assert.That(span.Text("cache_result"), Is.EqualTo("hit"));
            Assert.That(span.GetProperty("memory_mb").GetInt64(), Is.GreaterThan(1));
            Assert.That(span.Text("user"), Is.EqualTo("ada"));
            Assert.That(span.Text("category"), Is.EqualTo("flat.span"));
            Assert.That(span.Text("function"), Is.EqualTo("Load"));
            Assert.That(span.Text("file"), Is.EqualTo("Load.cs"));
            Assert.That(span.GetProperty("line").GetInt32(), Is.EqualTo(12));
            Assert.That(span.GetProperty("thread_id").GetInt32(), Is.EqualTo(7));
            Assert.That(span.Text("thread_name"), Is.EqualTo("worker"));
            Assert.That(span.GetProperty("spans").GetRawText(), Is.EqualTo("""["run nightly"]"""));
            Assert.That(span.GetProperty("attributes").GetRawText(), Is.EqualTo("""{"rows":5,"ratio":0.5,"nan":"NaN","list":[1,2]}"""));
            Assert.That(span.Text("kind"), Is.EqualTo("client"));
            Assert.That(span.GetProperty("events")[0].GetProperty("attributes").GetRawText(), Is.EqualTo("""{"n":1}"""));
        });
    }

    [Test]
    public void A_log_record_names_the_spans_it_was_written_in_outermost_first()
    {
        using var source = new ActivitySource("flat.log");
        using (
            var sdk = OpenTelemetrySdk.Create(otel =>
                otel.ConfigureResource(resource => resource.AddAttributes([new("process.owner", "etl")]))
                    .WithTracing(tracing => tracing.AddSource(source.Name))
                    .UseJsonlExporter(Flat)
            )
        )
        {
            using var outer = source.StartActivity("run");
            using var inner = source.StartActivity("node");
            sdk.GetLoggerFactory()
                .CreateLogger("shop")
                .Log(LogLevel.Error, new EventId(0, "pipeline.node.exception"), new InvalidDataException("bad row"), "row {Row} is bad", 3);
        }

        var log = _directory.Lines("logs").Single();
        Assert.Multiple(() =>
        {
            Assert.That(log.Text("level"), Is.EqualTo("Error"));
            Assert.That(log.Text("event_type"), Is.EqualTo("pipeline.node.exception"));
            Assert.That(log.Text("message"), Is.EqualTo("row {Row} is bad"));
            Assert.That(log.Text("category"), Is.EqualTo("shop"));
            Assert.That(log.Text("user"), Is.EqualTo("etl"));
            Assert.That(log.GetProperty("spans").GetRawText(), Is.EqualTo("""["run","node"]"""));
            Assert.That(log.Text("error_type"), Is.EqualTo("System.IO.InvalidDataException"));
            Assert.That(log.GetProperty("exception").Text("message"), Is.EqualTo("bad row"));
            Assert.That(log.GetProperty("exception").Text("stacktrace"), Does.StartWith("System.IO.InvalidDataException: bad row"));
            Assert.That(log.GetProperty("attributes").GetRawText(), Is.EqualTo("""{"Row":3}"""));
        });
    }

    [Test]
    public void The_records_own_attributes_win_over_scopes_and_inner_scopes_over_outer_ones()
    {
        using (
            var factory = LoggerFactory.Create(builder =>
            {
                builder.AddOpenTelemetry(options => options.IncludeScopes = true);
                builder.Services.ConfigureOpenTelemetryLoggerProvider(logging => logging.AddJsonlExporter(Flat));
            })
        )
        {
            var logger = factory.CreateLogger("c");
            using (
                logger.BeginScope(
                    new Dictionary<string, object?>
                    {
                        ["A"] = "outer",
                        ["b"] = "outer",
                        ["c"] = "outer",
                    }
                )
            )
            using (logger.BeginScope(new Dictionary<string, object?> { ["A"] = "inner", ["b"] = "inner" }))
                logger.LogInformation("m {A}", "own");
        }

        var attributes = _directory.Lines("logs").Single().GetProperty("attributes");
        Assert.That(attributes.GetRawText(), Is.EqualTo("""{"A":"own","b":"inner","c":"outer"}"""));
    }

    [Test]
    public void A_metric_point_is_one_line()
    {
        using var meter = new Meter("flat.metric");
        using (Sdk.CreateMeterProviderBuilder().AddMeter(meter.Name).AddJsonlExporter(Flat).Build())
        {
            meter.CreateCounter<long>("rows", "{row}").Add(5, new KeyValuePair<string, object?>("k", "v"));
            meter.CreateHistogram<double>("took", "s", advice: new() { HistogramBucketBoundaries = [1] }).Record(0.5);
        }

        var lines = _directory.Lines("metrics").ToDictionary(line => line.Text("metric_name")!);
        Assert.Multiple(() =>
        {
            Assert.That(lines["rows"].GetProperty("value_int").GetInt64(), Is.EqualTo(5));
            Assert.That(lines["rows"].Text("metric_type"), Is.EqualTo("sum"));
            Assert.That(lines["rows"].Text("unit"), Is.EqualTo("{row}"));
            Assert.That(lines["rows"].GetProperty("attributes").GetRawText(), Is.EqualTo("""{"k":"v"}"""));
            Assert.That(lines["took"].GetProperty("bucket_counts").GetRawText(), Is.EqualTo("[1,0]"));
            Assert.That(lines["took"].GetProperty("explicit_bounds").GetRawText(), Is.EqualTo("[1]"));
        });
    }

    [Test]
    public void Export_allocates_nothing_for_a_record()
    {
        using var exporter = Recorded.Exporter(
            Path.Combine(_directory.Path, "spans"),
            new JsonlExporterOptions { Format = JsonlFormat.Flat, MaxFileSize = long.MaxValue }
        );
        var spans = Enumerable
            .Range(0, 512)
            .Select(index => Recorded.Span("s", new("text", "value"), new("n", index), new("d", 0.25)))
            .ToArray();
        var batch = new Batch<Activity>(spans, spans.Length);
        for (var i = 0; i < 50; i++)
            exporter.Export(batch);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 10; i++)
            exporter.Export(batch);
        var allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        Assert.That(allocated / 10, Is.LessThan(512), "bytes for a batch of 512, suppression of instrumentation and file checks included");
    }

    [Test]
    public void Lines_for_people_are_one_line_each()
    {
        var json = new Formats.JsonBuffer();
        var record = new Formats.FlatRecord
        {
            Utc = new DateTime(2026, 1, 2, 3, 4, 5, DateTimeKind.Utc),
            Level = "Warning",
            Message = "two\nlines",
            Duration = TimeSpan.FromMilliseconds(12.5),
        };
        record.Fields.Add("pipeline.node.name", "load");
        record.Fields.Add("rows", 3);
        Formats.FlatText.Write(json, record);
        Assert.That(
            System.Text.Encoding.UTF8.GetString(json.Written),
            Is.EqualTo("2026-01-02T03:04:05.000000000Z Warning     two\\nlines 12.5 ms node=\"load\" rows=3")
        );
    }
}
