using System.Diagnostics;
using BenchmarkDotNet.Attributes;
using BenchmarkDotNet.Engines;
using OtelPipeline.Data;

namespace OtelPipeline.Benchmarks.Data;

/// <summary>Peak memory of a process that reads a small and a large file once; it stands in the log as "peak working set".</summary>
[SimpleJob(RunStrategy.Monitoring, launchCount: 1, warmupCount: 0, iterationCount: 1)]
public class PeakMemoryBenchmark
{
    private string _path = "";

    [Params("flat", "otlp")]
    public string Dialect { get; set; } = "";

    [Params(10, 4096)]
    public int Megabytes { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        _path = Path.Combine(Path.GetTempPath(), $"otelpipeline-peak-{Environment.ProcessId}.jsonl");
        if (Dialect == "flat")
            TelemetryFiles.WriteFlat(_path, Megabytes * 1024L * 1024);
        else
            TelemetryFiles.WriteOtlp(_path, Megabytes * 1024L * 1024);
    }

    [GlobalCleanup]
    public void Cleanup()
    {
        File.Delete(_path);
        using var process = Process.GetCurrentProcess();
        Console.WriteLine($"// {Dialect} {Megabytes} MB: peak working set {process.PeakWorkingSet64 / 1024.0 / 1024:F1} MB");
    }

    [Benchmark]
    public long Rows()
    {
        long rows = 0;
        TelemetryReader.Read([_path], _ => rows++);
        return rows;
    }
}
