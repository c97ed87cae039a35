using System.Diagnostics;
using System.Globalization;

namespace OtelPipeline.Benchmarks.Jsonl;

/// <summary>
/// The benchmarks of JSON lines in turns. A turn is about one file of ten megabytes, so that each writer pays in each turn for a new file, its
/// growth and the deletion of the one before. What the processor spent is printed beside the time: user's and kernel's, all threads.
/// </summary>
internal static class JsonlComparison
{
    private const int WarmUp = 30;

    public static int Run(string[] args)
    {
        var rounds = args.Length > 0 ? int.Parse(args[0], CultureInfo.InvariantCulture) : 200;
        Console.WriteLine("| writer | ns, best turn | ns, median | user | kernel | B | times the time of ours, best | median |");
        Console.WriteLine("|---|---|---|---|---|---|---|---|");
        var flat = new FlatEventBenchmarks();
        flat.Setup();
        Compare(
            44,
            rounds,
            [
                ("Jsonl, flat, `Export`", flat.Jsonl_flat_export),
                ("floor", flat.Floor),
                ("Serilog", flat.Serilog_file_JsonFormatter_buffered),
                ("NLog", flat.NLog_JsonLayout_64KB),
            ]
        );
        flat.Cleanup();
        var calls = new LoggerCallBenchmarks();
        calls.Setup();
        Compare(
            44,
            rounds,
            [
                ("from the call: Jsonl, flat", calls.Jsonl_flat),
                ("SDK, exports nothing", calls.SDK_batch_processor_that_exports_nothing),
                ("Serilog", calls.Serilog_file_JsonFormatter_buffered),
                ("NLog", calls.NLog_JsonLayout_64KB),
            ]
        );
        calls.Cleanup();
        var spans = new OtlpSpanBenchmarks();
        spans.Setup();
        Compare(
            44,
            rounds,
            [
                ("span: Jsonl, OTLP, `Export`", spans.Jsonl_otlp_export),
                ("`Utf8JsonWriter`", spans.Utf8JsonWriter),
                ("Jsonl, flat, `Export`", spans.Jsonl_flat_export),
            ]
        );
        spans.Cleanup();
        return 0;
    }

    private static void Compare(int batches, int rounds, (string Name, Action Run)[] writers)
    {
        double events = batches * SampleEvent.Count;
        var turns = writers.Select(_ => new List<double>()).ToArray();
        var user = new TimeSpan[writers.Length];
        var kernel = new TimeSpan[writers.Length];
        var allocated = new long[writers.Length];
        using var process = Process.GetCurrentProcess();
        for (var round = -WarmUp; round < rounds; round++)
        {
            for (var i = 0; i < writers.Length; i++)
            {
                process.Refresh();
                var (userBefore, kernelBefore) = (process.UserProcessorTime, process.PrivilegedProcessorTime);
                var allocatedBefore = GC.GetTotalAllocatedBytes(precise: true);
                var begin = Stopwatch.GetTimestamp();
                for (var batch = 0; batch < batches; batch++)
                    writers[i].Run();
                var elapsed = Stopwatch.GetElapsedTime(begin);
                if (round < 0)
                    continue;
                turns[i].Add(elapsed.TotalNanoseconds / events);
                allocated[i] += GC.GetTotalAllocatedBytes(precise: true) - allocatedBefore;
                process.Refresh();
                user[i] += process.UserProcessorTime - userBefore;
                kernel[i] += process.PrivilegedProcessorTime - kernelBefore;
            }
        }

        foreach (var times in turns)
            times.Sort();
        for (var i = 0; i < writers.Length; i++)
        {
            var (best, median) = (turns[i][0], turns[i][rounds / 2]);
            Console.WriteLine(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"| {writers[i].Name} | {best:0} | {median:0} | {user[i].TotalNanoseconds / rounds / events:0} | {kernel[i].TotalNanoseconds / rounds / events:0} | {allocated[i] / rounds / events:0.0} | {best / turns[0][0]:0.00} | {median / turns[0][rounds / 2]:0.00} |"
                )
            );
        }
    }
}
