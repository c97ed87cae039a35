using System.Diagnostics.Metrics;
using System.Globalization;
using FsCheck.Fluent;
using OpenTelemetry.Metrics;

namespace OtelPipeline.Exporter.Prometheus.Tests.Interop;

/// <summary>Everything hostile in one scrape: the real parsers for text, OpenMetrics and protobuf hold what the SDK holds.</summary>
[CancelAfter(60_000)]
public sealed class HostileTests
{
    private const int Series = 400;

    [Test]
    public async Task Prometheus_holds_what_was_recorded(CancellationToken cancel)
    {
        using var meter = new Meter("hostile");
        await using var app = await ScrapedApp.StartAsync(
            metrics => metrics.AddMeter(meter.Name).AddView("e*", new Base2ExponentialBucketHistogramConfiguration()),
            cancel
        );
        var texts = PropertyTests.HostileText.Sample(2 * Series, 40).ToArray();
        var gauge = meter.CreateGauge<double>("g", "", "help\n\\ \"\r");
        var histogram = meter.CreateHistogram<double>("h");
        for (var i = 0; i < Series; i++)
        {
            gauge.Record(i / 3.0, new("id", i), new("x" + texts[2 * i], texts[(2 * i) + 1]));
            histogram.Record(i, new("id", i), new("le", texts[2 * i]));
        }

        gauge.Record(7, new("id", "large"), new("size", new string('x', 100_000)));
        gauge.Record(8, [new("id", "many"), .. Enumerable.Range(0, 500).Select(i => new KeyValuePair<string, object?>($"label.{i}", i))]);
        gauge.Record(double.NegativeInfinity, new KeyValuePair<string, object?>("id", "-inf"));

        await using var text = await PrometheusServer.StartAsync(
            [("openmetrics", app.Uri("/metrics")), ("text", app.Uri("/text"))],
            "exemplar-storage",
            cancel
        );
        await using var native = await PrometheusServer.StartAsync([("protobuf", app.Uri("/native"))], "native-histograms", cancel);
        await Task.WhenAll(app.ScrapedAsync("/metrics", cancel), app.ScrapedAsync("/text", cancel), app.ScrapedAsync("/native", cancel));

        foreach (var (server, job) in new[] { (text, "openmetrics"), (text, "text"), (native, "protobuf") })
        {
            var gauges = (await server.QueryAsync($"g{{job=\"{job}\"}}", cancel)).ToDictionary(item => item.Labels["id"]);
            var counts = (await server.QueryAsync($"h_count{{job=\"{job}\"}}", cancel)).ToDictionary(item => item.Labels["id"]);
            var targets = await server.GetAsync("/api/v1/targets", cancel); // says why a scrape was refused
            Assert.That(gauges, Has.Count.EqualTo(Series + 3), job + targets + server.Log);
            Assert.That(counts, Has.Count.EqualTo(Series), job);
            for (var i = 0; i < Series; i++)
            {
                var id = i.ToString(CultureInfo.InvariantCulture);
                var (labels, value) = gauges[id];
                Assert.That(double.Parse(value.GetString()!, CultureInfo.InvariantCulture), Is.EqualTo(i / 3.0));
                var hostile = labels
                    .Where(label => label.Key is not ("__name__" or "id" or "job" or "instance" or "otel_scope_name"))
                    .Select(label => label.Value);
                var expected = PropertyTests.Utf8(texts[(2 * i) + 1]);
                Assert.That(hostile, Is.EqualTo(expected.Length == 0 ? [] : new[] { expected }), job);
                Assert.That(counts[id].Labels.GetValueOrDefault("exported_le", ""), Is.EqualTo(PropertyTests.Utf8(texts[2 * i])), job);
            }

            Assert.That(gauges["large"].Labels["size"], Has.Length.EqualTo(100_000));
            Assert.That(gauges["many"].Labels["label_499"], Is.EqualTo("499"));
            Assert.That(gauges["-inf"].Value.GetString(), Is.EqualTo("-Inf"));
        }
    }
}
