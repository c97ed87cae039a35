using System.Diagnostics;
using System.Reflection;
using Microsoft.Extensions.Logging;
using OpenTelemetry;
using OpenTelemetry.Logs;

namespace OtelPipeline.Benchmarks.Jsonl;

/// <summary>The event of all comparisons: time, level, message, ten properties; and a span with five attributes.</summary>
internal static class SampleEvent
{
    public const int Count = 512;

    public const string Template =
        "Loaded {Dataset} from {Host} in {Elapsed} ms: {Rows} rows, {Bytes} bytes, attempt {Attempt}, cached {Cached}, {Encoding} {Partition} {Owner}";

    public static readonly object[] Values =
    [
        "orders_2026",
        "storage-03.example",
        12.75,
        48211,
        91_823_441L,
        1,
        true,
        "utf-8",
        "2026-11",
        "etl",
    ];

    public static readonly KeyValuePair<string, object?>[] Properties =
    [
        new("Dataset", "orders_2026"),
        new("Host", "storage-03.example"),
        new("Elapsed", 12.75),
        new("Rows", 48211),
        new("Bytes", 91_823_441L),
        new("Attempt", 1),
        new("Cached", true),
        new("Encoding", "utf-8"),
        new("Partition", "2026-11"),
        new("Owner", "etl"),
    ];

    public const string Message =
        "Loaded orders_2026 from storage-03.example in 12.75 ms: 48211 rows, 91823441 bytes, attempt 1, cached True, utf-8 2026-11 etl";

    public static void Log(ILogger logger) =>
        logger.LogInformation(
            "Loaded {Dataset} from {Host} in {Elapsed} ms: {Rows} rows, {Bytes} bytes, attempt {Attempt}, cached {Cached}, {Encoding} {Partition} {Owner}",
            "orders_2026",
            "storage-03.example",
            12.75,
            48211,
            91_823_441L,
            1,
            true,
            "utf-8",
            "2026-11",
            "etl"
        );

    public static void Log(Serilog.ILogger logger) =>
        logger.Information(Template, "orders_2026", "storage-03.example", 12.75, 48211, 91_823_441L, 1, true, "utf-8", "2026-11", "etl");

    public static void Log(NLog.Logger logger) =>
        logger.Info(Template, "orders_2026", "storage-03.example", 12.75, 48211, 91_823_441L, 1, true, "utf-8", "2026-11", "etl");

    /// <summary>Records as a batch processor holds them; the SDK copies one only through an internal method.</summary>
    public static LogRecord[] LogRecords()
    {
        var copies = new List<LogRecord>();
        using (
            var factory = LoggerFactory.Create(builder =>
                builder.AddOpenTelemetry(options =>
                {
                    options.IncludeFormattedMessage = true;
                    options.AddProcessor(new SimpleLogRecordExportProcessor(new Copier(copies)));
                })
            )
        )
        {
            var logger = factory.CreateLogger("OtelPipeline.Sample");
            for (var i = 0; i < Count; i++)
                Log(logger);
        }

        return [.. copies];
    }

    public static Activity[] Spans()
    {
        using var source = new ActivitySource("OtelPipeline.Sample", "1.0.0");
        using var listener = new ActivityListener
        {
            ShouldListenTo = candidate => ReferenceEquals(candidate, source),
            Sample = (ref _) => ActivitySamplingResult.AllDataAndRecorded,
        };
        ActivitySource.AddActivityListener(listener);
        var parent = new ActivityContext(ActivityTraceId.CreateRandom(), ActivitySpanId.CreateRandom(), ActivityTraceFlags.Recorded);
        var spans = new Activity[Count];
        for (var i = 0; i < Count; i++)
        {
            spans[i] = source.StartActivity("node load", ActivityKind.Internal, parent)!;
            for (var p = 0; p < 5; p++)
                spans[i].AddTag(Properties[p].Key, Properties[p].Value);
            spans[i].Stop();
        }

        return spans;
    }

    private sealed class Copier(List<LogRecord> copies) : BaseExporter<LogRecord>
    {
        private static readonly MethodInfo Copy = typeof(LogRecord).GetMethod("Copy", BindingFlags.Instance | BindingFlags.NonPublic)!;

        public override ExportResult Export(in Batch<LogRecord> batch)
        {
            foreach (var record in batch)
                copies.Add((LogRecord)Copy.Invoke(record, null)!);
            return ExportResult.Success;
        }
    }
}
