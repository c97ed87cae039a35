using System.Diagnostics;
using OpenTelemetry;
using OpenTelemetry.Trace;
using OtelPipeline.Signals;

namespace OtelPipeline.Benchmarks.Core;

/// <summary>
/// The same benchmarks in turns of a millisecond, and the quickest turn of each: on a machine that others use, too, the ratio of two means that
/// were measured a minute apart says more about the neighbours than about the code.
/// </summary>
internal static class Interleaved
{
    private const int Rounds = 4_000;

    public static async Task RunAsync()
    {
        var observed = new ObservedBenchmarks();
        observed.Start();
        await CompareAsync(
            1_000,
            [
                ("Raw", observed.Raw),
                ("NodeAsync", observed.NodeAsync),
                ("StartNode", observed.StartNode),
                ("NodeAsyncLogged", observed.NodeAsyncLogged),
            ]
        );
        observed.End();
        var unobserved = new UnobservedBenchmarks();
        unobserved.Start();
        await CompareAsync(
            10_000,
            [
                ("PlainCall", () => Repeat(() => unobserved.PlainCall())),
                ("NodeAsync", () => Repeat(() => unobserved.NodeAsync())),
                ("StartNode", () => Repeat(unobserved.StartNode)),
                ("Records", () => Repeat(unobserved.Records)),
                ("Check", () => Repeat(() => unobserved.Check())),
                ("Dataset", () => Repeat(unobserved.Dataset)),
            ]
        );
        unobserved.End();
        await EventsAsync();
    }

    /// <summary>Events of what a pipeline leans on, unobserved and then under the SDK.</summary>
    public static async Task EventsAsync()
    {
        foreach (var isObserved in new[] { false, true })
        {
            var events = new EventBenchmarks { IsObserved = isObserved };
            events.Start();
            await CompareAsync(
                10_000,
                [
                    ("Counter", () => Repeat(events.RawCounter)),
                    ("(no event)", () => Repeat(static () => { })),
                    ("CacheHit", () => Repeat(events.CacheHit)),
                    ("StoreBytes", () => Repeat(events.StoreBytes)),
                    ("SegmentWritten", () => Repeat(events.SegmentWritten)),
                    ("BreakerSame", () => Repeat(events.BreakerSameState)),
                ]
            );
            await CompareAsync(
                10_000,
                [
                    ("Counter+Histogr.", () => Repeat(events.RawCounterAndHistogram)),
                    ("LimiterAcquired", () => Repeat(events.LimiterAcquired)),
                ]
            );
            await CompareAsync(
                10_000,
                [
                    ("  of four tags", () => Repeat(events.RawCounterAndHistogramOf4)),
                    ("FallbackAttempt", () => Repeat(events.FallbackAttempted)),
                ]
            );
            await CompareAsync(
                10_000,
                [("RawHandle", () => Repeat(() => events.RawHandle())), ("BrokerHandle", () => Repeat(() => events.BrokerHandle()))]
            );
            await CompareAsync(10_000, [("RawPoll", () => Repeat(events.RawPoll)), ("Polled", () => Repeat(events.Polled))]);
            if (isObserved)
                await InNodeAsync(events);
            events.End();
        }
    }

    // traced: a hit also counts in the totals of the node that makes it
    private static async Task InNodeAsync(EventBenchmarks events)
    {
        using var tracing = Sdk.CreateTracerProviderBuilder().AddSource(PipelineSources.ActivitySource).Build();
        await new Pipeline("events").RunAsync(run =>
            run.NodeAsync(
                "lookup",
                NodeType.Source,
                _ =>
                {
                    EventBenchmarks.CountHere();
                    return CompareAsync(
                        10_000,
                        [
                            ("Counter", () => Repeat(events.RawCounter)),
                            ("  and a total", () => Repeat(events.RawCounterAndTotal)),
                            ("Hit in a node", () => Repeat(events.CacheHit)),
                        ]
                    );
                }
            )
        );
    }

    private static Task Repeat(Action action)
    {
        for (var i = 0; i < 10_000; i++)
            action();
        return Task.CompletedTask;
    }

    public static async Task CompareAsync(int operations, (string Name, Func<Task> Run)[] benchmarks)
    {
        var turns = benchmarks.Select(static _ => new List<TimeSpan>(Rounds)).ToArray();
        for (var round = 0; round < Rounds; round++)
        {
            for (var i = 0; i < benchmarks.Length; i++)
            {
                var startedAt = Stopwatch.GetTimestamp();
                await benchmarks[i].Run();
                var elapsed = Stopwatch.GetElapsedTime(startedAt);

                // the first rounds are for the compiler
                if (round > Rounds / 4)
                    turns[i].Add(elapsed);
            }
        }

        foreach (var t in turns)
            t.Sort();
        for (var i = 0; i < benchmarks.Length; i++)
        {
            var (quickest, median) = (turns[i][0], turns[i][turns[i].Count / 2]);
            Console.WriteLine(
                $"{benchmarks[i].Name, -16} {quickest.TotalNanoseconds / operations, 8:0.0} ns   {quickest / turns[0][0]:0.00}   median {median.TotalNanoseconds / operations, 8:0.0} ns   {median / turns[0][turns[0].Count / 2]:0.00}"
            );
        }

        Console.WriteLine();
    }
}
