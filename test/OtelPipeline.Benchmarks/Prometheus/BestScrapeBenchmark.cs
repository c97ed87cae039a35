using System.Diagnostics;
using BenchmarkDotNet.Attributes;

namespace OtelPipeline.Benchmarks.Prometheus;

/// <summary>
/// The figures of <see cref="ScrapeBenchmarks"/> as best times a line, of runs that take turns: on a machine that others load too, a mean says
/// how busy they were. Prints a table and runs once, whatever the tool asks for.
/// </summary>
public class BestScrapeBenchmark
{
    private static bool s_done;

    [Benchmark]
    public void Table()
    {
        if (s_done)
            return;
        s_done = true;
        Console.WriteLine("| series | lines | what | ns a line, best | bytes a scrape |");
        Console.WriteLine("|---|---|---|---|---|");
        foreach (var series in new[] { "counters", "mixed" })
        {
            foreach (var lines in new[] { 1_000, 100_000 })
                Measure(series, lines);
        }
    }

    private static void Measure(string series, int lines)
    {
        var scrape = new ScrapeBenchmarks { Lines = lines, Series = series };
        scrape.Setup();
        (string Name, Action Run)[] runs =
        [
            ("floor", () => scrape.Floor()),
            ("SDK collect only", () => scrape.SdkCollectOnly()),
            ("text", () => scrape.ScrapeText()),
            ("OpenMetrics", () => scrape.ScrapeOpenMetrics()),
            ("protobuf", () => scrape.ScrapeProtobuf()),
        ];
        var best = new long[runs.Length];
        Array.Fill(best, long.MaxValue);
        var allocated = new long[runs.Length];
        var turns = 20_000_000 / lines;
        for (var turn = 0; turn < turns; turn++)
        {
            for (var i = 0; i < runs.Length; i++)
            {
                var bytes = GC.GetAllocatedBytesForCurrentThread();
                var start = Stopwatch.GetTimestamp();
                runs[i].Run();
                best[i] = Math.Min(best[i], Stopwatch.GetTimestamp() - start);
                allocated[i] = GC.GetAllocatedBytesForCurrentThread() - bytes;
            }
        }

        for (var i = 0; i < runs.Length; i++)
        {
            Console.WriteLine(
                FormattableString.Invariant(
                    $"| {series} | {lines} | {runs[i].Name} | {best[i] * 1e9 / Stopwatch.Frequency / lines:0.0} | {allocated[i]} |"
                )
            );
        }

        scrape.Cleanup();
    }
}
