using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using OtelPipeline.Parquet;
using OtelPipeline.Testing;

namespace OtelPipeline.Benchmarks.Parquet;

/// <summary>
/// Compares writing and scanning with DuckDB (npm @duckdb/node-api, one thread): the same rows, the same codec, in one run. Of five rounds the best counts;
/// processor time is what a busy machine disturbs least. Usage: <c>-- parquet [rows [folder to keep the files in]]</c>.
/// </summary>
internal static class DuckDbComparison
{
    private const int Rounds = 5;

    public static int Run(string[] args)
    {
        var count = args.Length > 0 ? int.Parse(args[0], CultureInfo.InvariantCulture) : 1_000_000;
        var folder =
            args.Length > 1 ? Directory.CreateDirectory(args[1]).FullName : Directory.CreateTempSubdirectory("parquet-bench").FullName;
        try
        {
            Compare(count, folder);
            return 0;
        }
        finally
        {
            if (args.Length < 2)
                Directory.Delete(folder, recursive: true);
        }
    }

    private static void Compare(int count, string folder)
    {
        var (ours, alike, theirs) = (
            Path.Combine(folder, "ours.parquet"),
            Path.Combine(folder, "alike.parquet"),
            Path.Combine(folder, "duckdb.parquet")
        );
        var (write, writeAlike) = WriteBoth(count, ours, alike);
        GC.Collect(2, GCCollectionMode.Aggressive, blocking: true);
        var scan = Measure(() => HourSummary.Compute(ours));
        using var process = Process.GetCurrentProcess();
        var peak = process.WorkingSet64;
        var duck = RunDuckDb(ours, theirs);
        var (duckWrite, duckScan) = (Timing.From(duck.GetProperty("write")), Timing.From(duck.GetProperty("scan")));

        Console.WriteLine(
            $"| {count:N0} rows, ZSTD level 1, one thread | time, ms | processor, ms | rows/s | file, bytes | allocated, B/row |"
        );
        Console.WriteLine("|---|---|---|---|---|---|");
        PrintWrite("write, pages of 20,000 rows (default)", write, ours, count);
        PrintWrite("write, one page per row group as DuckDB", writeAlike, alike, count);
        PrintWrite("DuckDB COPY, Parquet V2", duckWrite, theirs, count);
        Console.WriteLine(
            $"| scan of five columns by hour and node | {scan.Elapsed:N0} | {scan.Processor:N0} | {count / scan.Elapsed * 1000:N0} | | {scan.Allocated / (double)count:F1} |"
        );
        Console.WriteLine(
            $"| DuckDB, the same scan of the same file | {duckScan.Elapsed:N0} | {duckScan.Processor:N0} | {count / duckScan.Elapsed * 1000:N0} | | |"
        );
        Console.WriteLine();
        Console.WriteLine(
            $"DuckDB's time over ours: write {duckWrite.Elapsed / write.Elapsed:F2} (processor {duckWrite.Processor / write.Processor:F2}), "
                + $"as DuckDB lays out {duckWrite.Elapsed / writeAlike.Elapsed:F2} ({duckWrite.Processor / writeAlike.Processor:F2}), "
                + $"scan {duckScan.Elapsed / scan.Elapsed:F2} ({duckScan.Processor / scan.Processor:F2}). Working set while scanning: {peak >> 20} MB."
        );
    }

    private static (Timing Default, Timing Alike) WriteBoth(int count, string ours, string alike)
    {
        var rows = new SpanRows(count);
        return (
            Measure(() => Write(rows, ours, new ParquetWriterOptions())),
            Measure(() => Write(rows, alike, new ParquetWriterOptions { PageRows = 100_000, PageBytes = 8 << 20 }))
        );
    }

    private static void Write(SpanRows rows, string path, ParquetWriterOptions options)
    {
        options.Compression = ParquetCompression.Zstd;
        options.V2Encodings = true;
        using var writer = ParquetWriter.Create(path, SpanRows.Schema, options);
        rows.WriteTo(writer);
        writer.Close();
    }

    private static void PrintWrite(string name, Timing timing, string file, int count)
    {
        var allocated = timing.Allocated > 0 ? (timing.Allocated / (double)count).ToString("F2", CultureInfo.InvariantCulture) : "";
        var speed = count / timing.Elapsed * 1000;
        Console.WriteLine(
            $"| {name} | {timing.Elapsed:N0} | {timing.Processor:N0} | {speed:N0} | {new FileInfo(file).Length:N0} | {allocated} |"
        );
    }

    private static Timing Measure(Action action)
    {
        var best = new Timing(double.MaxValue, double.MaxValue, 0);
        using var process = Process.GetCurrentProcess();
        for (var round = 0; round < Rounds; round++)
        {
            var allocated = GC.GetAllocatedBytesForCurrentThread();
            process.Refresh();
            var processor = process.TotalProcessorTime;
            var clock = Stopwatch.GetTimestamp();
            action();
            var elapsed = Stopwatch.GetElapsedTime(clock).TotalMilliseconds;
            process.Refresh();
            best = new Timing(
                Math.Min(best.Elapsed, elapsed),
                Math.Min(best.Processor, (process.TotalProcessorTime - processor).TotalMilliseconds),
                GC.GetAllocatedBytesForCurrentThread() - allocated
            );
        }

        return best;
    }

    private static JsonElement RunDuckDb(string ours, string theirs)
    {
        var start = new ProcessStartInfo("node", ["bench.mjs", ours, theirs, Rounds.ToString(CultureInfo.InvariantCulture)])
        {
            WorkingDirectory = Path.Combine(RepositoryPaths.Root, "test", "interop-npm"),
            RedirectStandardOutput = true,
        };
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        if (process.ExitCode != 0)
            throw new InvalidOperationException(
                $"node bench.mjs ended with {process.ExitCode}; did you run npm ci --prefix test/interop-npm?"
            );
        return JsonDocument.Parse(output).RootElement;
    }

    /// <summary>Milliseconds by the clock and of the processor, and bytes allocated on the thread.</summary>
    private readonly record struct Timing(double Elapsed, double Processor, long Allocated)
    {
        public static Timing From(JsonElement json) =>
            new(json.GetProperty("elapsed").GetDouble(), json.GetProperty("processor").GetDouble(), 0);
    }
}
