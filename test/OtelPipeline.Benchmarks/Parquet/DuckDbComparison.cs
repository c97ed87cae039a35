using System.Diagnostics;
using System.Text.Json;
using OtelPipeline.Parquet;
using OtelPipeline.Testing;

namespace OtelPipeline.Benchmarks.Parquet;

/// <summary>
/// Compares writing and scanning with DuckDB (npm @duckdb/node-api, one thread): the same rows, the same codec, in one run.
/// Usage: <c>-- parquet [rows [folder to keep the files in]]</c>.
/// </summary>
internal static class DuckDbComparison
{
    private const int Rounds = 5;

    public static int Run(string[] args)
    {
        var count = args.Length > 0 ? int.Parse(args[0], System.Globalization.CultureInfo.InvariantCulture) : 1_000_000;
        var folder = args.Length > 1 ? Directory.CreateDirectory(args[1]).FullName : Directory.CreateTempSubdirectory("parquet-bench").FullName;
        try
        {
            var ours = Path.Combine(folder, "ours.parquet");
            var (milliseconds, allocated) = Write(count, ours);
            GC.Collect();
            var duck = RunDuckDb(ours, Path.Combine(folder, "duckdb.parquet"));
            var (scan, peak) = Scan(ours);
            var size = new FileInfo(ours).Length;
            Console.WriteLine($"| {count:N0} rows, ZSTD level 1, one thread | OtelPipeline.Parquet | DuckDB | ratio |");
            Console.WriteLine("|---|---|---|---|");
            var duckWrite = duck.GetProperty("write").GetDouble();
            Console.WriteLine($"| write, ms | {milliseconds:N0} | {duckWrite:N0} | {duckWrite / milliseconds:F2} |");
            Console.WriteLine($"| write, rows/s | {count / milliseconds * 1000:N0} | {count / duckWrite * 1000:N0} | |");
            var duckSize = duck.GetProperty("size").GetDouble();
            Console.WriteLine($"| file, bytes | {size:N0} | {duckSize:N0} (V2) | {duckSize / size:F2} |");
            Console.WriteLine($"| allocated, bytes per row | {allocated / (double)count:F2} | | |");
            var duckScan = duck.GetProperty("scan").GetDouble();
            Console.WriteLine($"| scan of five columns by hour and node, ms | {scan:N0} | {duckScan:N0} | {duckScan / scan:F2} |");
            Console.WriteLine($"| working set after the scan, MB | {peak / 1048576.0:N0} | | |");
            return 0;
        }
        finally
        {
            if (args.Length < 2)
                Directory.Delete(folder, recursive: true);
        }
    }

    private static (double Milliseconds, long Allocated) Write(int count, string path)
    {
        var rows = new SpanRows(count);
        var options = new ParquetWriterOptions { Compression = ParquetCompression.Zstd, V2Encodings = true };
        var best = double.MaxValue;
        long allocated = 0;
        for (var round = 0; round < Rounds; round++)
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            var clock = Stopwatch.GetTimestamp();
            using (var writer = ParquetWriter.Create(path, SpanRows.Schema, options))
            {
                rows.WriteTo(writer);
                writer.Close();
            }

            best = Math.Min(best, Stopwatch.GetElapsedTime(clock).TotalMilliseconds);
            allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        }

        return (best, allocated);
    }

    private static (double Milliseconds, long Peak) Scan(string path)
    {
        var best = double.MaxValue;
        for (var round = 0; round < Rounds; round++)
        {
            var clock = Stopwatch.GetTimestamp();
            var groups = HourSummary.Compute(path);
            best = Math.Min(best, Stopwatch.GetElapsedTime(clock).TotalMilliseconds);
            if (round == 0)
                Console.Error.WriteLine($"{groups.Count} groups, first: {groups[0]}");
        }

        return (best, Process.GetCurrentProcess().WorkingSet64);
    }

    private static JsonElement RunDuckDb(string ours, string theirs)
    {
        var start = new ProcessStartInfo("node", ["bench.mjs", ours, theirs, Rounds.ToString(System.Globalization.CultureInfo.InvariantCulture)])
        {
            WorkingDirectory = Path.Combine(RepositoryPaths.Root, "test", "interop-npm"),
            RedirectStandardOutput = true,
        };
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        if (process.ExitCode != 0)
            throw new InvalidOperationException($"node bench.mjs ended with {process.ExitCode}; did you run npm ci --prefix test/interop-npm?");
        return JsonDocument.Parse(output).RootElement;
    }
}
