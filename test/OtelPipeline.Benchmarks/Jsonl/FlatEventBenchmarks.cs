using BenchmarkDotNet.Attributes;
using NLog;
using NLog.Layouts;
using NLog.Targets;
using OpenTelemetry;
using OpenTelemetry.Logs;
using OtelPipeline.Exporter.Jsonl;
using OtelPipeline.Exporter.Jsonl.Formats;
using Serilog;
using Serilog.Events;
using Serilog.Formatting.Json;
using Serilog.Parsing;

namespace OtelPipeline.Benchmarks.Jsonl;

/// <summary>Formatting and writing alone: every writer gets the event in its own form, made beforehand.</summary>
[MemoryDiagnoser]
[WarmupCount(20), IterationCount(30), IterationTime(100)]
[MinColumn, MedianColumn]
public class FlatEventBenchmarks
{
    private readonly BenchmarkFolder _folder = new();
    private LogRecord[] _records = [];
    private JsonlExporter<LogRecord> _exporter = null!;
    private HandFormatted _hand = null!;
    private Serilog.Core.Logger _serilog = null!;
    private LogEvent[] _serilogEvents = [];
    private LogFactory _nlogFactory = null!;
    private Logger _nlog = null!;
    private LogEventInfo[] _nlogEvents = [];

    [GlobalSetup]
    public void Setup()
    {
        _records = SampleEvent.LogRecords();
        _exporter = _folder.Exporter("flat", JsonlSignal.Logs, new FlatLogFormat(TimeProvider.System, text: false));
        _hand = new HandFormatted(Path.Combine(_folder.Path, "hand.jsonl"));
        _serilog = Loggers.Serilog(_folder.Path);
        (_nlogFactory, _nlog) = Loggers.NLog(_folder.Path);
        var template = new MessageTemplateParser().Parse(SampleEvent.Template);
        _serilogEvents =
        [
            .. _records.Select(record => new LogEvent(
                record.Timestamp,
                LogEventLevel.Information,
                null,
                template,
                SampleEvent.Properties.Select(item => new LogEventProperty(item.Key, new ScalarValue(item.Value)))
            )),
        ];
        _nlogEvents =
        [
            .. _records.Select(record =>
            {
                var info = new LogEventInfo(LogLevel.Info, "OtelPipeline.Sample", SampleEvent.Message) { TimeStamp = record.Timestamp };
                foreach (var (key, value) in SampleEvent.Properties)
                    info.Properties[key] = value;
                return info;
            }),
        ];
    }

    [Benchmark(Baseline = true, OperationsPerInvoke = SampleEvent.Count)]
    public void Floor()
    {
        foreach (var record in _records)
            _hand.Write(record.Timestamp, "Information", SampleEvent.Message, "OtelPipeline.Sample", 80, SampleEvent.Properties);
        _hand.Flush();
    }

    [Benchmark(OperationsPerInvoke = SampleEvent.Count)]
    public void Jsonl_flat_export() => _exporter.Export(new Batch<LogRecord>(_records, _records.Length));

    [Benchmark(OperationsPerInvoke = SampleEvent.Count)]
    public void Serilog_file_JsonFormatter_buffered()
    {
        foreach (var item in _serilogEvents)
            _serilog.Write(item);
    }

    [Benchmark(OperationsPerInvoke = SampleEvent.Count)]
    public void NLog_JsonLayout_64KB()
    {
        foreach (var item in _nlogEvents)
            _nlog.Log(item);
    }

    [GlobalCleanup]
    public void Cleanup()
    {
        _exporter.Dispose();
        _hand.Dispose();
        _serilog.Dispose();
        _nlogFactory.Dispose();
        _folder.Dispose();
    }
}

/// <summary>The two other loggers, each as fast as its documentation says to set it up.</summary>
internal static class Loggers
{
    public static Serilog.Core.Logger Serilog(string folder) =>
        new LoggerConfiguration()
            .WriteTo.File(
                new JsonFormatter(),
                Path.Combine(folder, "serilog.jsonl"),
                fileSizeLimitBytes: 10_000_000,
                buffered: true,
                rollOnFileSizeLimit: true,
                retainedFileCountLimit: 2
            )
            .CreateLogger();

    public static (LogFactory Factory, Logger Logger) NLog(string folder)
    {
        var layout = new JsonLayout { IncludeEventProperties = false };
        layout.Attributes.Add(new JsonAttribute("timestamp", "${date:format=o:universalTime=true}"));
        layout.Attributes.Add(new JsonAttribute("level", "${level}"));
        layout.Attributes.Add(new JsonAttribute("message", "${message}"));
        layout.Attributes.Add(new JsonAttribute("category", "${logger}"));
        layout.Attributes.Add(new JsonAttribute("attributes", new JsonLayout { IncludeEventProperties = true }, encode: false));
        var target = new FileTarget("file")
        {
            FileName = Path.Combine(folder, "nlog.jsonl"),
            Layout = layout,
            BufferSize = 64 * 1024,
            AutoFlush = false,
            KeepFileOpen = true,
            ArchiveAboveSize = 10_000_000,
            MaxArchiveFiles = 1,
        };
        var factory = new LogFactory();
        var configuration = new NLog.Config.LoggingConfiguration(factory);
        configuration.AddRuleForAllLevels(target);
        factory.Configuration = configuration;
        return (factory, factory.GetLogger("OtelPipeline.Sample"));
    }
}
