using System.Diagnostics;
using System.Globalization;
using Microsoft.Extensions.Logging;
using OpenTelemetry;
using OpenTelemetry.Logs;
using OpenTelemetry.Trace;
using OtelPipeline.Exporter.Jsonl;
using OtelPipeline.Exporter.Jsonl.Formats;

namespace OtelPipeline.Benchmarks.Jsonl;

/// <summary>
/// What handing a record over costs the thread that ends a span or logs, apart from what an exporter costs that works beside it: the last record of a
/// turn fills the batch, so that the exporter sleeps until the turn is measured, and has written it and the garbage is collected before the next one.
/// The processors take turns; the row without one is the record itself. Log records are written inside of a span.
/// </summary>
internal static class HandOver
{
    private const int Records = 512;
    private const int WarmUp = 300;

    public static int Run(string[] args)
    {
        var rounds = args.Length > 0 ? int.Parse(args[0], CultureInfo.InvariantCulture) : 3_000;
        using var folder = new BenchmarkFolder();
        var flatSpans = new FlatSpanFormat(TimeProvider.System, text: false);
        var flatLogs = new FlatLogFormat(TimeProvider.System, text: false);
        Compare(
            rounds,
            [
                Spans("span: no processor", null),
                Spans("SDK's batch processor, exports nothing", new Counted<Activity>(null)),
                Spans("the same once more", new Counted<Activity>(null)),
                Spans("Jsonl, OTLP", new Counted<Activity>(folder.Exporter("otlp", JsonlSignal.Spans, new OtlpSpanFormat()))),
                Spans("Jsonl, flat", new Counted<Activity>(folder.Exporter("flat", JsonlSignal.Spans, flatSpans))),
            ]
        );
        Compare(
            rounds,
            [
                Logs("log record: no processor", null),
                Logs("SDK's batch processor, exports nothing", new Counted<LogRecord>(null)),
                Logs("the same once more", new Counted<LogRecord>(null)),
                Logs("Jsonl, OTLP", new Counted<LogRecord>(folder.Exporter("otlp", JsonlSignal.Logs, new OtlpLogFormat()))),
                Logs("Jsonl, flat", new Counted<LogRecord>(folder.Exporter("flat", JsonlSignal.Logs, flatLogs)), flat: true),
            ]
        );
        return 0;
    }

    private static void Compare(int rounds, Target[] targets)
    {
        for (var round = -WarmUp; round < rounds; round++)
        {
            // from one round to the next another one is first
            for (var i = 0; i < targets.Length; i++)
                targets[(i + round + WarmUp) % targets.Length].Measure(round >= 0);
        }

        Console.WriteLine("| processor | ns a record, best turn | a tenth | median | B a record |");
        Console.WriteLine("|---|---|---|---|---|");
        foreach (var target in targets)
            target.Report();
    }

    private static Target Spans(string name, Counted<Activity>? exporter)
    {
        var source = new ActivitySource("handover." + name);
        var builder = Sdk.CreateTracerProviderBuilder().AddSource(source.Name);
        if (exporter is not null)
            builder.AddProcessor(new BatchActivityExportProcessor(exporter, 2 * Records, int.MaxValue, 30_000, Records));
        return new Target(name, Work, exporter is null ? null : exporter.WaitFor, builder.Build());

        void Work()
        {
            for (var i = 0; i < Records; i++)
            {
                using var span = source.StartActivity("node load")!;
                for (var tag = 0; tag < 5; tag++)
                    span.SetTag(SampleEvent.Properties[tag].Key, SampleEvent.Properties[tag].Value);
            }
        }
    }

    private static Target Logs(string name, Counted<LogRecord>? exporter, bool flat = false)
    {
        var factory = LoggerFactory.Create(builder =>
            builder.AddOpenTelemetry(options =>
            {
                if (exporter is null)
                    return;
                options.AddProcessor(
                    flat
                        ? new FlatLogProcessor(exporter, 2 * Records, int.MaxValue, 30_000, Records)
                        : new BatchLogRecordExportProcessor(exporter, 2 * Records, int.MaxValue, 30_000, Records)
                );
            })
        );
        var logger = factory.CreateLogger("OtelPipeline.Sample");
        var node = new Activity("node load").Start();
        return new Target(name, Work, exporter is null ? null : exporter.WaitFor, factory);

        void Work()
        {
            Activity.Current = node;
            for (var i = 0; i < Records; i++)
                SampleEvent.Log(logger);
            Activity.Current = null;
        }
    }

    private sealed class Target(string name, Action work, Action? wait, IDisposable provider)
    {
        private readonly List<double> _turns = [];
        private long _allocated;

        public void Measure(bool counts)
        {
            var allocated = GC.GetAllocatedBytesForCurrentThread();
            var begin = Stopwatch.GetTimestamp();
            work();
            var elapsed = Stopwatch.GetElapsedTime(begin);
            if (counts)
            {
                _turns.Add(elapsed.TotalNanoseconds / Records);
                _allocated += GC.GetAllocatedBytesForCurrentThread() - allocated;
            }

            wait?.Invoke();
            GC.Collect(0);
        }

        public void Report()
        {
            provider.Dispose();
            _turns.Sort();
            Console.WriteLine(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"| {name} | {_turns[0]:0.0} | {_turns[_turns.Count / 10]:0.0} | {_turns[_turns.Count / 2]:0.0} | {_allocated / _turns.Count / Records} |"
                )
            );
        }
    }

    private sealed class Counted<T>(BaseExporter<T>? exporter) : BaseExporter<T>
        where T : class
    {
        private readonly SemaphoreSlim _written = new(0);
        private long _left;

        public override ExportResult Export(in Batch<T> batch)
        {
            var count = batch.Count;
            if (exporter is not null)
                exporter.Export(in batch);
            else
                foreach (var _ in batch) { }
            if (Interlocked.Add(ref _left, -count) == -Records)
                _written.Release();
            return ExportResult.Success;
        }

        public void WaitFor()
        {
            _written.Wait();
            Interlocked.Add(ref _left, Records);
        }

        protected override void Dispose(bool disposing)
        {
            exporter?.Dispose();
            _written.Dispose();
            base.Dispose(disposing);
        }
    }
}
