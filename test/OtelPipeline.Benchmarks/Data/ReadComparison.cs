using System.Diagnostics;
using System.Globalization;
using OtelPipeline.Data;

namespace OtelPipeline.Benchmarks.Data;

/// <summary>
/// Two comparisons that BenchmarkDotNet's means cannot give. <c>share</c>: the readings of <see cref="ReadBenchmarks"/> take turns and the best time
/// of each counts, for machines with other work on them. <c>peak</c>: the most memory that a process which only reads ever had, for a small and a
/// large file.
/// </summary>
internal static class ReadComparison
{
    private const int Rounds = 60;

    public static async Task<int> Run(string[] args)
    {
        switch (args)
        {
            case ["share"]:
                await Share("flat");
                await Share("otlp");
                return 0;
            case ["peak"]:
                Peak("flat");
                Peak("otlp");
                return 0;
            case ["peak-of", var reading, var path]:
                await PeakOf(reading, path);
                return 0;
            default:
                await Console.Error.WriteLineAsync("read share | read peak");
                return 2;
        }
    }

    private static async Task Share(string dialect)
    {
        var readings = new ReadBenchmarks { Dialect = dialect };
        readings.Setup();
        double bare = double.MaxValue,
            callback = double.MaxValue,
            texts = double.MaxValue,
            reused = double.MaxValue,
            sequence = double.MaxValue;
        for (var i = 0; i < Rounds; i++)
        {
            bare = Math.Min(bare, Time(readings.BareUtf8JsonReader));
            callback = Math.Min(callback, Time(readings.RowsByCallback));
            texts = Math.Min(texts, Time(readings.RowsByCallbackEveryText));
            reused = Math.Min(reused, await TimeAsync(readings.ReusedRowsByAsyncSequence));
            sequence = Math.Min(sequence, await TimeAsync(readings.RowsByAsyncSequence));
        }

        readings.Cleanup();
        Write(
            $"{dialect}, best of {Rounds}: bare {bare:F1} ms, callback {callback:F1} ms ({bare / callback:P0}), and every text {texts:F1} ms ({bare / texts:P0}), sequence of reused rows {reused:F1} ms ({bare / reused:P0}), of rows to keep {sequence:F1} ms ({bare / sequence:P0})"
        );
    }

    private static double Time(Func<long> reading)
    {
        var start = Stopwatch.GetTimestamp();
        reading();
        return Stopwatch.GetElapsedTime(start).TotalMilliseconds;
    }

    private static async Task<double> TimeAsync(Func<Task<long>> reading)
    {
        var start = Stopwatch.GetTimestamp();
        await reading();
        return Stopwatch.GetElapsedTime(start).TotalMilliseconds;
    }

    private static void Peak(string dialect)
    {
        foreach (var megabytes in (int[])[10, 4096])
        {
            var path = Path.Combine(Path.GetTempPath(), $"otelpipeline-peak-{Environment.ProcessId}.jsonl");
            try
            {
                if (dialect == "flat")
                    TelemetryFiles.WriteFlat(path, megabytes * 1024L * 1024);
                else
                    TelemetryFiles.WriteOtlp(path, megabytes * 1024L * 1024);
                Write($"{dialect}, {megabytes} MB:");
                // in processes that do nothing else: to write the file takes memory as well
                foreach (var reading in (string[])["callback", "reused", "sequence"])
                {
                    using var child = Process.Start(Environment.ProcessPath!, ["read", "peak-of", reading, path]);
                    child.WaitForExit();
                }
            }
            finally
            {
                File.Delete(path);
            }
        }
    }

    private static async Task PeakOf(string reading, string path)
    {
        long rows = 0;
        if (reading == "callback")
        {
            TelemetryReader.Read([path], _ => rows++);
        }
        else
        {
            var options = new TelemetryReadOptions { ReuseRows = reading == "reused" };
            await foreach (var _ in TelemetryReader.ReadAsync(path, options))
                rows++;
        }

        using var process = Process.GetCurrentProcess();
        Write(
            $"  {reading}: peak working set {process.PeakWorkingSet64 / 1024.0 / 1024:F1} MB, {GC.CollectionCount(0)} collections, {GC.GetTotalAllocatedBytes() / 1024.0 / 1024:F1} MB allocated, {rows} rows"
        );
    }

    private static void Write(FormattableString line) => Console.WriteLine(line.ToString(CultureInfo.InvariantCulture));
}
