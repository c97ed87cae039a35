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
            _metrics = Sdk.CreateMeterProviderBuilder()
                .AddMeter("OtelPipeline")
                .SetExemplarFilter(ExemplarFilterType.TraceBased)
                .AddReader(new BaseExportingMetricReader(new Nothing()))
                .Build();
        _metrics?.ForceFlush();
        _monitor.OnEnd(_work, null);
        Enter();
    }

    /// <summary>Makes its span the current one, as it is in an application when processors run.</summary>
    public void Enter() => Activity.Current = _work;

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

    /// <summary>All of it in turns, and the quickest turn of each, which other programs disturb least.</summary>
    internal static async Task InterleavedAsync()
    {
        const int Operations = 1_000;
        var benchmarks = new List<(string, Func<Task>)>();
        var all = new List<EndedSpanBenchmarks>();
        foreach (var metrics in new[] { false, true })
        {
            foreach (var (objectives, window) in new[] { (8, "5m"), (8, "30d"), (1_000, "5m"), (1_000, "30d") })
            {
                var one = new EndedSpanBenchmarks
                {
                    Objectives = objectives,
                    Window = window,
                    Metrics = metrics,
                };
                one.Setup();
                all.Add(one);
                var name = $"{objectives} {window}{(metrics ? " sdk" : "")}";
                benchmarks.Add(($"{name}, none", () => one.Repeat(Operations, one.NoObjective)));
                benchmarks.Add(($"{name}, one", () => one.Repeat(Operations, one.OneObjective)));
            }
        }

        await Core.Interleaved.CompareAsync(Operations, [.. benchmarks]);
        all.ForEach(static b => b.Cleanup());
    }

    private Task Repeat(int operations, Action action)
    {
        Enter();
        for (var i = 0; i < operations; i++)
            action();
        return Task.CompletedTask;
    }

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

        // still the current one when its processors run, as in an application
        activity.SetEndTime(activity.StartTimeUtc.AddMilliseconds(1));
        return activity;
    }

    private sealed class Nothing : BaseExporter<Metric>
    {
        public override ExportResult Export(in Batch<Metric> batch) => ExportResult.Success;
    }
}
