using System.Diagnostics;
using BenchmarkDotNet.Attributes;
using OpenTelemetry;
using OpenTelemetry.Trace;
using OtelPipeline.Exporter.Jsonl;
using OtelPipeline.Exporter.Jsonl.Formats;

namespace OtelPipeline.Benchmarks.Jsonl;

/// <summary>
/// What the application thread pays for a span with five attributes, start to end. The processor is the SDK's own; flat lines add a store for
/// each span (the table of open spans). Records beyond the queue are dropped, alike in all rows.
/// </summary>
[MemoryDiagnoser]
[WarmupCount(20), IterationCount(30), IterationTime(100)]
[MinColumn, MedianColumn]
public class HandOverBenchmarks
{
    private readonly BenchmarkFolder _folder = new();
    private readonly ActivitySource _nothing = new("handover.nothing");
    private readonly ActivitySource _otlp = new("handover.otlp");
    private readonly ActivitySource _flat = new("handover.flat");
    private readonly List<TracerProvider> _providers = [];

    [GlobalSetup]
    public void Setup()
    {
        Add(_nothing, new BatchActivityExportProcessor(new Nothing()));
        Add(_otlp, new BatchActivityExportProcessor(_folder.Exporter("otlp", JsonlSignal.Spans, new OtlpSpanFormat())));
        Add(
            _flat,
            new CompositeProcessor<Activity>([
                new OpenSpans(),
                new BatchActivityExportProcessor(
                    _folder.Exporter("flat", JsonlSignal.Spans, new FlatSpanFormat(TimeProvider.System, text: false))
                ),
            ])
        );
    }

    private void Add(ActivitySource source, BaseProcessor<Activity> processor) =>
        _providers.Add(Sdk.CreateTracerProviderBuilder().AddSource(source.Name).AddProcessor(processor).Build());

    [Benchmark(Baseline = true)]
    public void SDK_batch_processor_that_exports_nothing() => Span(_nothing);

    [Benchmark]
    public void Jsonl_otlp() => Span(_otlp);

    [Benchmark]
    public void Jsonl_flat() => Span(_flat);

    private static void Span(ActivitySource source)
    {
        using var span = source.StartActivity("node load")!;
        for (var i = 0; i < 5; i++)
            span.SetTag(SampleEvent.Properties[i].Key, SampleEvent.Properties[i].Value);
    }

    [GlobalCleanup]
    public void Cleanup()
    {
        _providers.ForEach(provider => provider.Dispose());
        _nothing.Dispose();
        _otlp.Dispose();
        _flat.Dispose();
        _folder.Dispose();
    }

    private sealed class Nothing : BaseExporter<Activity>
    {
        public override ExportResult Export(in Batch<Activity> batch)
        {
            foreach (var _ in batch) { }

            return ExportResult.Success;
        }
    }
}
