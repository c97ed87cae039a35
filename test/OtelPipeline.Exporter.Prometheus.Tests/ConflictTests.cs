using System.Diagnostics.Metrics;
using System.Diagnostics.Tracing;

namespace OtelPipeline.Exporter.Prometheus.Tests;

/// <summary>The table of README.md: what happens when names or types meet, with a golden file for each case.</summary>
public sealed class ConflictTests
{
    private static readonly KeyValuePair<string, object?> Web = new("kind", "web");

    private static readonly Dictionary<string, (Action<Meter> Record, int Lost)> Cases = new()
    {
        ["same-name-other-type"] = (
            meter =>
            {
                meter.CreateGauge<long>("queue.length").Record(1);
                meter.CreateHistogram<double>("queue_length").Record(2);
            },
            1
        ),
        ["same-name-same-type"] = (
            meter =>
            {
                meter.CreateCounter<long>("queue.reads", null, "First help.").Add(1, new KeyValuePair<string, object?>("from", "a"));
                meter.CreateCounter<long>("queue_reads", null, "Second help.").Add(2, new KeyValuePair<string, object?>("from", "b"));
            },
            0
        ),
        ["same-name-same-labels"] = (
            meter =>
            {
                meter.CreateCounter<long>("queue.reads").Add(1, Web);
                meter.CreateCounter<long>("queue_reads").Add(2, Web);
            },
            1
        ),
        ["other-unit-same-name"] = (
            meter =>
            {
                meter.CreateGauge<long>("size", "By").Record(1, new KeyValuePair<string, object?>("from", "a"));
                meter.CreateGauge<long>("size.bytes", "{byte}").Record(2, new KeyValuePair<string, object?>("from", "b"));
            },
            0
        ),
        ["counter-and-gauge-without-total"] = (
            meter =>
            {
                meter.CreateUpDownCounter<long>("requests").Add(1);
                meter.CreateCounter<long>("requests.total").Add(2);
            },
            0
        ),
        ["gauge-named-total"] = (
            meter =>
            {
                meter.CreateCounter<long>("requests").Add(1);
                meter.CreateGauge<long>("requests.total").Record(2);
            },
            1
        ),
        ["histogram-and-its-count"] = (
            meter =>
            {
                meter.CreateHistogram("wait", "", "", null, new InstrumentAdvice<double> { HistogramBucketBoundaries = [1] }).Record(1);
                meter.CreateGauge<long>("wait.count").Record(2);
            },
            1
        ),
        ["count-and-its-histogram"] = (
            meter =>
            {
                meter.CreateGauge<long>("wait.count").Record(2);
                meter.CreateHistogram<double>("wait").Record(1);
            },
            1
        ),
        ["target-info-of-a-user"] = (
            meter =>
            {
                meter.CreateGauge<long>("target.info").Record(1);
                meter.CreateGauge<long>("target").Record(2);
            },
            1
        ),
        ["labels-that-become-one"] = (
            meter => meter.CreateGauge<long>("g").Record(1, new("a.b", "second"), new("a-b", "first"), new("a_b", 3)),
            0
        ),
        ["values-that-become-one"] = (
            meter =>
            {
                var gauge = meter.CreateGauge<long>("g");
                gauge.Record(1, new KeyValuePair<string, object?>("n", 1));
                gauge.Record(2, new KeyValuePair<string, object?>("n", "1"));
                gauge.Record(3, new KeyValuePair<string, object?>("n", ""));
                gauge.Record(4);
            },
            2
        ),
    };

    private static IEnumerable<string> Names => Cases.Keys;

    [TestCaseSource(nameof(Names))]
    public async Task Conflict(string name)
    {
        var (record, lost) = Cases[name];
        using var exposed = new Exposed(
            info: name.StartsWith("target", StringComparison.Ordinal),
            configure: options => options.ScopeInfo = false
        );
        using var counts = new ExporterCounts(exposed.Scraper.Exporter.Metrics.ComponentName);
        using var events = new Warnings();
        record(exposed.Meter);

        GoldenFile.Check($"conflict-{name}.text", await exposed.TextAsync());
        Assert.That(counts.Lost, Is.EqualTo(lost));
        Assert.That(events.Count, Is.GreaterThanOrEqualTo(lost == 0 ? 0 : 1));
        GoldenFile.Check($"conflict-{name}.openmetrics", await exposed.TextAsync(Exposed.OpenMetrics));
        GoldenFile.Check($"conflict-{name}.protobuf", ProtoText.Show(await exposed.BytesAsync(Exposed.Protobuf)));
        ExpositionText.Samples(await exposed.TextAsync());
        ExpositionText.Samples(await exposed.TextAsync(Exposed.OpenMetrics), openMetrics: true);
    }

    private sealed class Warnings : EventListener
    {
        public int Count { get; private set; }

        protected override void OnEventSourceCreated(EventSource eventSource)
        {
            if (eventSource.Name == "OpenTelemetry-OtelPipeline-Exporter-Prometheus")
                EnableEvents(eventSource, EventLevel.Warning);
        }

        protected override void OnEventWritten(EventWrittenEventArgs eventData) => Count++;
    }
}
