using System.Diagnostics;
using BenchmarkDotNet.Attributes;
using BenchmarkDotNet.Engines;

namespace OtelPipeline.Benchmarks.Data;

/// <summary>
/// The same three readings as <see cref="ReadBenchmarks"/>, taking turns forty times; the log shows the best time of each and its share of the
/// bare pass. For machines with other work on them, where figures taken one after the other cannot be compared.
/// </summary>
[SimpleJob(RunStrategy.Monitoring, launchCount: 1, warmupCount: 0, iterationCount: 1)]
public class ReadShareBenchmark
{
    [Params("flat", "otlp")]
    public string Dialect { get; set; } = "";

    [Benchmark]
    public async Task Share()
    {
        var readings = new ReadBenchmarks { Dialect = Dialect };
        readings.Setup();
        double bare = double.MaxValue,
            callback = double.MaxValue,
            sequence = double.MaxValue;
        for (var i = 0; i < 40; i++)
        {
            var start = Stopwatch.GetTimestamp();
            readings.BareUtf8JsonReader();
            bare = Math.Min(bare, Stopwatch.GetElapsedTime(start).TotalMilliseconds);
            start = Stopwatch.GetTimestamp();
            readings.RowsByCallback();
            callback = Math.Min(callback, Stopwatch.GetElapsedTime(start).TotalMilliseconds);
            start = Stopwatch.GetTimestamp();
            await readings.RowsByAsyncSequence();
            sequence = Math.Min(sequence, Stopwatch.GetElapsedTime(start).TotalMilliseconds);
        }

        readings.Cleanup();
        Console.WriteLine(
            $"// best of 40, {Dialect}: bare {bare:F1} ms, callback {callback:F1} ms ({bare / callback:P0}), sequence {sequence:F1} ms ({bare / sequence:P0})"
        );
    }
}
