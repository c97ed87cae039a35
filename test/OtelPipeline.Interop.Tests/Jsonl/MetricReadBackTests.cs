using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Globalization;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using OpenTelemetry;
using OpenTelemetry.Metrics;
using OtelPipeline.Data;
using OtelPipeline.Exporter.Jsonl;
using AggregationTemporality = OtelPipeline.Data.AggregationTemporality;
using MetricType = OtelPipeline.Data.MetricType;

namespace OtelPipeline.Interop.Tests.Jsonl;

/// <summary>Metric points of every type that the exporter wrote, read by System.Text.Json and by the reader, with equal content.</summary>
internal sealed class MetricReadBackTests
{
    private const string Name = "readback.metrics";

    [TestCase(JsonlFormat.Otlp, MetricReaderTemporalityPreference.Cumulative)]
    [TestCase(JsonlFormat.Otlp, MetricReaderTemporalityPreference.Delta)]
    [TestCase(JsonlFormat.Flat, MetricReaderTemporalityPreference.Cumulative)]
    [TestCase(JsonlFormat.Flat, MetricReaderTemporalityPreference.Delta)]
    public void Every_type_of_point_reads_back_equal(JsonlFormat format, MetricReaderTemporalityPreference temporality)
    {
        using var folder = new TelemetryFolder();
        using var meter = new Meter(Name);
        using var span = new Activity("span").Start();
        span.ActivityTraceFlags = ActivityTraceFlags.Recorded;
        using (folder.Start(format, Name, build: otel => otel.WithMetrics(metrics => Configure(metrics, temporality))))
            Record(meter);

        // sums that go down are always cumulative
        var grows = temporality == MetricReaderTemporalityPreference.Delta ? "Delta" : "Cumulative";
        string[] expected =
        [
            $"counter Sum {grows} True {{row}} rows value=5 {{k=String:\u0001\ufffd\", n=Int64:-1}}",
            "exponential ExponentialHistogram " + grows + " False   count=4 sum=7 min=0 max=4 scale=0 zero=1 offset=-1 counts=1,1,1 {}",
            "gauge.double Gauge Unspecified False   value=∞ {}",
            "gauge.long Gauge Unspecified False   value=-9223372036854775808 {}",
            $"growing Sum {grows} True   value=0.25 {{}}",
            "histogram Histogram " + grows + " False s  count=3 sum=11.5 min=0.5 max=9 bounds=1,2.5 counts=1,1,1 {}",
            "nobuckets Histogram " + grows + " False   count=1 sum=3 min=3 max=3 bounds= counts= {}",
            "updown Sum Cumulative False   value=-1.5 {}",
        ];
        if (format == JsonlFormat.Flat)
            expected[0] = expected[0].Replace(" rows ", "  ", StringComparison.Ordinal); // no descriptions in flat lines

        var rows = folder
            .Rows<MetricPointRow>()
            .Where(row => row.Scope.Name == Name)
            .OrderBy(row => row.MetricName, StringComparer.Ordinal)
            .ToArray();
        var points = folder.Json("metrics").SelectMany(metric => format == JsonlFormat.Flat ? [Flat(metric)] : Otlp(metric)).ToArray();
        points =
        [
            .. points
                .Where(point => !point.Text.StartsWith("otel.", StringComparison.Ordinal))
                .OrderBy(point => point.Text, StringComparer.Ordinal),
        ];
        Assert.Multiple(() =>
        {
            Assert.That(rows.Select(Describe), Is.EqualTo(expected));
            Assert.That(points.Select(point => point.Text), Is.EqualTo(expected));
            Assert.That(rows.Select(row => (row.StartTimeUnixNano, row.TimeUnixNano)), Is.EqualTo(points.Select(point => point.Times)));
            Assert.That(rows.Select(row => row.TimeUnixNano - row.StartTimeUnixNano), Is.All.Positive);
        });
        if (format == JsonlFormat.Otlp)
        {
            var exemplar = rows[0].Exemplars.Single();
            Assert.That(
                (exemplar.ValueInt, $"{exemplar.TraceId}", $"{exemplar.SpanId}"),
                Is.EqualTo(((long?)5, $"{span.TraceId}", $"{span.SpanId}"))
            );
            Assert.That(Values.Text(exemplar.FilteredAttributes), Is.EqualTo("{filtered=String:by view}"));
            Assert.That(rows[5].Exemplars.Select(item => item.ValueDouble), Is.SubsetOf(new double?[] { 0.5, 2, 9 }).And.Not.Empty);
            Assert.That(exemplar.TimeUnixNano, Is.GreaterThan(0));
        }
    }

    private static void Configure(MeterProviderBuilder metrics, MetricReaderTemporalityPreference temporality) =>
        metrics
            .SetExemplarFilter(ExemplarFilterType.TraceBased)
            .AddView("counter", new MetricStreamConfiguration { TagKeys = ["k", "n"] })
            .AddView("exponential", new Base2ExponentialBucketHistogramConfiguration { MaxScale = 0 })
            .AddView("nobuckets", new ExplicitBucketHistogramConfiguration { Boundaries = [] })
            .ConfigureServices(services => services.Configure<MetricReaderOptions>(options => options.TemporalityPreference = temporality));

    private static void Record(Meter meter)
    {
        meter
            .CreateCounter<long>("counter", "{row}", "rows")
            .Add(5, new("k", "\u0001\ud800\""), new("n", -1), new KeyValuePair<string, object?>("filtered", "by view"));
        meter.CreateCounter<double>("growing").Add(0.25);
        meter.CreateUpDownCounter<double>("updown").Add(-1.5);
        meter.CreateGauge<long>("gauge.long").Record(long.MinValue);
        meter.CreateGauge<double>("gauge.double").Record(double.PositiveInfinity);
        var histogram = meter.CreateHistogram<double>("histogram", "s", advice: new() { HistogramBucketBoundaries = [1, 2.5] });
        foreach (var value in (double[])[0.5, 2, 9])
            histogram.Record(value);
        var exponential = meter.CreateHistogram<double>("exponential");
        foreach (var value in (double[])[0, 1, 2, 4])
            exponential.Record(value);
        meter.CreateHistogram<double>("nobuckets").Record(3);
    }

    private static string Describe(MetricPointRow row)
    {
        var value = row.MetricType switch
        {
            MetricType.Histogram =>
                $"{Distribution(row.Count, row.Sum, row.Min, row.Max)} bounds={Join(row.ExplicitBounds)} counts={Join(row.BucketCounts)}",
            MetricType.ExponentialHistogram =>
                $"{Distribution(row.Count, row.Sum, row.Min, row.Max)} scale={row.Scale} zero={row.ZeroCount} offset={row.PositiveOffset} counts={Join(row.PositiveBucketCounts)}",
            _ => row.ValueInt is { } whole ? $"value={whole}" : $"value={Number(row.ValueDouble!.Value)}",
        };
        return $"{row.MetricName} {row.MetricType} {row.Temporality} {row.IsMonotonic} {row.Unit} {row.Description} {value} {Values.Text(row.Attributes)}";
    }

    private static IEnumerable<(string Text, (long, long) Times)> Otlp(JsonElement metric)
    {
        var data = metric.EnumerateObject().Single(property => property.Value.ValueKind == JsonValueKind.Object);
        foreach (var point in data.Value.GetProperty("dataPoints").EnumerateArray())
        {
            var temporality = data.Value.TryGetProperty("aggregationTemporality", out var number)
                ? (AggregationTemporality)number.GetInt32()
                : 0;
            var monotonic = data.Value.TryGetProperty("isMonotonic", out var flag) && flag.GetBoolean();
            var value =
                data.Name is "histogram"
                    ? $"{Distribution(point)} bounds={Join(Items(point, "explicitBounds"))} counts={Join(Items(point, "bucketCounts"))}"
                : data.Name is "exponentialHistogram"
                    ? $"{Distribution(point)} scale={point.GetProperty("scale")} zero={point.GetProperty("zeroCount")} "
                        + $"offset={point.GetProperty("positive").GetProperty("offset")} counts={Join(Items(point.GetProperty("positive"), "bucketCounts"))}"
                : point.TryGetProperty("asInt", out var whole) ? $"value={whole}"
                : $"value={Number(Values.Double(point.GetProperty("asDouble")))}";
            var type = char.ToUpperInvariant(data.Name[0]) + data.Name[1..];
            yield return (
                $"{Text(metric, "name")} {type} {temporality} {monotonic} {Text(metric, "unit")} {Text(metric, "description")} {value} "
                    + Values.Text(Values.FromJson(JsonlFormat.Otlp, point)),
                (Int64(point, "startTimeUnixNano"), Int64(point, "timeUnixNano"))
            );
        }
    }

    private static (string Text, (long, long) Times) Flat(JsonElement point)
    {
        var value = Text(point, "metric_type") switch
        {
            "histogram" =>
                $"{Distribution(point)} bounds={Join(Items(point, "explicit_bounds"))} counts={Join(Items(point, "bucket_counts"))}",
            "exponential_histogram" => $"{Distribution(point)} scale={point.GetProperty("scale")} zero={point.GetProperty("zero_count")} "
                + $"offset={point.GetProperty("positive_offset")} counts={Join(Items(point, "positive_bucket_counts"))}",
            _ => point.TryGetProperty("value_int", out var whole)
                ? $"value={whole}"
                : $"value={Number(Values.Double(point.GetProperty("value_double")))}",
        };
        var type = Enum.Parse<MetricType>(Text(point, "metric_type").Replace("_", "", StringComparison.Ordinal), ignoreCase: true);
        var temporality = Text(point, "temporality") is { Length: > 0 } word
            ? Enum.Parse<AggregationTemporality>(word, ignoreCase: true)
            : 0;
        var monotonic = point.TryGetProperty("is_monotonic", out var flag) && flag.GetBoolean();
        return (
            $"{Text(point, "metric_name")} {type} {temporality} {monotonic} {Text(point, "unit")} {Text(point, "description")} {value} "
                + Values.Text(Values.FromJson(JsonlFormat.Flat, point)),
            (Nano(Text(point, "start_timestamp")), Nano(Text(point, "timestamp")))
        );
    }

    private static string Distribution(JsonElement point) =>
        Distribution(
            long.Parse($"{point.GetProperty("count")}", CultureInfo.InvariantCulture),
            Values.Double(point.GetProperty("sum")),
            Values.Double(point.GetProperty("min")),
            Values.Double(point.GetProperty("max"))
        );

    private static string Distribution(long? count, double? sum, double? min, double? max) =>
        string.Create(CultureInfo.InvariantCulture, $"count={count} sum={sum} min={min} max={max}");

    private static string Number(double value) =>
        double.IsPositiveInfinity(value) ? "∞" : value.ToString("R", CultureInfo.InvariantCulture);

    private static string Join<T>(IEnumerable<T> values) =>
        string.Join(',', values.Select(value => Convert.ToString(value, CultureInfo.InvariantCulture)));

    private static IEnumerable<string> Items(JsonElement element, string name) =>
        element.TryGetProperty(name, out var items) ? items.EnumerateArray().Select(item => item.ToString()) : [];

    private static string Text(JsonElement element, string name) => element.TryGetProperty(name, out var value) ? value.GetString()! : "";

    private static long Int64(JsonElement element, string name) => long.Parse(Text(element, name), CultureInfo.InvariantCulture);

    private static long Nano(string time) =>
        (DateTime.Parse(time, CultureInfo.InvariantCulture, DateTimeStyles.AdjustToUniversal).Ticks - DateTime.UnixEpoch.Ticks) * 100;
}
