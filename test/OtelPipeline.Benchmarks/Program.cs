using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Running;
using BenchmarkDotNet.Toolchains.InProcess.Emit;
using OtelPipeline.Benchmarks.Data;
using OtelPipeline.Benchmarks.Parquet;

// the comparison with DuckDB runs node beside it
if (args is ["parquet", .. var rest])
    return DuckDbComparison.Run(rest);

// shares of a bare pass by best times, and peak memory: neither is a mean
if (args is ["read", .. var comparison])
    return await ReadComparison.Run(comparison);

// dotnet run -c Release --project test/OtelPipeline.Benchmarks -- --filter '*Core*'
// In this process: the tool's own way builds a project that restores packages again.
BenchmarkSwitcher
    .FromAssembly(typeof(Program).Assembly)
    .Run(args, DefaultConfig.Instance.AddJob(Job.ShortRun.WithToolchain(InProcessEmitToolchain.Instance)));
return 0;
