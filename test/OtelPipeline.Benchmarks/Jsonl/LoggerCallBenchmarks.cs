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
[WarmupCount(20), IterationCount(30), IterationTime(100)]
[MinColumn, MedianColumn]
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
    private Counted _export = null!;
    private Counted _sdkExport = null!;

    [GlobalSetup]
    public void Setup()
    {
        _export = new Counted(_folder.Exporter("flat", JsonlSignal.Logs, new FlatLogFormat(TimeProvider.System, text: false)));
        _jsonl = Sdk(_export, flat: true);
        _sdkExport = new Counted(null);
        _sdkAlone = Sdk(_sdkExport, flat: false);
        _serilog = Loggers.Serilog(_folder.Path);
        (_nlogFactory, _nlog) = Loggers.NLog(_folder.Path);
        _jsonlLogger = _jsonl.CreateLogger("OtelPipeline.Sample");
        _sdkLogger = _sdkAlone.CreateLogger("OtelPipeline.Sample");
    }

    private static ILoggerFactory Sdk(BaseExporter<LogRecord> exporter, bool flat) =>
        LoggerFactory.Create(builder =>
            builder.AddOpenTelemetry(options =>
            {
                options.IncludeFormattedMessage = true;
                options.AddProcessor(
                    flat ? new FlatLogProcessor(exporter, 2048, 5000, 30_000, 512) : new BatchLogRecordExportProcessor(exporter)
                );
            })
        );

    [Benchmark(Baseline = true, OperationsPerInvoke = SampleEvent.Count)]
    public void SDK_batch_processor_that_exports_nothing()
    {
        for (var i = 0; i < SampleEvent.Count; i++)
            SampleEvent.Log(_sdkLogger);
        _sdkExport.WaitForAll();
    }

    [Benchmark(OperationsPerInvoke = SampleEvent.Count)]
    public void Jsonl_flat()
    {
        for (var i = 0; i < SampleEvent.Count; i++)
            SampleEvent.Log(_jsonlLogger);
        _export.WaitForAll();
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

    /// <summary>Counts what has been exported, to nowhere or by another exporter; a full batch wakes the SDK's worker at once.</summary>
    private sealed class Counted(BaseExporter<LogRecord>? exporter) : BaseExporter<LogRecord>
    {
        private long _exported;
        private long _expected;

        public override ExportResult Export(in Batch<LogRecord> batch)
        {
            var count = batch.Count;
            if (exporter is not null)
                exporter.Export(in batch);
            else
                foreach (var _ in batch) { }
            Interlocked.Add(ref _exported, count);
            return ExportResult.Success;
        }

        public void WaitForAll()
        {
            _expected += SampleEvent.Count;
            var wait = new SpinWait();
            while (Interlocked.Read(ref _exported) < _expected)
                wait.SpinOnce();
        }
    }
}
