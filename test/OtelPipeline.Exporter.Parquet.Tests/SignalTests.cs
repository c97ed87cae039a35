using System.Diagnostics;
using System.Diagnostics.Metrics;
using Microsoft.Extensions.Logging;
using OpenTelemetry;
using OpenTelemetry.Logs;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;
using OtelPipeline.Data;
using OtelPipeline.Data.Tests.Parquet;

namespace OtelPipeline.Exporter.Parquet.Tests;

/// <summary>What the Parquet exporter writes reads back as what the JSON lines exporter writes of the same records.</summary>
public sealed class SignalTests
{
    private TemporaryDirectory _directory;

    [SetUp]
    public void SetUp() => _directory = new TemporaryDirectory();

    [TearDown]
    public void TearDown() => _directory.Dispose();

    [Test]
    public void Spans_are_those_of_the_JSON_lines()
    {
        using var source = new ActivitySource(new ActivitySourceOptions("spans.source") { Version = "3", Tags = [new("scope", 1)] });
        using (
            Sdk.CreateTracerProviderBuilder()
                .ConfigureResource(resource => resource.AddService("s", "n", "1").AddAttributes([new("numbers", new long[] { 1, 2 })]))
                .AddSource(source.Name)
                .AddJsonlExporter(o => o.Directory = _directory.Path)
                .AddParquetExporter(o => o.Directory = _directory.Path)
                .Build()
        )
        {
            var link = new ActivityLink(
                new ActivityContext(
                    ActivityTraceId.CreateRandom(),
                    ActivitySpanId.CreateRandom(),
                    ActivityTraceFlags.Recorded,
                    "a=b",
                    isRemote: true
                ),
                new() { { "why", "because" } }
            );
            using (var activity = source.StartActivity(ActivityKind.Client, links: [link], name: "first"))
            {
                activity!.TraceStateString = "x=y";
                foreach (var (key, value) in Values())
                    activity.AddTag(key, value);
                activity.AddEvent(new ActivityEvent("happened", tags: new() { { "at", 1.5 }, { "list", new[] { "a", "b" } } }));
                activity.SetStatus(ActivityStatusCode.Error, "broken");
                using var child = source.StartActivity("child");
                child!.AddTag("otel.status_code", "OK").AddTag("otel.status_description", "ignored");
            }
        }

        AssertSame("spans", 2);
    }

    [Test]
    public void Logs_are_those_of_the_JSON_lines()
    {
        using (
            var factory = LoggerFactory.Create(logging =>
                logging
                    .SetMinimumLevel(LogLevel.Trace)
                    .AddOpenTelemetry(options => options.IncludeScopes = true)
                    .Services.ConfigureOpenTelemetryLoggerProvider(provider =>
                        provider.AddJsonlExporter(o => o.Directory = _directory.Path).AddParquetExporter(o => o.Directory = _directory.Path)
                    )
            )
        )
        {
            var logger = factory.CreateLogger("the.category");
            using (logger.BeginScope(new Dictionary<string, object> { ["scope"] = 7 }))
                logger.LogError(new EventId(4, "event.name"), new InvalidOperationException("bad"), "failed {What} {Count}", "this", 3);
            foreach (var level in Enum.GetValues<LogLevel>())
                logger.Log(level, "level {Level}", level);
            logger.LogInformation("plain");
        }

        AssertSame("logs", 8);
    }

    [Test]
    public void Metrics_are_those_of_the_JSON_lines()
    {
        using var meter = new Meter("points.meter", "2");
        using (
            Sdk.CreateMeterProviderBuilder()
                .AddMeter(meter.Name)
                .SetExemplarFilter(ExemplarFilterType.AlwaysOn)
                .AddView("exponential", new Base2ExponentialBucketHistogramConfiguration())
                .AddJsonlExporter(o => o.Directory = _directory.Path)
                .AddParquetExporter(o => o.Directory = _directory.Path)
                .Build()
        )
        {
            meter.CreateCounter<long>("counter", "{row}", "rows").Add(3, [new("a", "b")]);
            meter.CreateUpDownCounter<double>("updown").Add(-1.5);
            meter.CreateObservableGauge("gauge", () => 42L);
            meter.CreateObservableGauge("ratio", () => 0.25);
            var histogram = meter.CreateHistogram<double>("histogram", "s");
            var exponential = meter.CreateHistogram<double>("exponential");
            foreach (var value in (double[])[0, 0.5, 3, 1000])
            {
                histogram.Record(value, [new("n", 1)]);
                exponential.Record(value);
            }
        }

        // each exporter has a reader, which collects at a moment of its own
        AssertSame<MetricPointRow>(
            "metrics",
            6,
            row => row.MetricName.Contains("sdk.exporter", StringComparison.Ordinal) ? null : WithoutTimes(row)
        );
    }

    private static List<KeyValuePair<string, object?>> Values() =>
        [
            new("text", "ü\0\""),
            new("int", 5),
            new("long", long.MinValue),
            new("uint", uint.MaxValue),
            new("double", double.NaN),
            new("float", 0.5f),
            new("bool", true),
            new("char", 'c'),
            new("bytes", new byte[] { 1, 2, 3 }),
            new("ints", new[] { 1, 2 }),
            new("objects", new object?[] { 1, "a", null, true }),
            new("map", new Dictionary<string, object?> { ["k"] = 1, ["n"] = new[] { 1.5 } }),
            new("decimal", 1.25m),
            new("pipeline.run.id", "r"),
            new("pipeline.node.name", 9),
        ];

    private static MetricPointRow WithoutTimes(MetricPointRow row)
    {
        row.TimeUnixNano = row.StartTimeUnixNano = 0;
        foreach (var exemplar in row.Exemplars)
            exemplar.TimeUnixNano = exemplar.TimeUnixNano > 0 ? 1 : 0;
        return row;
    }

    private void AssertSame(string signal, int count) => AssertSame<TelemetryRow>(signal, count, row => row);

    private void AssertSame<TRow>(string signal, int count, Func<TRow, TRow?> select)
        where TRow : TelemetryRow
    {
        var lines = Directory.GetFiles(Path.Combine(_directory.Path, signal), "*.jsonl");
        var parquet = _directory.Files(signal).Select(file => Path.Combine(_directory.Path, signal, file));
        Assert.That(Texts(parquet), Is.EqualTo(Texts(lines)).And.Length.EqualTo(count));

        // an exporter without a service.instance.id makes one up for its process
        string[] Texts(IEnumerable<string> files) =>
            [
                .. TemporaryDirectory
                    .Rows<TRow>(files)
                    .Select(select)
                    .OfType<TRow>()
                    .Select(RowText.Of)
                    .Select(text => System.Text.RegularExpressions.Regex.Replace(text, "service.instance.id=String:[0-9a-f-]+", ""))
                    .Order(StringComparer.Ordinal),
            ];
    }
}
