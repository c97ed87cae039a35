using Microsoft.Extensions.Logging;
using OpenTelemetry;
using OpenTelemetry.Logs;
using OpenTelemetry.Metrics;
using OpenTelemetry.Trace;

namespace OtelPipeline.Interop.Tests;

/// <summary>The metrics that pipelines emit which use everything there is, as Prometheus would hold them.</summary>
internal static class EmittedMetrics
{
    private static readonly Lazy<Task<Dictionary<string, PrometheusMetric>>> s_all = new(CollectAsync);

    public static Task<Dictionary<string, PrometheusMetric>> AllAsync() => s_all.Value;

    private static async Task<Dictionary<string, PrometheusMetric>> CollectAsync()
    {
        var seen = new Dictionary<string, PrometheusMetric>();
        var directory = Path.Combine(Workshop.Root, "metrics");
        Directory.CreateDirectory(directory);
        var occupied = Path.Combine(directory, "a-file-is-no-folder");
        await File.WriteAllTextAsync(occupied, "");
        using (
            var sdk = OpenTelemetrySdk.Create(otel =>
                otel.UsePipelineInstrumentation()
                    .UseJsonlExporter(directory)
                    .UseJsonlExporter(occupied) // whose losses are counted
                    .WithMetrics(metrics =>
                        metrics.AddReader(new PeriodicExportingMetricReader(new PrometheusMetric.Collector(seen), Timeout.Infinite))
                    )
            )
        )
        {
            await SucceedAsync();
            await FailAsync();
            await BreakTelemetryAsync();

            // the exporters count what they did only when they have done it
            sdk.TracerProvider.ForceFlush();
            sdk.LoggerProvider.ForceFlush();
            sdk.MeterProvider.ForceFlush();
            sdk.MeterProvider.ForceFlush();
        }

        return seen;
    }

    private static Task SucceedAsync() =>
        new Pipeline("everything", new PipelineOptions { MeasureCpuTime = true }).RunAsync(async run =>
        {
            await run.NodeAsync(
                "work",
                NodeType.Transform,
                async node =>
                {
                    node.Engine = "hand";
                    node.Queued(TimeSpan.FromMilliseconds(3));
                    node.Records(read: 10, written: 6, filtered: 2, rejected: 1, deduplicated: 1);
                    node.Bytes(read: 1000, written: 600);
                    node.Batch(10);
                    await node.RetryAsync(
                        attempt => attempt == 1 ? throw new IOException("not yet") : Task.CompletedTask,
                        delay: TimeSpan.Zero
                    );
                }
            );
            await run.ItemAsync(
                "one",
                item =>
                {
                    item.FirstResult();
                    return Task.CompletedTask;
                }
            );
            run.Check("some_failed", passed: false, actual: 3, limit: 0, failedRecords: 3);
            run.Dataset("orders").Wrote(6, 600);
            run.Checkpoint("halfway", 100, TimeSpan.FromMilliseconds(2));
            run.Warn("odd");
        });

    private static async Task FailAsync()
    {
        try
        {
            await new Pipeline("failing").RunAsync(run =>
                run.NodeAsync("break", NodeType.Sink, Task (_) => throw new InvalidDataException("broken"))
            );
        }
        catch (InvalidDataException)
        {
            // what was thrown is not the point here; that it was counted is
        }
    }

    private static Task BreakTelemetryAsync() =>
        new Pipeline("broken_logger", loggerFactory: new BrokenLoggers()).RunAsync(_ => Task.CompletedTask);

    private sealed class BrokenLoggers : ILoggerFactory, ILogger
    {
        public ILogger CreateLogger(string categoryName) => this;

        public bool IsEnabled(LogLevel logLevel) => true;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public void Log<TState>(
            LogLevel logLevel,
            EventId eventId,
            TState state,
            Exception? exception,
            Func<TState, Exception?, string> formatter
        ) => throw new InvalidOperationException("a broken logger");

        public void AddProvider(ILoggerProvider provider) { }

        public void Dispose() { }
    }
}
