using OtelPipeline.Exporter.Prometheus.Exposition;
using OtelPipeline.Exporter.Prometheus.Naming;
using OtelPipeline.Exporter.Prometheus.Negotiation;

namespace OtelPipeline.Exporter.Prometheus.Tests;

public sealed class NamingTests
{
    [TestCase("pipeline.run.duration", "s", "Histogram", ExpectedResult = "pipeline_run_duration_seconds")]
    [TestCase("pipeline.run.errors", "{error}", "Counter", ExpectedResult = "pipeline_run_errors_total")]
    [TestCase("pipeline.node.io", "By", "Counter", ExpectedResult = "pipeline_node_io_bytes_total")]
    [TestCase("pipeline.run.last_success.timestamp", "s", "Gauge", ExpectedResult = "pipeline_run_last_success_timestamp_seconds")]
    [TestCase("slo.error_budget.remaining_ratio", "1", "Gauge", ExpectedResult = "slo_error_budget_remaining_ratio")]
    [TestCase("system.cpu.utilization", "1", "Gauge", ExpectedResult = "system_cpu_utilization_ratio")]
    [TestCase("pipeline.circuit_breaker.status", "1", "UpDownCounter", ExpectedResult = "pipeline_circuit_breaker_status")]
    [TestCase("requests.total", "1", "Counter", ExpectedResult = "requests_total")]
    [TestCase("total.requests", "", "Counter", ExpectedResult = "requests_total")]
    [TestCase("speed", "m/s", "Gauge", ExpectedResult = "speed_meters_per_second")]
    [TestCase("speed", "By/min", "Gauge", ExpectedResult = "speed_bytes_per_min")]
    [TestCase("rate", "{request}/s", "Gauge", ExpectedResult = "rate_per_second")]
    [TestCase("rate", "1/s", "Gauge", ExpectedResult = "rate_per_second")]
    [TestCase("disk", "%", "Gauge", ExpectedResult = "disk_percent")]
    [TestCase("seconds.spent", "s", "Gauge", ExpectedResult = "seconds_spent")]
    [TestCase("duration.seconds", "s", "Histogram", ExpectedResult = "duration_seconds")]
    [TestCase("weird-name/with.many__chars", "k$", "Gauge", ExpectedResult = "weird_name_with_many_chars_k")]
    [TestCase("0day", "", "Gauge", ExpectedResult = "_0day")]
    [TestCase("a:b", "", "Gauge", ExpectedResult = "a:b")]
    [TestCase("_", "", "Gauge", ExpectedResult = "_")]
    public string Metric(string name, string unit, string instrument) =>
        MetricName.Translate(
            name,
            unit,
            Enum.TryParse<FamilyType>(instrument, out var type) ? type : FamilyType.Gauge,
            isGauge: instrument == "Gauge",
            PrometheusTranslation.UnderscoreEscapingWithSuffixes
        );

    [TestCase("http.requests", "By", "Counter", ExpectedResult = "http.requests_bytes_total")]
    [TestCase("http.requests.total", "", "Counter", ExpectedResult = "http.requests_total")]
    [TestCase("http.time", "s", "Histogram", ExpectedResult = "http.time_seconds")]
    [TestCase("http.ratio", "1", "Gauge", ExpectedResult = "http_ratio")]
    [TestCase("speed", "m/s", "Gauge", ExpectedResult = "speed_meters_per_second")]
    public string Metric_in_UTF8(string name, string unit, string instrument) =>
        MetricName.Translate(
            name,
            unit,
            Enum.Parse<FamilyType>(instrument),
            instrument == "Gauge",
            PrometheusTranslation.NoUtf8EscapingWithSuffixes
        );

    [TestCase("http.method", ExpectedResult = "http_method")]
    [TestCase("a..b--c", ExpectedResult = "a_b_c")]
    [TestCase("1st", ExpectedResult = "_1st")]
    [TestCase("__name__", ExpectedResult = "_name_")]
    [TestCase("größe", ExpectedResult = "gr_e")]
    [TestCase("", ExpectedResult = "_")]
    public string Label(string key) => LabelName.Translate(key, PrometheusTranslation.UnderscoreEscapingWithSuffixes, Escaping.Underscores);

    [TestCase("a.b_c", "Dots", ExpectedResult = "a_dot_b__c")]
    [TestCase("a b", "Dots", ExpectedResult = "a__b")]
    [TestCase("a.b_c", "Values", ExpectedResult = "U__a_2e_b__c")]
    [TestCase("a_b", "Values", ExpectedResult = "a_b")]
    [TestCase("1a", "Values", ExpectedResult = "U___31_a")]
    [TestCase("💥", "Values", ExpectedResult = "U___1f4a5_")]
    [TestCase("a.b", "Underscores", ExpectedResult = "a_b")]
    [TestCase("a.b", "AllowUtf8", ExpectedResult = "a.b")]
    public string Escaped(string name, string escaping) => EscapedName.Escape(name, Enum.Parse<Escaping>(escaping), colons: true);

    [TestCase(null, ExpectedResult = "text/plain; version=0.0.4; charset=utf-8")]
    [TestCase("", ExpectedResult = "text/plain; version=0.0.4; charset=utf-8")]
    [TestCase("text/html,application/json", ExpectedResult = "text/plain; version=0.0.4; charset=utf-8")]
    [TestCase("*/*", ExpectedResult = "text/plain; version=0.0.4; charset=utf-8")]
    [TestCase("text/*;q=0.2, application/openmetrics-text;q=0.1", ExpectedResult = "text/plain; version=0.0.4; charset=utf-8")]
    [TestCase("text/plain;version=1.0.0", ExpectedResult = "text/plain; version=1.0.0; charset=utf-8; escaping=underscores")]
    [TestCase("text/plain;version=9", ExpectedResult = "text/plain; version=0.0.4; charset=utf-8")]
    [TestCase(
        "APPLICATION/OPENMETRICS-TEXT",
        ExpectedResult = "application/openmetrics-text; version=1.0.0; charset=utf-8; escaping=underscores"
    )]
    [TestCase(
        "application/openmetrics-text; version=\"1.0.0\"; escaping=\"allow-utf-8\"",
        ExpectedResult = "application/openmetrics-text; version=1.0.0; charset=utf-8; escaping=allow-utf-8"
    )]
    [TestCase("application/openmetrics-text;escaping=rot13,text/plain;q=0.1", ExpectedResult = "text/plain; version=0.0.4; charset=utf-8")]
    [TestCase("application/openmetrics-text;q=0,text/plain;q=0.1", ExpectedResult = "text/plain; version=0.0.4; charset=utf-8")]
    [TestCase("application/openmetrics-text;q=nonsense,text/plain;q=0.1", ExpectedResult = "text/plain; version=0.0.4; charset=utf-8")]
    [TestCase(
        "application/openmetrics-text;version=0.0.1,text/plain;version=0.0.4;q=0.5",
        ExpectedResult = "application/openmetrics-text; version=0.0.1; charset=utf-8"
    )]
    [TestCase("application/vnd.google.protobuf,text/plain;q=0.1", ExpectedResult = "text/plain; version=0.0.4; charset=utf-8")]
    [TestCase(
        "application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;encoding=delimited,application/openmetrics-text;version=1.0.0;q=0.8,application/openmetrics-text;version=0.0.1;q=0.75,text/plain;version=0.0.4;q=0.5,*/*;q=0.1",
        ExpectedResult = "application/vnd.google.protobuf; proto=io.prometheus.client.MetricFamily; encoding=delimited; escaping=underscores",
        Description = "Prometheus 2.42 with native histograms"
    )]
    [TestCase(
        "application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.5,application/openmetrics-text;version=0.0.1;q=0.4,text/plain;version=1.0.0;escaping=allow-utf-8;q=0.3,text/plain;version=0.0.4;q=0.2,*/*;q=0.1",
        ExpectedResult = "application/openmetrics-text; version=1.0.0; charset=utf-8; escaping=allow-utf-8",
        Description = "Prometheus 3"
    )]
    public string Accept(string? header) => AcceptHeader.Choose(header).ContentType;

    [Test]
    public void What_a_strategy_escaped_is_not_asked_back()
    {
        var asked = AcceptHeader.Choose("application/openmetrics-text;escaping=allow-utf-8");
        Assert.That(
            asked.For(PrometheusTranslation.UnderscoreEscapingWithSuffixes).ContentType,
            Is.EqualTo("application/openmetrics-text; version=1.0.0; charset=utf-8; escaping=underscores")
        );
    }

    [TestCase(null, ExpectedResult = false)]
    [TestCase("gzip", ExpectedResult = true)]
    [TestCase("br, GZIP;q=0.5", ExpectedResult = true)]
    [TestCase("gzip;q=0, *", ExpectedResult = false)]
    [TestCase("*", ExpectedResult = true)]
    [TestCase("zstd,identity", ExpectedResult = false)]
    public bool Gzip(string? header) => AcceptHeader.AcceptsGzip(header);

    [TestCase(1, ExpectedResult = "1 1.0")]
    [TestCase(0, ExpectedResult = "0 0.0")]
    [TestCase(-2.5, ExpectedResult = "-2.5 -2.5")]
    [TestCase(0.005, ExpectedResult = "0.005 0.005")]
    [TestCase(0.00001, ExpectedResult = "1e-05 1e-05")]
    [TestCase(250000, ExpectedResult = "250000 250000.0")]
    [TestCase(1000000, ExpectedResult = "1e+06 1e+06")]
    [TestCase(123456789.5, ExpectedResult = "1.234567895e+08 1.234567895e+08")]
    [TestCase(double.MaxValue, ExpectedResult = "1.7976931348623157e+308 1.7976931348623157e+308")]
    [TestCase(double.PositiveInfinity, ExpectedResult = "+Inf +Inf")]
    public string Bound(double bound) => $"{Le(bound, false)} {Le(bound, true)}";

    private static string Le(double bound, bool openMetrics) =>
        System.Text.Encoding.ASCII.GetString(TextNumber.BucketLabel(bound, openMetrics).Written)[4..^3];

    private static readonly object?[] Values =
    [
        true,
        7L,
        0.5,
        double.NaN,
        'c',
        new[] { "a", "b" },
        new object?[] { 1, null, new[] { 2.5 } },
        new Unspeakable(),
        null,
    ];

    [Test]
    public void Attribute_values_as_text() =>
        Assert.That(
            Values.Select(LabelValue.Text),
            Is.EqualTo(new[] { "true", "7", "0.5", "NaN", "c", "[\"a\",\"b\"]", "[1,null,[2.5]]", "", "" })
        );

    private sealed class Unspeakable
    {
        public override string ToString() => throw new InvalidOperationException("no text");
    }
}
