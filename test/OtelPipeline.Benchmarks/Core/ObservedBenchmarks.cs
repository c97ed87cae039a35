using System.Diagnostics;
using System.Diagnostics.Metrics;
using BenchmarkDotNet.Attributes;
using Microsoft.Extensions.Logging;
using OpenTelemetry;
using OpenTelemetry.Metrics;
using OpenTelemetry.Trace;
using OtelPipeline.Signals;

namespace OtelPipeline.Benchmarks.Core;

/// <summary>
/// A node with records, against the same span, one histogram and one counter written by hand, under the SDK: always-on sampler, a processor
/// and a metric reader that do nothing.
/// </summary>
[MemoryDiagnoser]
public class ObservedBenchmarks
{
    private static readonly ActivitySource s_source = new("Raw");
    private static readonly Meter s_meter = new("Raw");
    private static readonly Histogram<double> s_duration = s_meter.CreateHistogram<double>("raw.duration", "s");
    private static readonly Counter<long> s_records = s_meter.CreateCounter<long>("raw.records", "{record}");

    // nodes are executed inside a run, whose own cost is spread over as many
    private const int Nodes = 1_000;

    private static readonly Task<int> s_done = Task.FromResult(1);
    private static readonly Func<PipelineNode, Task<int>> s_body = static node =>
    {
        node.Records(read: 1_000);
        return s_done;
    };

    private readonly Pipeline _pipeline = new("observed");
    private readonly Pipeline _logging = new("logged", loggerFactory: new NullLoggers());
    private TracerProvider _tracing = null!;
    private MeterProvider _metrics = null!;
    private KeyValuePair<string, object?>[] _tags = null!;

    [GlobalSetup]
    public void Start()
    {
        _tracing = Sdk.CreateTracerProviderBuilder()
            .AddSource("Raw", PipelineSources.ActivitySource)
            .SetSampler(new AlwaysOnSampler())
            .AddProcessor(new NoProcessor())
            .Build();
        _metrics = Sdk.CreateMeterProviderBuilder()
            .AddMeter("Raw", PipelineSources.Meter)
            .AddReader(new BaseExportingMetricReader(new NoExporter()))
            .Build();
        using var run = _pipeline.StartRun();
        using var node = run.StartNode("load", NodeType.Source);
        node.Records(read: 1_000);
        node.Complete();
        var atEnd = new[] { PipelineAttributes.NodeResult, PipelineAttributes.NodeRecordsRead, PipelineAttributes.NodeMemoryPeak };
        _tags = [.. node.Activity!.TagObjects.Where(t => !atEnd.Contains(t.Key))];
        var others = node.Activity.TagObjects.Count() - _tags.Length;
        if (others != atEnd.Length)
            throw new InvalidOperationException("The raw span must carry what the node's span carries.");
    }

    [GlobalCleanup]
    public void End()
    {
        _tracing.Dispose();
        _metrics.Dispose();
    }

    /// <summary>What a careful person writes by hand: fixed tags at the start, values and result at the end.</summary>
    [Benchmark(Baseline = true, OperationsPerInvoke = Nodes)]
    public Task Raw() =>
        _pipeline.RunAsync(async _ =>
        {
            for (var i = 0; i < Nodes; i++)
                await RawNode();
        });

    [Benchmark(OperationsPerInvoke = Nodes)]
    public Task NodeAsync() => RunNodes(_pipeline);

    [Benchmark(OperationsPerInvoke = Nodes)]
    public Task StartNode() =>
        _pipeline.RunAsync(static run =>
        {
            for (var i = 0; i < Nodes; i++)
            {
                using var node = run.StartNode("load", NodeType.Source);
                node.Records(read: 1_000);
                node.Complete();
            }

            return Task.CompletedTask;
        });

    /// <summary>With the two log events of a node on, to a logger that does nothing.</summary>
    [Benchmark(OperationsPerInvoke = Nodes)]
    public Task NodeAsyncLogged() => RunNodes(_logging);

    private static Task RunNodes(Pipeline pipeline) =>
        pipeline.RunAsync(static async run =>
        {
            for (var i = 0; i < Nodes; i++)
                await run.NodeAsync("load", NodeType.Source, s_body);
        });

    private async Task<int> RawNode()
    {
        var startedAt = Stopwatch.GetTimestamp();
        using var activity = s_source.StartActivity(ActivityKind.Internal, default, _tags.AsEnumerable(), name: "node load");
        var result = await s_done;
        if (activity is { IsAllDataRequested: true })
        {
            activity
                .SetTag(PipelineAttributes.NodeResult, "success")
                .SetTag(PipelineAttributes.NodeRecordsRead, 1_000L)
                .SetTag(PipelineAttributes.NodeMemoryPeak, 50_000_000L);
        }

        s_records.Add(
            1_000,
            new(PipelineAttributes.PipelineName, "observed"),
            new(PipelineAttributes.NodeName, "load"),
            new(PipelineAttributes.RecordOutcome, "read")
        );
        s_duration.Record(
            Stopwatch.GetElapsedTime(startedAt).TotalSeconds,
            new TagList
            {
                new(PipelineAttributes.PipelineName, "observed"),
                new(PipelineAttributes.NodeName, "load"),
                new(PipelineAttributes.NodeKind, "source"),
                new(PipelineAttributes.NodeResult, "success"),
            }
        );
        return result;
    }

    private sealed class NoProcessor : BaseProcessor<Activity>;

    private sealed class NoExporter : BaseExporter<Metric>
    {
        public override ExportResult Export(in Batch<Metric> batch) => ExportResult.Success;
    }

    private sealed class NullLoggers : ILoggerFactory, ILogger
    {
        public void AddProvider(ILoggerProvider provider) { }

        public ILogger CreateLogger(string categoryName) => this;

        public void Dispose() { }

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(
            LogLevel logLevel,
            EventId eventId,
            TState state,
            Exception? exception,
            Func<TState, Exception?, string> formatter
        ) { }
    }
}
