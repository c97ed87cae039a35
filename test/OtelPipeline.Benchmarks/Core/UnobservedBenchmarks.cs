using BenchmarkDotNet.Attributes;

namespace OtelPipeline.Benchmarks.Core;

/// <summary>What describing work costs where nobody listens: no source, instrument or logger is enabled.</summary>
[MemoryDiagnoser]
public class UnobservedBenchmarks
{
    private static readonly Pipeline s_pipeline = new("unobserved");
    private static readonly Task<int> s_done = Task.FromResult(1);

    private PipelineRun _run = null!;
    private PipelineNode _node = null!;
    private Func<PipelineNode, Task<int>> _body = null!;

    [GlobalSetup]
    public void Start()
    {
        _run = s_pipeline.StartRun();
        _node = _run.StartNode("load", NodeType.Source);
        _body = static _ => s_done;
    }

    [GlobalCleanup]
    public void End()
    {
        _run.Complete();
        _run.Dispose();
    }

    [Benchmark(Baseline = true)]
    public Task<int> PlainCall() => _body(_node);

    [Benchmark]
    public Task<int> NodeAsync() => _run.NodeAsync("load", NodeType.Source, _body);

    [Benchmark]
    public Task<int> NodeAsyncDependsOn() => _run.NodeAsync("clean", NodeType.Transform, _body, dependsOn: ["load"]);

    [Benchmark]
    public void StartNode()
    {
        using var node = _run.StartNode("load", NodeType.Source);
        node.Complete();
    }

    [Benchmark]
    public void Records() => _node.Records(read: 1_000, written: 990, rejected: 10);

    [Benchmark]
    public CheckResult Check() => _node.Check("no_nulls", passed: true, actual: 0, limit: 0);

    [Benchmark]
    public void Dataset() => _node.Dataset("orders").Wrote(1_000, 64_000);
}
