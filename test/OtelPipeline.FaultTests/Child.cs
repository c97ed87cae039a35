using System.Buffers.Binary;
using System.Diagnostics;
using System.Diagnostics.Metrics;
using Microsoft.Extensions.Logging;
using OpenTelemetry;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;
using OtelPipeline.Exporter.Jsonl;
using OtelPipeline.Exporter.Jsonl.Formats;
using OtelPipeline.Exporter.Jsonl.Sinks;

namespace OtelPipeline.FaultTests;

/// <summary>What a child process does. Numbers on its spans, and acknowledgements on standard output, tell the parent what must be in files.</summary>
internal static class Child
{
    private static readonly ActivitySource Source = new("fault.child");

    static Child() =>
        ActivitySource.AddActivityListener(
            new ActivityListener { ShouldListenTo = _ => true, Sample = (ref _) => ActivitySamplingResult.AllDataAndRecorded }
        );

    public static Activity[] Spans(long first, int count, int width)
    {
        var spans = new Activity[count];
        for (var i = 0; i < count; i++)
        {
            spans[i] = Source.CreateActivity("s", ActivityKind.Internal, default(ActivityContext))!;
            spans[i].AddTag("n", first + i).AddTag("p", Environment.ProcessId).AddTag("fill", new string('x', width)).Start().Stop();
        }

        return spans;
    }

    public static (JsonlExporter<Activity> Exporter, ExporterMetrics Metrics) Exporter(
        string directory,
        string instance,
        JsonlExporterOptions options
    )
    {
        var metrics = new ExporterMetrics(JsonlSignal.Spans);
        var sink = new FileSink(Path.Combine(directory, "spans"), options, TimeProvider.System, metrics);
        BatchFormat<Activity> format =
            options.Format == JsonlFormat.Flat ? new FlatSpanFormat(TimeProvider.System, text: false) : new OtlpSpanFormat();
        var exporter = new JsonlExporter<Activity>(format, sink, metrics, TimeProvider.System);
        // the provider gives the exporter its resource, and never exports to it
        Sdk.CreateTracerProviderBuilder()
            .ConfigureResource(resource => resource.Clear().AddAttributes([new("service.instance.id", instance)]))
            .AddProcessor(new SimpleActivityExportProcessor(exporter))
            .Build();
        return (exporter, metrics);
    }

    /// <summary>Exports batches of random size, and after each export writes how many records are safe, 8 bytes.</summary>
    public static int Write(string directory, string instance, string format, string compression, int retain, int records)
    {
        var options = new JsonlExporterOptions
        {
            Format = Enum.Parse<JsonlFormat>(format),
            Compression = Enum.Parse<JsonlCompression>(compression),
            MaxFileSize = 1_000_000,
            RetainFiles = retain,
            // so short that a file which another process left may be compressed soon
            MaxFileAge = TimeSpan.FromSeconds(1),
        };
        var (exporter, _) = Exporter(directory, instance, options);
        using var acknowledgements = Console.OpenStandardOutput();
        var random = new Random();
        Span<byte> safe = stackalloc byte[8];
        for (long n = 0; records == 0 || n < records; )
        {
            var count = random.Next(1, records == 0 ? 600 : Math.Min(600, records - (int)n) + 1);
            var spans = Spans(n, count, random.Next(0, 2000));
            if (exporter.Export(new Batch<Activity>(spans, count)) != ExportResult.Success)
                return 3;
            n += count;
            BinaryPrimitives.WriteInt64LittleEndian(safe, n);
            acknowledgements.Write(safe);
        }

        exporter.Dispose();
        return 0;
    }

    /// <summary>
    /// Fills the disk beside the exporter, makes room again, and prints: offered, written, dropped by the exporter's own count; failed exports;
    /// exports that worked after there was room.
    /// </summary>
    public static int FillDisk(string directory)
    {
        long written = 0,
            dropped = 0,
            offered = 0;
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, self) =>
            {
                if (instrument.Name == "otel.sdk.exporter.span.exported")
                    self.EnableMeasurementEvents(instrument);
            },
        };
        listener.SetMeasurementEventCallback<long>(
            (_, value, tags, _) =>
            {
                foreach (var tag in tags)
                {
                    if (tag.Key == "error.type")
                    {
                        dropped += value;
                        return;
                    }
                }

                written += value;
            }
        );
        listener.Start();
        var (exporter, _) = Exporter(directory, "full", new JsonlExporterOptions { RetainFiles = 1000, MaxFileSize = 1_000_000 });
        var filler = Path.Combine(directory, "filler");
        File.WriteAllBytes(filler, new byte[1_000_000]);
        var failed = 0;
        while (failed < 20)
            failed += Export();
        File.Delete(filler);
        var worked = 0;
        for (var i = 0; i < 5; i++)
            worked += 1 - Export();
        exporter.Dispose();
        Console.WriteLine($"{offered} {written} {dropped} {failed} {worked}");
        return 0;

        int Export()
        {
            var spans = Spans(offered, 100, 100);
            offered += spans.Length;
            return exporter.Export(new Batch<Activity>(spans, spans.Length)) == ExportResult.Success ? 0 : 1;
        }
    }

    public static int WriteConsole(int records)
    {
        using var provider = Sdk.CreateTracerProviderBuilder()
            .AddSource(Source.Name)
            .AddJsonlExporter(options => options.Directory = JsonlExporterOptions.Stdout)
            .Build();
        for (var i = 0; i < records; i++)
            Source.StartActivity("s")?.Dispose();
        return 0;
    }

    public static int WriteFlatConsole()
    {
        using var sdk = OpenTelemetrySdk.Create(otel =>
            otel.UseJsonlExporter(options =>
            {
                options.Directory = JsonlExporterOptions.Stdout;
                options.Format = JsonlFormat.Flat;
            })
        );
        sdk.GetLoggerFactory().CreateLogger("flat").LogWarning("row {Row} is late", 7);
        return 0;
    }

    /// <summary>A short program as users write it: it ends right after its last record.</summary>
    public static int RunSdk(string directory, int records)
    {
        using var sdk = OpenTelemetrySdk.Create(otel =>
            otel.WithTracing(tracing => tracing.AddSource(Source.Name)).UseJsonlExporter(directory)
        );
        var logger = sdk.GetLoggerFactory().CreateLogger("short");
        for (var i = 0; i < records; i++)
        {
            Source.StartActivity("s")?.Dispose();
            logger.LogInformation("record {Number}", i);
        }

        return 0;
    }
}
