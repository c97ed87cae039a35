using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Threading.RateLimiting;
using Microsoft.Extensions.Caching.Memory;
using OpenTelemetry;
using OpenTelemetry.Metrics;
using OpenTelemetry.Trace;
using OtelPipeline.Signals;
using Polly;
using Polly.Retry;
using Polly.Telemetry;

namespace OtelPipeline.Benchmarks.Core;

/// <summary>What one line of telemetry adds to a Polly execution with a retry, a cache request and a lease: with and without, in turns of a millisecond.</summary>
internal static class Integrations
{
    private const int Rounds = 3_000;

    public static async Task RunAsync()
    {
        foreach (var isObserved in new[] { false, true })
        {
            Console.WriteLine(isObserved ? "SDK: spans, metrics; inside a node" : "nobody listens");
            using var metrics = isObserved
                ? Sdk.CreateMeterProviderBuilder()
                    .AddMeter(PipelineSources.Meter, Counting.MeterName)
                    .AddReader(new BaseExportingMetricReader(new NoExporter()))
                    .Build()
                : null;
            using var tracing = isObserved ? Sdk.CreateTracerProviderBuilder().AddSource(PipelineSources.ActivitySource).Build() : null;
            await new Pipeline("integrations").RunAsync(run => run.NodeAsync("n", NodeType.Source, _ => CompareAllAsync()));
        }
    }

    private static async Task CompareAllAsync()
    {
        await PollyAsync("retry of an async method that threw", static async () => await Task.FromException<int>(new IOException("torn")));
        await PollyAsync("retry of a method that waited for its turn and threw", ThrowLaterAsync);
        await PollyAsync("retry of a method that threw", static () => throw new IOException("torn"));
        await PollyAsync("retry of a result", static () => ValueTask.FromResult(-1));
        await CacheAsync();
        await LimiterAsync();
    }

    private static async ValueTask<int> ThrowLaterAsync()
    {
        await Task.Yield();
        throw new IOException("torn");
    }

    private static async Task PollyAsync(string what, Func<ValueTask<int>> fail)
    {
        var plain = Build(new ResiliencePipelineBuilder<int>());
        var observed = Build(new ResiliencePipelineBuilder<int>().AddPipelineTelemetry("origin"));
        var floor = Build(new ResiliencePipelineBuilder<int> { TelemetryListener = new Silent() });
        var counting = Build(new ResiliencePipelineBuilder<int> { TelemetryListener = new Counting() });
        await CompareAsync(what, 200, (plain, fail), (observed, fail), Execute);
        await CompareAsync("  with a listener that does nothing", 200, (plain, fail), (floor, fail), Execute);
        await CompareAsync("  with one that only counts retries", 200, (plain, fail), (counting, fail), Execute);

        static async Task Execute((ResiliencePipeline<int>, Func<ValueTask<int>>) s)
        {
            for (var i = 0; i < 200; i++)
            {
                var fails = true;
                await s.Item1.ExecuteAsync(_ =>
                {
                    if (!fails)
                        return ValueTask.FromResult(1);
                    fails = false;
                    return s.Item2();
                });
            }
        }

        static ResiliencePipeline<int> Build(ResiliencePipelineBuilder<int> builder) =>
            builder
                .AddRetry(
                    new RetryStrategyOptions<int>
                    {
                        ShouldHandle = static a =>
                            a.Outcome is { Exception: IOException } or { Result: < 0 } ? PredicateResult.True() : PredicateResult.False(),
                        Delay = TimeSpan.Zero,
                    }
                )
                .Build();
    }

    private static async Task CacheAsync()
    {
        using var memory = new MemoryCache(new MemoryCacheOptions());
        using var observed = memory.AddPipelineTelemetry("metadata");
        memory.Set("key", "value");
        await CompareAsync(
            "hit of a memory cache",
            5_000,
            memory,
            observed,
            static cache =>
            {
                for (var i = 0; i < 5_000; i++)
                    cache.TryGetValue("key", out object? _);
                return Task.CompletedTask;
            }
        );
    }

    private static async Task LimiterAsync()
    {
        using var plain = Limiter();
        using var observed = Limiter().AddPipelineTelemetry("api.crossref");
        await CompareAsync(
            "lease of a concurrency limiter",
            5_000,
            plain,
            observed,
            static async limiter =>
            {
                for (var i = 0; i < 5_000; i++)
                    (await limiter.AcquireAsync()).Dispose();
            }
        );

        static RateLimiter Limiter() => new ConcurrencyLimiter(new ConcurrencyLimiterOptions { PermitLimit = 10 });
    }

    private static async Task CompareAsync<T>(string what, int operations, T plain, T observed, Func<T, Task> run)
    {
        var quickest = (Plain: TimeSpan.MaxValue, Observed: TimeSpan.MaxValue);
        var bytes = (Plain: 0L, Observed: 0L);
        for (var round = 0; round < Rounds; round++)
        {
            var (time, allocated) = await MeasureAsync(run, plain);
            if (round > Rounds / 4 && time < quickest.Plain)
                quickest.Plain = time;
            bytes.Plain = allocated;
            (time, allocated) = await MeasureAsync(run, observed);
            if (round > Rounds / 4 && time < quickest.Observed)
                quickest.Observed = time;
            bytes.Observed = allocated;
        }

        Console.WriteLine(
            $"{what, -38} {quickest.Plain.TotalNanoseconds / operations, 8:0.0} ns {bytes.Plain / operations, 5} B   {quickest.Observed.TotalNanoseconds / operations, 8:0.0} ns {bytes.Observed / operations, 5} B   {quickest.Observed / quickest.Plain:0.000}"
        );
    }

    private static async Task<(TimeSpan, long)> MeasureAsync<T>(Func<T, Task> run, T with)
    {
        var allocated = GC.GetTotalAllocatedBytes(precise: true);
        var startedAt = Stopwatch.GetTimestamp();
        await run(with);
        return (Stopwatch.GetElapsedTime(startedAt), GC.GetTotalAllocatedBytes(precise: true) - allocated);
    }

    private sealed class Silent : TelemetryListener
    {
        public override void Write<TResult, TArgs>(in TelemetryEventArguments<TResult, TArgs> args) { }
    }

    /// <summary>What one writes who wants the retries as a metric and nothing else.</summary>
    private sealed class Counting : TelemetryListener
    {
        public const string MeterName = "RawRetries";

        private static readonly Counter<long> s_retries = new Meter(MeterName).CreateCounter<long>("retries");

        public override void Write<TResult, TArgs>(in TelemetryEventArguments<TResult, TArgs> args)
        {
            if (args.Event.EventName == "OnRetry")
                s_retries.Add(
                    1,
                    new(PipelineAttributes.PipelineName, "integrations"),
                    new(PipelineAttributes.NodeName, "n"),
                    new(PipelineAttributes.ErrorType, args.Outcome?.Exception?.GetType().FullName)
                );
        }
    }

    private sealed class NoExporter : BaseExporter<Metric>
    {
        public override ExportResult Export(in Batch<Metric> batch) => ExportResult.Success;
    }
}
