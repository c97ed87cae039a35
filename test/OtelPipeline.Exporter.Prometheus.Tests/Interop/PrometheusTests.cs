using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Globalization;
using OpenTelemetry.Metrics;

namespace OtelPipeline.Exporter.Prometheus.Tests.Interop;

/// <summary>Debian's Prometheus scrapes a web application; its HTTP API says what it understood.</summary>
[CancelAfter(60_000)]
public sealed class PrometheusTests
{
    private static readonly ActivityTraceId TraceId = ActivityTraceId.CreateFromString("0af7651916cd43dd8448eb211c80319c");

    private static Activity Trace() =>
        new Activity("work").SetParentId(TraceId, ActivitySpanId.CreateFromString("b7ad6b7169203331"), ActivityTraceFlags.Recorded).Start();

    [Test]
    public async Task Text_and_OpenMetrics_hold_the_series_and_exemplars_of_the_SDK(CancellationToken cancel)
    {
        using var meter = new Meter("interop", "1.0");
        await using var app = await ScrapedApp.StartAsync(
            metrics => metrics.AddMeter(meter.Name).SetExemplarFilter(ExemplarFilterType.TraceBased),
            cancel
        );
        using (Trace())
        {
            meter.CreateCounter<long>("orders", "{order}", "Orders.").Add(3, new KeyValuePair<string, object?>("shop.kind", "web"));
            var duration = meter.CreateHistogram(
                "checkout.duration",
                "s",
                "How long.",
                null,
                new InstrumentAdvice<double> { HistogramBucketBoundaries = [0.1, 1] }
            );
            duration.Record(0.05);
            duration.Record(0.5);
            duration.Record(5);
        }

        meter.CreateGauge<double>("load", "1").Record(0.25);
        await using var server = await PrometheusServer.StartAsync(
            [("openmetrics", app.Uri("/metrics")), ("text", app.Uri("/text"))],
            "exemplar-storage",
            cancel
        );
        await Task.WhenAll(app.ScrapedAsync("/metrics", cancel), app.ScrapedAsync("/text", cancel));

        foreach (var job in new[] { "openmetrics", "text" })
        {
            var series = await server.QueryAsync($"{{job=\"{job}\",otel_scope_name=\"interop\",otel_scope_version=\"1.0\"}}", cancel);
            var le = job == "text" ? "1" : "1.0";
            Assert.That(
                series.Select(item =>
                    $"{item.Labels["__name__"]} {item.Labels.GetValueOrDefault("shop_kind", item.Labels.GetValueOrDefault("le", "-"))} {item.Value}"
                ),
                Is.EquivalentTo(
                    new[]
                    {
                        "orders_total web 3",
                        "load_ratio - 0.25",
                        "checkout_duration_seconds_bucket 0.1 1",
                        $"checkout_duration_seconds_bucket {le} 2",
                        "checkout_duration_seconds_bucket +Inf 3",
                        "checkout_duration_seconds_sum - 5.55",
                        "checkout_duration_seconds_count - 3",
                    }
                ),
                server.Log
            );
            var target = (await server.QueryAsync($"target_info{{job=\"{job}\"}}", cancel)).Single();
            Assert.That(target.Labels["service_name"], Is.EqualTo("shop"));
            Assert.That((await server.QueryAsync($"up{{job=\"{job}\"}}", cancel)).Single().Value.GetString(), Is.EqualTo("1"));
        }

        Assert.That(
            await ExemplarsAsync(server, "{job=\"openmetrics\"}", cancel),
            Is.EquivalentTo(
                new[]
                {
                    $"orders_total {TraceId} 3",
                    $"checkout_duration_seconds_bucket {TraceId} 0.05",
                    $"checkout_duration_seconds_bucket {TraceId} 0.5",
                    $"checkout_duration_seconds_bucket {TraceId} 5",
                }
            )
        );
        var metadata = await server.GetAsync("api/v1/metadata?metric=load_ratio", cancel);
        Assert.That(metadata.GetProperty("load_ratio")[0].GetProperty("type").GetString(), Is.EqualTo("gauge"));
    }

    [Test]
    public async Task Protobuf_gives_native_histograms_and_exemplars(CancellationToken cancel)
    {
        using var meter = new Meter("interop.native");
        await using var app = await ScrapedApp.StartAsync(
            metrics =>
                metrics
                    .AddMeter(meter.Name)
                    .SetExemplarFilter(ExemplarFilterType.TraceBased)
                    .AddView("latency", new Base2ExponentialBucketHistogramConfiguration())
                    .AddView("empty", new Base2ExponentialBucketHistogramConfiguration()),
            cancel
        );
        var latency = meter.CreateHistogram<double>("latency", "s", "Latency.");
        using (Trace())
        {
            latency.Record(0);
            for (var i = 1; i <= 1000; i++)
                latency.Record(i / 1000.0);
            meter.CreateCounter<double>("paid", "By", "Paid.").Add(2.5);
            meter.CreateHistogram<double>("plain", "s", "Plain.").Record(7);
        }

        await using var server = await PrometheusServer.StartAsync(
            [("protobuf", app.Uri("/metrics"))],
            "exemplar-storage,native-histograms",
            cancel
        );
        await app.ScrapedAsync("/metrics", cancel);

        var histogram = (await server.QueryAsync("latency_seconds", cancel)).Single();
        Assert.That(histogram.Value.GetProperty("count").GetString(), Is.EqualTo("1001"), server.Log);
        Assert.That(
            double.Parse(histogram.Value.GetProperty("sum").GetString()!, CultureInfo.InvariantCulture),
            Is.EqualTo(500.5).Within(1e-9)
        );
        var total = histogram
            .Value.GetProperty("buckets")
            .EnumerateArray()
            .Sum(bucket => double.Parse(bucket[3].GetString()!, CultureInfo.InvariantCulture));
        Assert.That(total, Is.EqualTo(1001));

        // 160 buckets over ten doublings: scale 3, bounds 9 % apart
        foreach (var quantile in new[] { 0.5, 0.9, 0.99 })
        {
            var query = string.Create(CultureInfo.InvariantCulture, $"histogram_quantile({quantile}, latency_seconds)");
            var value = double.Parse((await server.QueryAsync(query, cancel)).Single().Value.GetString()!, CultureInfo.InvariantCulture);
            Assert.That(value, Is.EqualTo(quantile).Within(5).Percent);
        }

        Assert.That((await server.QueryAsync("paid_bytes_total", cancel)).Single().Value.GetString(), Is.EqualTo("2.5"));
        Assert.That((await server.QueryAsync("plain_seconds_bucket{le=\"10.0\"}", cancel)).Single().Value.GetString(), Is.EqualTo("1"));
        Assert.That(
            await ExemplarsAsync(server, "{__name__=~\"paid.*|plain.*\"}", cancel),
            Is.EquivalentTo(new[] { $"paid_bytes_total {TraceId} 2.5", $"plain_seconds_bucket {TraceId} 7" })
        );
        Assert.That(await ExemplarsAsync(server, "latency_seconds", cancel), Is.Not.Empty);
    }

    private static async Task<List<string>> ExemplarsAsync(PrometheusServer server, string query, CancellationToken cancel)
    {
        var now = DateTimeOffset.UtcNow.ToUnixTimeSeconds();
        var data = await server.GetAsync(
            string.Create(CultureInfo.InvariantCulture, $"api/v1/query_exemplars?start={now - 600}&end={now + 600}&query=")
                + Uri.EscapeDataString(query),
            cancel
        );
        return
        [
            .. data.EnumerateArray()
                .SelectMany(series =>
                    series
                        .GetProperty("exemplars")
                        .EnumerateArray()
                        .Select(exemplar =>
                            $"{series.GetProperty("seriesLabels").GetProperty("__name__").GetString()} {exemplar.GetProperty("labels").GetProperty("trace_id").GetString()} {exemplar.GetProperty("value").GetString()}"
                        )
                ),
        ];
    }
}
