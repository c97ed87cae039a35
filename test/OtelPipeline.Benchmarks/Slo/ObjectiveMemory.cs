using System.Diagnostics;

namespace OtelPipeline.Benchmarks.Slo;

/// <summary>The memory of 1,000 objectives over 30 days, each with events in all of its windows.</summary>
internal static class ObjectiveMemory
{
    private const int Objectives = 1_000;

    public static int Run()
    {
        var before = GC.GetTotalMemory(forceFullCollection: true);
        using var monitor = EndedSpanBenchmarks.Monitor(Objectives, "30d");
        for (var i = 0; i < Objectives; i++)
        {
            var span = EndedSpanBenchmarks.Span($"work-{i}");
            for (var n = 0; n < 300; n++)
                monitor.OnEnd(span, null);
        }

        var watch = Stopwatch.StartNew();
        monitor.Evaluate();
        var evaluation = watch.Elapsed;
        var bytes = GC.GetTotalMemory(forceFullCollection: true) - before;
        GC.KeepAlive(monitor);
        Console.WriteLine($"{Objectives:N0} objectives over 30 d: {bytes / 1e6:N1} MB, {bytes / Objectives:N0} B each; all judged in {evaluation.TotalMilliseconds:N1} ms");
        return 0;
    }
}
