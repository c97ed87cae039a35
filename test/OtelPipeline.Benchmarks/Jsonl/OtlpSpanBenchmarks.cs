using System.Diagnostics;
using BenchmarkDotNet.Attributes;
using OpenTelemetry;
using OtelPipeline.Exporter.Jsonl;
using OtelPipeline.Exporter.Jsonl.Formats;

namespace OtelPipeline.Benchmarks.Jsonl;

/// <summary>Spans with five attributes, 512 in a line.</summary>
[MemoryDiagnoser]
[WarmupCount(20), IterationCount(30), IterationTime(100)]
[MinColumn, MedianColumn]
public class OtlpSpanBenchmarks
{
    private readonly BenchmarkFolder _folder = new();
    private Activity[] _spans = [];
    private JsonlExporter<Activity> _otlp = null!;
    private JsonlExporter<Activity> _flat = null!;
    private Utf8JsonWriterSpans _writer = null!;

    [GlobalSetup]
    public void Setup()
    {
        _spans = SampleEvent.Spans();
        _otlp = _folder.Exporter("otlp", JsonlSignal.Spans, new OtlpSpanFormat());
        _flat = _folder.Exporter("flat", JsonlSignal.Spans, new FlatSpanFormat(TimeProvider.System, text: false));
        _writer = new Utf8JsonWriterSpans(Path.Combine(_folder.Path, "writer.jsonl"));
    }

    [Benchmark(Baseline = true, OperationsPerInvoke = SampleEvent.Count)]
    public void Utf8JsonWriter() => _writer.Export(new Batch<Activity>(_spans, _spans.Length));

    [Benchmark(OperationsPerInvoke = SampleEvent.Count)]
    public void Jsonl_otlp_export() => _otlp.Export(new Batch<Activity>(_spans, _spans.Length));

    [Benchmark(OperationsPerInvoke = SampleEvent.Count)]
    public void Jsonl_flat_export() => _flat.Export(new Batch<Activity>(_spans, _spans.Length));

    [GlobalCleanup]
    public void Cleanup()
    {
        _otlp.Dispose();
        _flat.Dispose();
        _writer.Dispose();
        _folder.Dispose();
    }
}
