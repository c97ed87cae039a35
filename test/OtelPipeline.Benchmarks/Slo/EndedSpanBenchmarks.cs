using System.Diagnostics;
using BenchmarkDotNet.Attributes;
using OpenTelemetry;
using OpenTelemetry.Metrics;
using OtelPipeline.Slo;
using OtelPipeline.Slo.Live;

namespace OtelPipeline.Benchmarks.Slo;

/// <summary>What the span processor of objectives costs for an ended span with ten attributes: one that no objective wants, and one that one wants.</summary>
[MemoryDiagnoser]
public class EndedSpanBenchmarks
{
    private readonly Activity _other = Span("other");
    private readonly Activity _work = Span("work-0");
    private SloMonitor? _monitor;
    private MeterProvider? _metrics;

    /// <summary>How many objectives there are, each about spans of another name.</summary>
    [Params(8, 1_000)]
    public int Objectives { get; set; }

    /// <summary>Their window: the cost must not grow with it.</summary>
    [Params("5m", "30d")]
    public string Window { get; set; } = "";

    /// <summary>Whether an SDK listens to slo.events.</summary>
    [Params(true, false)]
    public bool Metrics { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        _monitor = Monitor(Objectives, Window);
        if (Metrics)
            _metrics = Sdk.CreateMeterProviderBuilder().AddMeter("OtelPipeline").SetExemplarFilter(ExemplarFilterType.TraceBased).AddReader(new BaseExportingMetricReader(new Nothing())).Build();
        _metrics?.ForceFlush();
        _monitor.OnEnd(_work, null);
    }

    [GlobalCleanup]
    public void Cleanup()
    {
        _metrics?.Dispose();
        _monitor?.Dispose();
    }

    [Benchmark(Baseline = true)]
    public void NoObjective() => _monitor!.OnEnd(_other, null);

    [Benchmark]
    public void OneObjective() => _monitor!.OnEnd(_work, null);

    internal static SloMonitor Monitor(int objectives, string window)
    {
        var path = Path.Combine(Path.GetTempPath(), $"slo-benchmark-{Environment.ProcessId}-{objectives}.yaml");
        File.WriteAllText(path, string.Join("\n---\n", Enumerable.Range(0, objectives).Select(i => Definition(i, window))));
        var monitor = new SloMonitor(new SloOptions { Path = path }, TimeProvider.System, static () => null, static () => null);
        File.Delete(path);
        return monitor;
    }

    private static string Definition(int i, string window) =>
        $$"""
            apiVersion: openslo/v1
            kind: SLO
            metadata: {name: objective-{{i}} }
            spec:
              service: s
              budgetingMethod: Occurrences
              timeWindow: [{duration: {{window}}, isRolling: true}]
              indicator:
                metadata: {name: i}
                spec:
                  ratioMetric:
                    good: {metricSource: {type: OtelPipeline, spec: {signal: spans, where: '{ name = "work-{{i}}" && .result = "success" }'} } }
                    total: {metricSource: {type: OtelPipeline, spec: {signal: spans, where: '{ name = "work-{{i}}" }'} } }
              objectives: [{target: 0.9}]
            """;

    internal static Activity Span(string name)
    {
        var activity = new Activity(name);
        activity.SetTag("result", "success");
        for (var i = 0; i < 9; i++)
            activity.SetTag($"attribute.{i}", i % 2 == 0 ? "text" : (object)(long)i);
        activity.Start();
        activity.Stop();
        return activity;
    }

    private sealed class Nothing : BaseExporter<Metric>
    {
        public override ExportResult Export(in Batch<Metric> batch) => ExportResult.Success;
    }
}
