using BenchmarkDotNet.Columns;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Running;
using BenchmarkDotNet.Toolchains.InProcess.Emit;
using OtelPipeline.Benchmarks.Cli;
using OtelPipeline.Benchmarks.Core;
using OtelPipeline.Benchmarks.Data;
using OtelPipeline.Benchmarks.Examples;
using OtelPipeline.Benchmarks.Http;
using OtelPipeline.Benchmarks.Jsonl;
using OtelPipeline.Benchmarks.Parquet;
using OtelPipeline.Benchmarks.ParquetExporter;
using OtelPipeline.Benchmarks.Slo;
using OtelPipeline.Benchmarks.TraceQL;
using Perfolizer.Horology;

switch (args)
{
    // core against its raw parts, in turn
    case ["interleaved"]:
        await Interleaved.RunAsync();
        return 0;

    // only the events of what a pipeline leans on
    case ["interleaved", "events"]:
        await Interleaved.EventsAsync();
        return 0;

    // ended spans and objectives
    case ["interleaved", "slo"]:
        await EndedSpanBenchmarks.InterleavedAsync();
        return 0;

    // Polly, a cache and a limiter with and without their line of telemetry
    case ["interleaved", "integrations"]:
        await Integrations.RunAsync();
        return 0;
    // JSON lines against other loggers, in turns
    case ["jsonl", .. var rounds]:
        return JsonlComparison.Run(rounds);
    // what handing a span over costs, apart from what an exporter costs beside it
    case ["handover", .. var rounds]:
        return HandOver.Run(rounds);
    // requests to a local server, with and without telemetry
    case ["http"]:
        await LoopbackComparison.RunAsync();
        return 0;
    // whole programs with and without telemetry
    case ["examples", .. var which]:
        return await ExampleCost.RunAsync(which);

    // what 1,000 objectives take
    case ["slo"]:
        return ObjectiveMemory.Run();

    // the eight objectives over files against sqlite3 and DuckDB
    case ["slo-offline", .. var offline]:
        return OfflineComparison.Run(offline);

    // the comparison with DuckDB, which runs in node beside it
    case ["parquet", .. var rest]:
        return DuckDbComparison.Run(rest);

    // the same spans as JSON lines and as Parquet
    case ["parquet-exporter", .. var sizes]:
        return SizeComparison.Run(sizes);

    // queries over files against DuckDB
    case ["traceql", .. var queries]:
        return QueryComparison.Run(queries);

    // a whole process of otelpipe from start to answer
    case ["start", .. var program]:
        return CommandStart.Run(program);

    // the memory of each command of otelpipe over little and much
    case ["memory", .. var size]:
        return CommandMemory.Run(size);

    // shares of a bare pass by best times, and peak memory: neither is a mean
    case ["read", .. var comparison]:
        return await ReadComparison.Run(comparison);
}

// In this process: the tool's own way builds a project that restores packages again. Many short iterations and their minimum: a machine
// that others use, too, has quiet moments, and what disturbs a measurement only ever makes it longer.
BenchmarkSwitcher
    .FromAssembly(typeof(Program).Assembly)
    .Run(
        args,
        DefaultConfig
            .Instance.AddJob(
                Job.Default.WithToolchain(InProcessEmitToolchain.Instance)
                    .WithLaunchCount(1)
                    .WithWarmupCount(15)
                    .WithIterationCount(20)
                    .WithIterationTime(TimeInterval.FromMilliseconds(150))
            )
            .AddColumn(StatisticColumn.Min)
            .HideColumns(Column.Error, Column.RatioSD, Column.StdDev)
    );
return 0;
