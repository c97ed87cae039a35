using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Text.Json;
using OpenTelemetry;
using OpenTelemetry.Metrics;

namespace OtelPipeline.Exporter.Jsonl.Tests;

public sealed class MetricTests
{
    private TemporaryDirectory _directory;

    [SetUp]
    public void SetUp() => _directory = new TemporaryDirectory();

    [TearDown]
    public void TearDown() => _directory.Dispose();

    private Dictionary<string, JsonElement> Collect(Meter meter, Action record, Action<MeterProviderBuilder>? configure = null)
    {
        var builder = Sdk.CreateMeterProviderBuilder().AddMeter(meter.Name);
        configure?.Invoke(builder);
        using (builder.AddJsonlExporter(options => options.Directory = _directory.Path).Build())
            record();
        return _directory.Records("metrics").ToDictionary(metric => metric.Text("name")!);
    }

    [Test]
    public void Every_kind_of_metric_has_its_points()
    {
        using var meter = new Meter(new MeterOptions("m") { Version = "3", Tags = [new("side", "left")] });
        var metrics = Collect(
            meter,
            () =>
            {
                meter.CreateCounter<long>("counter", "{row}", "rows").Add(5, new KeyValuePair<string, object?>("k", "v"));
                meter.CreateUpDownCounter<double>("updown").Add(-1.5);
                meter.CreateGauge<long>("gauge.long").Record(long.MinValue);
                meter.CreateGauge<double>("gauge.double").Record(double.PositiveInfinity);
                var histogram = meter.CreateHistogram<double>("histogram", "s", advice: new() { HistogramBucketBoundaries = [1, 2.5] });
                histogram.Record(0.5);
                histogram.Record(2);
                histogram.Record(9);
                var exponential = meter.CreateHistogram<double>("exponential");
                exponential.Record(0);
                exponential.Record(4);
            },
            builder => builder.AddView("exponential", new Base2ExponentialBucketHistogramConfiguration())
        );

        Assert.Multiple(() =>
        {
            var counter = metrics["counter"];
            Assert.That(counter.Text("unit"), Is.EqualTo("{row}"));
            Assert.That(counter.Text("description"), Is.EqualTo("rows"));
            Assert.That(counter.GetProperty("sum").GetProperty("isMonotonic").GetBoolean(), Is.True);
            Assert.That(counter.GetProperty("sum").GetProperty("aggregationTemporality").GetInt32(), Is.EqualTo(2), "cumulative");
            var point = counter.GetProperty("sum").GetProperty("dataPoints")[0];
            Assert.That(point.Text("asInt"), Is.EqualTo("5"));
            Assert.That(point.Attribute("k").Text("stringValue"), Is.EqualTo("v"));
            Assert.That(long.Parse(point.Text("timeUnixNano")!), Is.GreaterThan(long.Parse(point.Text("startTimeUnixNano")!)));

            Assert.That(metrics["updown"].GetProperty("sum").GetProperty("isMonotonic").GetBoolean(), Is.False);
            Assert.That(
                metrics["updown"].GetProperty("sum").GetProperty("dataPoints")[0].GetProperty("asDouble").GetDouble(),
                Is.EqualTo(-1.5)
            );
            Assert.That(
                metrics["gauge.long"].GetProperty("gauge").GetProperty("dataPoints")[0].Text("asInt"),
                Is.EqualTo("-9223372036854775808")
            );
            Assert.That(metrics["gauge.double"].GetProperty("gauge").GetProperty("dataPoints")[0].Text("asDouble"), Is.EqualTo("Infinity"));

            var histogram = metrics["histogram"].GetProperty("histogram").GetProperty("dataPoints")[0];
            Assert.That(histogram.Text("count"), Is.EqualTo("3"));
            Assert.That(histogram.GetProperty("sum").GetDouble(), Is.EqualTo(11.5));
            Assert.That(histogram.GetProperty("min").GetDouble(), Is.EqualTo(0.5));
            Assert.That(histogram.GetProperty("max").GetDouble(), Is.EqualTo(9));
            Assert.That(histogram.GetProperty("explicitBounds").GetRawText(), Is.EqualTo("[1,2.5]"));
            Assert.That(histogram.GetProperty("bucketCounts").GetRawText(), Is.EqualTo("""["1","1","1"]"""));

            var exponential = metrics["exponential"].GetProperty("exponentialHistogram").GetProperty("dataPoints")[0];
            Assert.That(exponential.Text("zeroCount"), Is.EqualTo("1"));
            Assert.That(exponential.GetProperty("positive").GetProperty("bucketCounts")[0].GetString(), Is.EqualTo("1"));
            Assert.That(exponential.TryGetProperty("scale", out _), Is.True);
        });
        var scopes = _directory.Lines("metrics").Single().GetProperty("resourceMetrics")[0].GetProperty("scopeMetrics");
        Assert.That(scopes.GetArrayLength(), Is.EqualTo(1), "metrics of one meter share its scope");
        Assert.That(
            scopes[0].GetProperty("scope").GetRawText(),
            Does.StartWith("""{"name":"m","version":"3","attributes":[{"key":"side",""")
        );
    }

    [Test]
    public void An_exemplar_names_its_span()
    {
        using var meter = new Meter("exemplars");
        using var span = new Activity("span").Start();
        span.ActivityTraceFlags = ActivityTraceFlags.Recorded;
        var metrics = Collect(
            meter,
            () => meter.CreateCounter<long>("c").Add(3, new KeyValuePair<string, object?>("dropped", "by view")),
            builder => builder.SetExemplarFilter(ExemplarFilterType.TraceBased).AddView("c", new MetricStreamConfiguration { TagKeys = [] })
        );

        var exemplar = metrics["c"].GetProperty("sum").GetProperty("dataPoints")[0].GetProperty("exemplars")[0];
        Assert.That(exemplar.Text("asInt"), Is.EqualTo("3"));
        Assert.That(exemplar.Text("traceId"), Is.EqualTo(span.TraceId.ToHexString()));
        Assert.That(exemplar.Text("spanId"), Is.EqualTo(span.SpanId.ToHexString()));
        Assert.That(exemplar.GetProperty("filteredAttributes")[0].Text("key"), Is.EqualTo("dropped"));
    }

    [Test]
    public void A_metric_with_more_points_than_a_line_takes_goes_on_in_the_next()
    {
        using var meter = new Meter("many");
        using (
            Sdk.CreateMeterProviderBuilder()
                .AddMeter("many")
                .AddView("c", new MetricStreamConfiguration { CardinalityLimit = 2000 })
                .AddJsonlExporter(options => options.Directory = _directory.Path)
                .Build()
        )
        {
            var counter = meter.CreateCounter<long>("c");
            for (var i = 0; i < 1300; i++)
                counter.Add(i, new KeyValuePair<string, object?>("i", i));
        }

        var lines = _directory.Lines("metrics");
        var sizes = _directory
            .Records("metrics")
            .Select(metric => metric.GetProperty("sum").GetProperty("dataPoints").GetArrayLength())
            .ToArray();
        Assert.That(lines, Has.Count.EqualTo(3));
        Assert.That(sizes, Is.EqualTo(new[] { 512, 512, 276 }));
    }
}
