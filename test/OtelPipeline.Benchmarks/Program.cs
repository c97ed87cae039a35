using BenchmarkDotNet.Running;
using OtelPipeline.Benchmarks.Parquet;

if (args is ["parquet", .. var rest])
    return DuckDbComparison.Run(rest);
BenchmarkSwitcher.FromAssembly(typeof(Program).Assembly).Run(args);
return 0;
