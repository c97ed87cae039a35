using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Globalization;
using OpenTelemetry;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;
using OtelPipeline.Data;
using OtelPipeline.Data.Parquet;
using OtelPipeline.Exporter.Jsonl;
using OtelPipeline.Exporter.Jsonl.Formats;
using OtelPipeline.Exporter.Jsonl.Sinks;
using OtelPipeline.Exporter.Parquet;
using OtelPipeline.Exporter.Parquet.Conversion;
using OtelPipeline.Exporter.Parquet.Sinks;

namespace OtelPipeline.Benchmarks.ParquetExporter;

/// <summary>
/// The same spans through the JSON lines exporter and through the Parquet exporter: how large the files are, and how long each export holds the
/// thread that exports. <c>dotnet run -c Release --project test/OtelPipeline.Benchmarks -- parquet-exporter [SPANS]</c>
/// </summary>
internal static class SizeComparison
{
    private const int Enough = 70_000;

    public static int Run(string[] args)
    {
        var spans = args.Length > 0 ? int.Parse(args[0], CultureInfo.InvariantCulture) : 1_000_000;
        var root = Directory.CreateTempSubdirectory("otelpipeline-size-").FullName;
        try
        {
            var lines = new Pauses();
            var parquet = new Pauses();
            var toLines = Attach(
                new JsonlExporter<Activity>(
                    new OtlpSpanFormat(),
                    new FileSink(
                        Path.Combine(root, "spans"),
                        new JsonlExporterOptions { RetainFiles = int.MaxValue },
                        TimeProvider.System,
                        new Exporter.Jsonl.ExporterMetrics(JsonlSignal.Spans)
                    ),
                    new Exporter.Jsonl.ExporterMetrics(JsonlSignal.Spans),
                    TimeProvider.System
                )
            );
            var sink = new ParquetSink<SpanRow>(
                RowTables.Spans,
                new ParquetExporterOptions { Directory = root },
                ParquetSignal.Spans,
                TimeProvider.System
            );
            var toParquet = Attach(new ParquetExporter<Activity, SpanRow>(new SpanConverter(), sink));
            var offered = 0L;
            using var finished = new Finished(sink.Metrics.ComponentName);
            PipelineTelemetry.Make(
                spans,
                batch =>
                {
                    // a program that only makes spans makes more than one core can write: wait, so that both forms hold all
                    while (offered - finished.Rows > Enough)
                        Thread.Sleep(1);
                    offered += batch.Length;
                    lines.Measure(() => toLines.Export(new Batch<Activity>(batch, batch.Length)));
                    parquet.Measure(() => toParquet.Export(new Batch<Activity>(batch, batch.Length)));
                }
            );
            toLines.Shutdown();
            toParquet.Shutdown();
            var files = Directory.GetFiles(root, "*.parquet", SearchOption.AllDirectories).Length;
            MeasureWriting(root);
            Print(offered, finished.Rows, files, Size(root, "*.jsonl"), Size(root, "*.parquet"), lines, parquet);
        }
        finally
        {
            Directory.Delete(root, recursive: true);
        }

        return 0;
    }

    /// <summary>How fast the sink's thread is: rows to Parquet in memory, and back.</summary>
    private static void MeasureWriting(string root)
    {
        var rows = new List<SpanRow>();
        var watch = Stopwatch.StartNew();
        TelemetryReader.ReadSpans(Directory.GetFiles(root, "*.parquet", SearchOption.AllDirectories), row => rows.Add(row.Clone()));
        var read = watch.Elapsed;
        var best = TimeSpan.MaxValue;
        var allocated = 0L;
        for (var round = 0; round < 5; round++)
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            watch.Restart();
            using var writer = TelemetryParquetWriter.ForSpans(new MemoryStream());
            foreach (var row in rows)
                writer.Write(row);
            writer.Close();
            best = watch.Elapsed < best ? watch.Elapsed : best;
            allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        }

        Console.WriteLine(
            string.Create(
                CultureInfo.InvariantCulture,
                $"{rows.Count / best.TotalSeconds:N0} rows a second written ({allocated / rows.Count} B allocated a row), {rows.Count / read.TotalSeconds:N0} read and copied"
            )
        );
    }

    /// <summary>A provider gives the exporter its resource, and never exports to it.</summary>
    private static T Attach<T>(T exporter)
        where T : BaseExporter<Activity>
    {
        Sdk.CreateTracerProviderBuilder()
            .ConfigureResource(resource => PipelineTelemetry.Resource(resource.Clear()))
            .AddProcessor(new SimpleActivityExportProcessor(exporter))
            .Build();
        return exporter;
    }

    private static long Size(string root, string pattern) =>
        Directory.GetFiles(root, pattern, SearchOption.AllDirectories).Sum(file => new FileInfo(file).Length);

    private static void Print(long spans, long written, int files, long lineBytes, long parquetBytes, Pauses lines, Pauses parquet)
    {
        Console.WriteLine($"{spans} spans, {written} written as Parquet in {files} files");
        Console.WriteLine();
        Console.WriteLine("| form | bytes | bytes a span | export of 512 spans p50 | p99 | longest |");
        Console.WriteLine("|---|---|---|---|---|---|");
        Console.WriteLine(
            string.Create(CultureInfo.InvariantCulture, $"| OTLP JSON lines | {lineBytes:N0} | {(double)lineBytes / spans:0.0} | {lines} |")
        );
        Console.WriteLine(
            string.Create(CultureInfo.InvariantCulture, $"| Parquet | {parquetBytes:N0} | {(double)parquetBytes / spans:0.0} | {parquet} |")
        );
        Console.WriteLine();
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"Parquet is {(double)lineBytes / parquetBytes:0.0} times smaller."));
    }

    /// <summary>Counts rows that are in complete files, or lost.</summary>
    private sealed class Finished : IDisposable
    {
        private readonly MeterListener _listener = new();
        private long _rows;

        public Finished(string component)
        {
            _listener.InstrumentPublished = (instrument, listener) =>
            {
                if (instrument.Name == ParquetSignal.Spans.CounterName)
                    listener.EnableMeasurementEvents(instrument);
            };
            _listener.SetMeasurementEventCallback<long>(
                (_, count, tags, _) =>
                {
                    foreach (var tag in tags)
                    {
                        if (tag.Value is string name && name == component)
                            Interlocked.Add(ref _rows, count);
                    }
                }
            );
            _listener.Start();
        }

        public long Rows => Interlocked.Read(ref _rows);

        public void Dispose() => _listener.Dispose();
    }

    private sealed class Pauses
    {
        private readonly List<TimeSpan> _times = [];

        public void Measure(Action export)
        {
            var start = Stopwatch.GetTimestamp();
            export();
            _times.Add(Stopwatch.GetElapsedTime(start));
        }

        public override string ToString()
        {
            _times.Sort();
            return string.Create(
                CultureInfo.InvariantCulture,
                $"{At(0.5):0.00} ms | {At(0.99):0.00} ms | {_times[^1].TotalMilliseconds:0.00} ms"
            );
        }

        private double At(double share) => _times[(int)((_times.Count - 1) * share)].TotalMilliseconds;
    }
}
