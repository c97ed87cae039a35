using System.Diagnostics;
using System.Diagnostics.Metrics;
using OpenTelemetry.Metrics;

namespace OtelPipeline.Exporter.Prometheus.Tests;

/// <summary>What each kind of metric looks like, in each format.</summary>
public sealed class GoldenTests
{
    private static readonly ActivityTraceId TraceId = ActivityTraceId.CreateFromString("0af7651916cd43dd8448eb211c80319c");

    private static readonly (string Format, string? Accept)[] Formats =
    [
        ("text", null),
        ("openmetrics", Exposed.OpenMetrics),
        ("protobuf", Exposed.Protobuf),
    ];

    private static async Task CheckAsync(string name, Exposed exposed)
    {
        foreach (var (format, accept) in Formats)
        {
            var bytes = await exposed.BytesAsync(accept);
            GoldenFile.Check($"{name}.{format}", format == "protobuf" ? ProtoText.Show(bytes) : System.Text.Encoding.UTF8.GetString(bytes));
        }
    }

    private static Activity Trace() =>
        new Activity("work").SetParentId(TraceId, ActivitySpanId.CreateFromString("b7ad6b7169203331"), ActivityTraceFlags.Recorded).Start();

    [Test]
    public async Task Counter()
    {
        using var exposed = new Exposed();
        var orders = exposed.Meter.CreateCounter<long>("shop.orders", "{order}", "Orders, with a \\ and\na second \"line\".");
        orders.Add(3, new KeyValuePair<string, object?>("shop.kind", "web"));
        orders.Add(4);
        exposed.Meter.CreateCounter<double>("shop.io", "By", "Bytes.").Add(2.5);
        exposed.Meter.CreateObservableCounter("shop.cpu.time", () => 12.25, "s", "CPU.");
        await CheckAsync("counter", exposed);
    }

    [Test]
    public async Task Gauge_and_up_down_counter()
    {
        using var exposed = new Exposed();
        var gauge = exposed.Meter.CreateGauge<double>("load", "1", "A ratio.");
        foreach (
            var (key, value) in new[]
            {
                ("a", 0.1),
                ("b", double.NaN),
                ("c", double.PositiveInfinity),
                ("d", double.NegativeInfinity),
                ("e", 1e300),
            }
        )
            gauge.Record(value, new KeyValuePair<string, object?>("case", key));
        exposed.Meter.CreateUpDownCounter<long>("runs.active", "1", "Not a ratio: unit 1 of an up-down counter counts.").Add(-2);
        exposed.Meter.CreateObservableGauge("memory", () => 1L << 40, "By", "Bytes.");
        exposed.Meter.CreateObservableUpDownCounter("lag", () => 2.5, "{message}", "Messages.");
        await CheckAsync("gauge", exposed);
    }

    [Test]
    public async Task Histogram_with_exemplars()
    {
        using var exposed = new Exposed(metrics =>
            metrics
                .SetExemplarFilter(ExemplarFilterType.TraceBased)
                .AddView("filtered", new ExplicitBucketHistogramConfiguration { Boundaries = [1], TagKeys = [] })
                .AddView("boundless", new ExplicitBucketHistogramConfiguration { Boundaries = [] })
                .AddView("negative", new ExplicitBucketHistogramConfiguration { Boundaries = [-1, 1e6] })
        );
        using var trace = Trace();
        var advice = new InstrumentAdvice<double> { HistogramBucketBoundaries = [0.005, 1, 2.5, 1e7] };
        var duration = exposed.Meter.CreateHistogram("duration", "s", "Seconds.", null, advice);
        duration.Record(0.5, new KeyValuePair<string, object?>("le", "taken"));
        duration.Record(0.75, new KeyValuePair<string, object?>("le", "taken"));
        duration.Record(1e9, new KeyValuePair<string, object?>("le", "taken"));
        exposed
            .Meter.CreateHistogram<double>("filtered", "s", "Attributes that a view took away go with the exemplar.")
            .Record(3, new("user.id", 7), new("long", new string('x', 100)), new("trace_id", "mine"));
        exposed.Meter.CreateHistogram<double>("boundless", "s").Record(3);
        exposed.Meter.CreateHistogram<double>("negative").Record(-3);
        exposed.Meter.CreateCounter<long>("hits").Add(1);
        await CheckAsync("histogram", exposed);
    }

    [Test]
    public async Task Exponential_histogram()
    {
        using var exposed = new Exposed(metrics =>
            metrics
                .SetExemplarFilter(ExemplarFilterType.TraceBased)
                .AddView("fine", new Base2ExponentialBucketHistogramConfiguration())
                .AddView("wide", new Base2ExponentialBucketHistogramConfiguration { MaxSize = 4 })
                .AddView("coarse", new Base2ExponentialBucketHistogramConfiguration { MaxSize = 2 })
        );
        using var trace = Trace();
        var fine = exposed.Meter.CreateHistogram<double>("fine", "s", "Scale 20, which Prometheus has not.");
        foreach (var value in new[] { 0, 1, 1.001, 1.002, 1.5 })
            fine.Record(value);
        var wide = exposed.Meter.CreateHistogram<double>("wide", "s", "Gaps.");
        foreach (var value in new[] { 0.001, 0.001, 1000 })
            wide.Record(value);
        var coarse = exposed.Meter.CreateHistogram<double>("coarse", "s", "Scale below -4: bounds alone.");
        coarse.Record(1e-300);
        coarse.Record(1e300);
        await CheckAsync("exponential", exposed);
    }

    [Test]
    public async Task Target_and_scope()
    {
        using var exposed = new Exposed(info: true, configure: options => options.ResourceLabels.Add("service.name"));
        using var tagged = new Meter(new MeterOptions("golden.tagged") { Tags = [new("mascot", "bear")] });
        exposed
            .Meter.CreateCounter<long>("c")
            .Add(1, new("otel_scope_name", "a user's own"), new("service_name", "wins over the resource"));
        tagged.CreateCounter<long>("c").Add(2);
        await CheckAsync("target-and-scope", exposed);
    }

    [Test]
    public async Task Nothing_recorded()
    {
        using var exposed = new Exposed();
        await CheckAsync("nothing", exposed);
    }

    [TestCase("underscores")]
    [TestCase("dots")]
    [TestCase("values")]
    [TestCase("allow-utf-8")]
    public async Task Names_in_UTF8(string escaping)
    {
        using var exposed = new Exposed(
            configure: options => options.Translation = PrometheusTranslation.NoUtf8EscapingWithSuffixes,
            info: true
        );
        exposed
            .Meter.CreateCounter<long>("http.client_requests", "{request}", "Requests.")
            .Add(1, new("größe", "xl"), new("plain", "y"), new("__name__", "z"));
        exposed
            .Meter.CreateHistogram("http.duration", "s", "D.", null, new InstrumentAdvice<double> { HistogramBucketBoundaries = [1] })
            .Record(2);
        GoldenFile.Check($"utf8-{escaping}.openmetrics", await exposed.TextAsync($"{Exposed.OpenMetrics};escaping={escaping}"));
        GoldenFile.Check($"utf8-{escaping}.text", await exposed.TextAsync($"text/plain;version=1.0.0;escaping={escaping}"));
        GoldenFile.Check($"utf8-{escaping}.protobuf", ProtoText.Show(await exposed.BytesAsync($"{Exposed.Protobuf};escaping={escaping}")));
        GoldenFile.Check("utf8-underscores.text-0.0.4", await exposed.TextAsync($"text/plain;version=0.0.4;escaping={escaping}"));
    }

    [TestCase(PrometheusTranslation.UnderscoreEscapingWithoutSuffixes)]
    [TestCase(PrometheusTranslation.NoTranslation)]
    public async Task Names_without_suffixes(PrometheusTranslation translation)
    {
        using var exposed = new Exposed(configure: options => options.Translation = translation);
        exposed.Meter.CreateCounter<long>("http.requests", "By", "A counter without _total is unknown to OpenMetrics.").Add(1);
        exposed.Meter.CreateGauge<double>("load", "1").Record(1);
        GoldenFile.Check($"suffixes-{translation}.openmetrics", await exposed.TextAsync($"{Exposed.OpenMetrics};escaping=allow-utf-8"));
        GoldenFile.Check($"suffixes-{translation}.text", await exposed.TextAsync());
    }
}
