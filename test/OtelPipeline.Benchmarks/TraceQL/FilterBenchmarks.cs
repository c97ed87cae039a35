using System.Diagnostics;
using BenchmarkDotNet.Attributes;
using OtelPipeline.Data;
using OtelPipeline.Data.TraceQL;

namespace OtelPipeline.Benchmarks.TraceQL;

/// <summary>A filter of one record: what each ended span costs where an objective or a hook has a filter.</summary>
[MemoryDiagnoser]
public class FilterBenchmarks
{
    private readonly SpanFilter _byNode = SpanFilter.Parse("{ .pipeline.node.name = \"load\" && duration > 2s }");
    private readonly SpanFilter _byName = SpanFilter.Parse("{ name = \"node load\" && status = error }");
    private readonly SpanFilter _matches = SpanFilter.Parse(
        "{ name =~ \"node .*\" && .pipeline.node.name = \"clean\" && .rows > 10 && kind = internal }"
    );
    private readonly Activity _activity = new("node clean");
    private readonly SpanRow _row = new() { Name = "node clean", Kind = SpanKind.Internal };

    [GlobalSetup]
    public void Setup()
    {
        foreach (
            var (key, value) in (ReadOnlySpan<(string, object)>)
                [("pipeline.name", "daily"), ("pipeline.run.id", "r1"), ("pipeline.node.name", "clean"), ("rows", 42L)]
        )
            _activity.SetTag(key, value);
        _row.Attributes.Add("pipeline.name", "daily");
        _row.Attributes.Add("pipeline.run.id", "r1");
        _row.Attributes.Add("pipeline.node.name", "clean");
        _row.Attributes.Add("rows", 42L);
        _activity.Start().Stop();
        if (!LiveMatch() || !RowMatch() || LiveNoMatchByName() || LiveNoMatchByAttribute() || RowNoMatchByAttribute())
            throw new InvalidOperationException("A filter says something else than its benchmark.");
    }

    [Benchmark]
    public bool LiveNoMatchByName() => _byName.Matches(_activity);

    [Benchmark]
    public bool LiveNoMatchByAttribute() => _byNode.Matches(_activity);

    [Benchmark]
    public bool LiveMatch() => _matches.Matches(_activity);

    [Benchmark]
    public bool RowNoMatchByAttribute() => _byNode.Matches(_row);

    [Benchmark]
    public bool RowMatch() => _matches.Matches(_row);
}
