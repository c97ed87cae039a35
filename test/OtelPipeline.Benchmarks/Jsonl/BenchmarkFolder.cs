using OpenTelemetry;
using OtelPipeline.Exporter.Jsonl;
using OtelPipeline.Exporter.Jsonl.Formats;
using OtelPipeline.Exporter.Jsonl.Sinks;

namespace OtelPipeline.Benchmarks.Jsonl;

/// <summary>Where the files of a benchmark go, at most some twenty megabytes for each writer.</summary>
internal sealed class BenchmarkFolder : IDisposable
{
    public BenchmarkFolder() => Directory.CreateDirectory(Path);

    public string Path { get; } =
        System.IO.Path.Combine(System.IO.Path.GetTempPath(), "otelpipeline-bench-" + Guid.NewGuid().ToString("N"));

    public JsonlExporter<T> Exporter<T>(string name, JsonlSignal signal, BatchFormat<T> format)
        where T : class
    {
        var options = new JsonlExporterOptions { RetainFiles = 1 };
        var metrics = new ExporterMetrics(signal);
        var sink = new FileSink(System.IO.Path.Combine(Path, name), options, TimeProvider.System, metrics);
        return new JsonlExporter<T>(format, sink, metrics, TimeProvider.System);
    }

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
