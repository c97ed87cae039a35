using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using OtelPipeline.Parquet;
using OtelPipeline.Testing;

namespace OtelPipeline.Benchmarks.Parquet;

/// <summary>
/// Compares writing and scanning with DuckDB (npm @duckdb/node-api, one thread): the same rows, the same codec, in one run. Of five rounds the best counts;
/// processor time is what a busy machine disturbs least. Usage: <c>-- parquet [rows [folder to keep the files in]]</c>; of more than a million rows,
/// which are a million repeated, only the scan is compared.
/// </summary>
internal static class DuckDbComparison
{
    private const int Rounds = 5;
    private const int MostRowsInMemory = 1_000_000;

    public static int Run(string[] args)
    {
        if (args is ["scan", var scanned])
        {
            Console.WriteLine(JsonSerializer.Serialize(Measure(() => HourSummary.Compute(scanned))));
            return 0;
        }

        var count = args.Length > 0 ? int.Parse(args[0], CultureInfo.InvariantCulture) : MostRowsInMemory;
        var folder =
            args.Length > 1 ? Directory.CreateDirectory(args[1]).FullName : Directory.CreateTempSubdirectory("parquet-bench").FullName;
        try
        {
            var rows = new SpanRows(Math.Min(count, MostRowsInMemory));
            var file = Path.Combine(folder, "ours.parquet");
            if (count > MostRowsInMemory)
                Write(rows, file, new ParquetWriterOptions(), count / MostRowsInMemory);
            else
                CompareWriting(rows, folder, file);
            CompareScanning(file, count);
            return 0;
        }
        finally
        {
            if (args.Length < 2)
                Directory.Delete(folder, recursive: true);
        }
    }

    private static void CompareWriting(SpanRows rows, string folder, string ours)
    {
        var (alike, theirs) = (Path.Combine(folder, "alike.parquet"), Path.Combine(folder, "duckdb.parquet"));
        var write = Measure(() => Write(rows, ours, new ParquetWriterOptions(), 1));
        var writeAlike = Measure(() => Write(rows, alike, new ParquetWriterOptions { PageRows = 100_000, PageBytes = 8 << 20 }, 1));
        var duck = RunProgram("node", ["bench.mjs", "write", ours, theirs, $"{Rounds}"]);

        Console.WriteLine(
            $"| write {rows.Count:N0} rows, ZSTD level 1, one thread | time, ms | processor, ms | rows/s | file, bytes | allocated, B/row |"
        );
        Console.WriteLine("|---|---|---|---|---|---|");
        PrintWrite("ours, pages of 20,000 rows (default)", write, ours, rows.Count);
        PrintWrite("ours, a page per row group as DuckDB", writeAlike, alike, rows.Count);
        PrintWrite("DuckDB COPY, Parquet V2", duck, theirs, rows.Count);
        Console.WriteLine();
        Console.WriteLine(
            $"DuckDB's time over ours: {duck.Elapsed / write.Elapsed:F2} (processor {duck.Processor / write.Processor:F2}); "
                + $"with DuckDB's layout {duck.Elapsed / writeAlike.Elapsed:F2} ({duck.Processor / writeAlike.Processor:F2})"
        );
        Console.WriteLine();
    }

    private static void CompareScanning(string file, int count)
    {
        // processes of their own, so that the peaks of memory are those of the scan
        var ours = RunProgram(Environment.ProcessPath!, [.. HostArguments(), "parquet", "scan", file]);
        var duck = RunProgram("node", ["bench.mjs", "scan", file, $"{Rounds}"]);
        Console.WriteLine($"| scan {count:N0} rows: five columns by hour and node | time, ms | processor, ms | rows/s | peak memory, MB |");
        Console.WriteLine("|---|---|---|---|---|");
        foreach (var (name, timing) in (ReadOnlySpan<(string, Timing)>)[("ours", ours), ("DuckDB", duck)])
            Console.WriteLine(
                $"| {name} | {timing.Elapsed:N0} | {timing.Processor:N0} | {count / timing.Elapsed * 1000:N0} | {timing.Peak / 1048576.0:N0} |"
            );
        Console.WriteLine();
        Console.WriteLine($"DuckDB's time over ours: {duck.Elapsed / ours.Elapsed:F2} (processor {duck.Processor / ours.Processor:F2})");
    }

    /// <summary>Under "dotnet run" the process is dotnet itself, and its first argument the program.</summary>
    private static string[] HostArguments() =>
        Path.GetFileNameWithoutExtension(Environment.ProcessPath) == "dotnet" ? [typeof(DuckDbComparison).Assembly.Location] : [];

    private static void Write(SpanRows rows, string path, ParquetWriterOptions options, int times)
    {
        options.Compression = ParquetCompression.Zstd;
        options.V2Encodings = true;
        using var writer = ParquetWriter.Create(path, SpanRows.Schema, options);
        for (var i = 0; i < times; i++)
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
        var best = new Timing(double.MaxValue, double.MaxValue, 0, 0);
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
                GC.GetAllocatedBytesForCurrentThread() - allocated,
                process.PeakWorkingSet64
            );
        }

        return best;
    }

    private static Timing RunProgram(string program, IEnumerable<string> arguments)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            WorkingDirectory = Path.Combine(RepositoryPaths.Root, "test", "interop-npm"),
            RedirectStandardOutput = true,
        };
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        if (process.ExitCode != 0)
            throw new InvalidOperationException($"{program} ended with {process.ExitCode}; did you run npm ci --prefix test/interop-npm?");
        return JsonSerializer.Deserialize<Timing>(output, JsonSerializerOptions.Web);
    }

    /// <summary>Milliseconds by the clock and of the processor, bytes allocated on the thread, and most bytes in memory.</summary>
    private readonly record struct Timing(double Elapsed, double Processor, long Allocated, long Peak);
}
