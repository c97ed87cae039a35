using System.Diagnostics;
using OpenTelemetry.Metrics;

namespace OtelPipeline.Exporter.Prometheus.Tests;

public sealed class SmokeTests
{
    [Test]
    public async Task Everything()
    {
        using var exposed = new Exposed(b => b.SetExemplarFilter(ExemplarFilterType.TraceBased).AddView("exp", new Base2ExponentialBucketHistogramConfiguration()), info: true);
        using var a = new Activity("x").Start();
        a.ActivityTraceFlags = ActivityTraceFlags.Recorded;
        var m = exposed.Meter;
        m.CreateCounter<long>("http.requests", "{request}", "How many").Add(3, new("a.b", "x\"y\n"), new("a_b", 1));
        m.CreateCounter<double>("io", "By", "bytes").Add(3.5);
        m.CreateGauge<double>("load", "1").Record(0.1 + 0.2);
        m.CreateUpDownCounter<int>("active", "{run}").Add(-1);
        var h = m.CreateHistogram<double>("duration", "s", "dur");
        h.Record(0.3, new KeyValuePair<string, object?>("k", "v")); h.Record(7);
        var e = m.CreateHistogram<double>("exp", "s", "dur");
        for (var i = 0; i < 100; i++) e.Record(i * 0.01);
        Console.WriteLine(await exposed.TextAsync());
        Console.WriteLine(await exposed.TextAsync(Exposed.OpenMetrics));
        Console.WriteLine(await exposed.TextAsync(Exposed.OpenMetrics));
        Console.WriteLine(Convert.ToHexString(await exposed.BytesAsync(Exposed.Protobuf)));
    }
}
