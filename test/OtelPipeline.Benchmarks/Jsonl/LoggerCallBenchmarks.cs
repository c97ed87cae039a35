using BenchmarkDotNet.Attributes;
using Microsoft.Extensions.Logging;
using NLog;
using OpenTelemetry;
using OpenTelemetry.Logs;
using OtelPipeline.Exporter.Jsonl;
using OtelPipeline.Exporter.Jsonl.Formats;
using ILogger = Microsoft.Extensions.Logging.ILogger;

namespace OtelPipeline.Benchmarks.Jsonl;

/// <summary>
/// From the logging call to the file: <c>ILogger</c> and the SDK's batch processor for ours, measured to the end of the export; the loggers'
/// own calls, which write on the calling thread, for the others.
/// </summary>
[MemoryDiagnoser]
public class LoggerCallBenchmarks
{
    private readonly BenchmarkFolder _folder = new();
    private ILoggerFactory _jsonl = null!;
    private Serilog.Core.Logger _serilog = null!;
    private Logger _nlog = null!;
    private ILoggerFactory _sdkAlone = null!;
    private LogFactory _nlogFactory = null!;
    private ILogger _jsonlLogger = null!;
    private ILogger _sdkLogger = null!;
    private BaseProcessor<LogRecord> _batch = null!;
    private BaseProcessor<LogRecord> _sdkBatch = null!;

    [GlobalSetup]
    public void Setup()
    {
        _batch = new BatchLogRecordExportProcessor(
            _folder.Exporter("flat", JsonlSignal.Logs, new FlatLogFormat(TimeProvider.System, text: false))
        );
        _jsonl = Sdk(_batch);
        _sdkBatch = new BatchLogRecordExportProcessor(new Nothing());
        _sdkAlone = Sdk(_sdkBatch);
        _serilog = Loggers.Serilog(_folder.Path);
        (_nlogFactory, _nlog) = Loggers.NLog(_folder.Path);
        _jsonlLogger = _jsonl.CreateLogger("OtelPipeline.Sample");
        _sdkLogger = _sdkAlone.CreateLogger("OtelPipeline.Sample");
    }

    private static ILoggerFactory Sdk(BaseProcessor<LogRecord> processor) =>
        LoggerFactory.Create(builder =>
            builder.AddOpenTelemetry(options =>
            {
                options.IncludeFormattedMessage = true;
                options.AddProcessor(processor);
            })
        );

    [Benchmark(Baseline = true, OperationsPerInvoke = SampleEvent.Count)]
    public void SDK_batch_processor_that_exports_nothing()
    {
        for (var i = 0; i < SampleEvent.Count; i++)
            SampleEvent.Log(_sdkLogger);
        _sdkBatch.ForceFlush();
    }

    [Benchmark(OperationsPerInvoke = SampleEvent.Count)]
    public void Jsonl_flat()
    {
        for (var i = 0; i < SampleEvent.Count; i++)
            SampleEvent.Log(_jsonlLogger);
        _batch.ForceFlush();
    }

    [Benchmark(OperationsPerInvoke = SampleEvent.Count)]
    public void Serilog_file_JsonFormatter_buffered()
    {
        for (var i = 0; i < SampleEvent.Count; i++)
            SampleEvent.Log(_serilog);
    }

    [Benchmark(OperationsPerInvoke = SampleEvent.Count)]
    public void NLog_JsonLayout_64KB()
    {
        for (var i = 0; i < SampleEvent.Count; i++)
            SampleEvent.Log(_nlog);
    }

    [GlobalCleanup]
    public void Cleanup()
    {
        _jsonl.Dispose();
        _sdkAlone.Dispose();
        _serilog.Dispose();
        _nlogFactory.Dispose();
        _folder.Dispose();
    }

    private sealed class Nothing : BaseExporter<LogRecord>
    {
        public override ExportResult Export(in Batch<LogRecord> batch)
        {
            foreach (var _ in batch) { }

            return ExportResult.Success;
        }
    }
}
