using System.Diagnostics;
using OpenTelemetry;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace OtelPipeline.Benchmarks.ParquetExporter;

/// <summary>Spans of real runs: a batch DAG of thirteen nodes that says what it read and wrote, with checks, rejected records and links.</summary>
internal static class PipelineTelemetry
{
    private static readonly (string Name, NodeType Type, string[] DependsOn)[] Nodes =
    [
        ("orders", NodeType.Source, []),
        ("customers", NodeType.Source, []),
        ("products", NodeType.Source, []),
        ("clean_orders", NodeType.Transform, ["orders"]),
        ("clean_customers", NodeType.Transform, ["customers"]),
        ("clean_products", NodeType.Transform, ["products"]),
        ("join", NodeType.Transform, ["clean_orders", "clean_customers", "clean_products"]),
        ("check_join", NodeType.Check, ["join"]),
        ("by_day", NodeType.Transform, ["join"]),
        ("by_region", NodeType.Transform, ["join"]),
        ("check_totals", NodeType.Check, ["by_day", "by_region"]),
        ("warehouse", NodeType.Sink, ["by_day", "by_region", "check_totals"]),
        ("report", NodeType.Sink, ["warehouse"]),
    ];

    /// <summary>Makes spans and hands them over in batches of the SDK's size. They are spread over an hour by the clock of the caller.</summary>
    public static void Make(int spans, Action<Activity[]> onBatch)
    {
        using var collector = new Collector(onBatch);
        using var provider = Sdk.CreateTracerProviderBuilder()
            .SetSampler(new AlwaysOnSampler())
            .AddSource("OtelPipeline")
            .AddProcessor(collector)
            .Build();
        var random = new Random(1);
        var pipeline = new Pipeline("sales_daily", new PipelineOptions { Version = "2.4.1" });
        while (collector.Count < spans)
            pipeline.RunAsync(run => RunAsync(run, random)).GetAwaiter().GetResult();
        collector.Flush();
    }

    public static ResourceBuilder Resource(ResourceBuilder builder) =>
        builder
            .AddService("sales", "shop", "2.4.1", serviceInstanceId: "3f0e7c2a-54b1-4c55-9a0c-0a8a0d6f9f11")
            .AddAttributes([new("host.name", "worker-17"), new("deployment.environment.name", "production"), new("process.pid", 4711)]);

    private static async Task RunAsync(PipelineRun run, Random random)
    {
        foreach (var (name, type, dependsOn) in Nodes)
        {
            await run.NodeAsync(
                name,
                type,
                node =>
                {
                    var read = random.Next(1000, 100_000);
                    node.Records(read: read, written: read - random.Next(100), rejected: random.Next(20) == 0 ? random.Next(100) : 0);
                    if (type == NodeType.Check)
                        node.Check("null_ratio", random.NextDouble() / 50, CheckThreshold.AtMost(fail: 0.1, warn: 0.019));
                },
                dependsOn: dependsOn
            );
        }
    }

    private sealed class Collector(Action<Activity[]> onBatch) : BaseProcessor<Activity>
    {
        private const int BatchSize = 512;
        private readonly List<Activity> _batch = [];

        public int Count { get; private set; }

        public override void OnEnd(Activity data)
        {
            Count++;
            _batch.Add(data);
            if (_batch.Count == BatchSize)
                Flush();
        }

        public void Flush()
        {
            onBatch([.. _batch]);
            _batch.Clear();
        }
    }
}
