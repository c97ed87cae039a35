using System.Diagnostics;
using System.Globalization;
using OpenTelemetry;
using OpenTelemetry.Trace;
using OtelPipeline.Exporter.Jsonl;
using OtelPipeline.Exporter.Jsonl.Formats;

namespace OtelPipeline.Benchmarks.Jsonl;

/// <summary>
/// What handing a span over costs the thread that ends it, apart from what an exporter costs that works beside it: the last span of a turn fills the
/// batch, so that the exporter sleeps until the turn is measured, and has written it and the garbage is collected before the next one. The processors
/// take turns; the row without one is the span itself.
/// </summary>
internal static class HandOver
{
    private const int Spans = 512;
    private const int WarmUp = 300;

    public static int Run(string[] args)
    {
        var rounds = args.Length > 0 ? int.Parse(args[0], CultureInfo.InvariantCulture) : 3_000;
        using var folder = new BenchmarkFolder();
        var format = new FlatSpanFormat(TimeProvider.System, text: false);
        Target[] targets =
        [
            new("no processor", null, isFlat: false),
            new("SDK's batch processor, exports nothing", new Counted(null), isFlat: false),
            new("the same once more", new Counted(null), isFlat: false),
            new("Jsonl, OTLP", new Counted(folder.Exporter("otlp", JsonlSignal.Spans, new OtlpSpanFormat())), isFlat: false),
            new("Jsonl, flat", new Counted(folder.Exporter("flat", JsonlSignal.Spans, format)), isFlat: true),
        ];
        for (var round = -WarmUp; round < rounds; round++)
        {
            // from one round to the next another one is first
            for (var i = 0; i < targets.Length; i++)
                targets[(i + round + WarmUp) % targets.Length].Measure(round >= 0);
        }

        Console.WriteLine("| processor | ns a span, best turn | a tenth | median | B a span |");
        Console.WriteLine("|---|---|---|---|---|");
        foreach (var target in targets)
            target.Report();
        return 0;
    }

    private sealed class Target
    {
        private readonly string _name;
        private readonly Counted? _exporter;
        private readonly ActivitySource _source;
        private readonly TracerProvider _provider;
        private readonly List<double> _turns = [];
        private long _allocated;

        public Target(string name, Counted? exporter, bool isFlat)
        {
            _name = name;
            _exporter = exporter;
            _source = new ActivitySource("handover." + name);
            var builder = Sdk.CreateTracerProviderBuilder().AddSource(_source.Name);
            if (exporter is not null)
            {
                var batch = new BatchActivityExportProcessor(exporter, 2 * Spans, int.MaxValue, 30_000, Spans);
                builder.AddProcessor(isFlat ? new CompositeProcessor<Activity>([new OpenSpans(), batch]) : (BaseProcessor<Activity>)batch);
            }

            _provider = builder.Build();
        }

        public void Measure(bool counts)
        {
            var allocated = GC.GetAllocatedBytesForCurrentThread();
            var begin = Stopwatch.GetTimestamp();
            for (var i = 0; i < Spans; i++)
            {
                using var span = _source.StartActivity("node load")!;
                for (var tag = 0; tag < 5; tag++)
                    span.SetTag(SampleEvent.Properties[tag].Key, SampleEvent.Properties[tag].Value);
            }

            var elapsed = Stopwatch.GetElapsedTime(begin);
            if (counts)
            {
                _turns.Add(elapsed.TotalNanoseconds / Spans);
                _allocated += GC.GetAllocatedBytesForCurrentThread() - allocated;
            }

            _exporter?.WaitFor(Spans);
            GC.Collect(0);
        }

        public void Report()
        {
            _provider.Dispose();
            _source.Dispose();
            _turns.Sort();
            Console.WriteLine(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"| {_name} | {_turns[0]:0.0} | {_turns[_turns.Count / 10]:0.0} | {_turns[_turns.Count / 2]:0.0} | {_allocated / _turns.Count / Spans} |"
                )
            );
        }
    }

    private sealed class Counted(BaseExporter<Activity>? exporter) : BaseExporter<Activity>
    {
        private readonly SemaphoreSlim _written = new(0);
        private long _left;

        public override ExportResult Export(in Batch<Activity> batch)
        {
            var count = batch.Count;
            if (exporter is not null)
                exporter.Export(in batch);
            else
                foreach (var _ in batch) { }
            if (Interlocked.Add(ref _left, -count) == -Spans)
                _written.Release();
            return ExportResult.Success;
        }

        public void WaitFor(int spans)
        {
            _written.Wait();
            Interlocked.Add(ref _left, spans);
        }

        protected override void Dispose(bool disposing)
        {
            exporter?.Dispose();
            _written.Dispose();
            base.Dispose(disposing);
        }
    }
}
