using System.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using OpenTelemetry;
using OpenTelemetry.Logs;
using OpenTelemetry.Metrics;
using OpenTelemetry.Trace;
using OtelPipeline.Testing;

namespace OtelPipeline.Slo.Tests.Live;

/// <summary>A real SDK with objectives, a clock of its own, and what comes out of it.</summary>
internal sealed class LiveSdk : IDisposable
{
    public static readonly ActivitySource Source = new("Work");

    private readonly string _directory = Directory.CreateTempSubdirectory("slo-live").FullName;
    private readonly OpenTelemetrySdk _sdk;

    public LiveSdk(
        string definition,
        Action<IOpenTelemetryBuilder>? configure = null,
        Action<SloOptions>? options = null,
        FakeTimeProvider? time = null,
        bool first = false
    )
    {
        Time = time ?? new FakeTimeProvider(Rows.Start);
        File.WriteAllText(DefinitionPath, definition);
        _sdk = OpenTelemetrySdk.Create(otel =>
        {
            otel.Services.AddSingleton<TimeProvider>(Time);
            if (first)
                Use(otel, options);
            otel.UsePipelineInstrumentation();
            otel.WithTracing(tracing =>
            {
                tracing.AddSource("Work");
                tracing.AddProcessor(new SimpleActivityExportProcessor(new SpanExporter(this)));
            });
            otel.WithMetrics(metrics =>
            {
                metrics.AddMeter("Work");
                metrics.AddReader(new BaseExportingMetricReader(new MetricExporter(this)));
            });
            otel.WithLogging(logging => logging.AddProcessor(new SimpleLogRecordExportProcessor(new LogExporter(this))));
            configure?.Invoke(otel);
            if (!first)
                Use(otel, options);
        });
        _ = _sdk.TracerProvider;
        _ = _sdk.MeterProvider;
        Logger = _sdk.GetLoggerFactory().CreateLogger("OtelPipeline");
        Monitor = Captured!;
    }

    [ThreadStatic]
    private static SloMonitor? Captured;

    public FakeTimeProvider Time { get; }

    public string DefinitionPath => Path.Combine(_directory, "slo.yaml");

    public ILogger Logger { get; }

    public SloMonitor Monitor { get; }

    public List<(string Name, string? Tag)> Spans { get; } = [];

    public List<(string? Event, string? Body, Dictionary<string, object?> Attributes, string Trace)> Logs { get; } = [];

    public List<Point> Points { get; } = [];

    public void Work(bool ok, double seconds = 0, string? run = null, params (string Key, object? Value)[] tags)
    {
        using var activity = Source.StartActivity("work")!;
        activity.SetTag("ok", ok);
        if (run is not null)
            activity.SetTag("pipeline.run.id", run);
        foreach (var (key, value) in tags)
            activity.SetTag(key, value);
        var now = Time.GetUtcNow().UtcDateTime;
        activity.SetStartTime(now.AddSeconds(-seconds));
        activity.SetEndTime(now);
    }

    public IReadOnlyList<Point> Collect()
    {
        Points.Clear();
        _sdk.MeterProvider.ForceFlush();
        return Points;
    }

    public double? Value(string metric, params string[] tags) =>
        Collect().Where(p => p.Metric == metric && tags.All(p.Tags.Contains)).Select(static p => (double?)p.Value).SingleOrDefault();

    public void Dispose()
    {
        _sdk.Dispose();
        Directory.Delete(_directory, recursive: true);
    }

    private void Use(IOpenTelemetryBuilder otel, Action<SloOptions>? options)
    {
        otel.UseSlo(o =>
        {
            o.Path = DefinitionPath;
            options?.Invoke(o);
        });
        otel.Services.ConfigureOpenTelemetryTracerProvider(static (services, _) => Captured = services.GetRequiredService<SloMonitor>());
    }

    internal sealed record Point(string Metric, string[] Tags, double Value, double[] Bounds, string[] Exemplars);

    private sealed class SpanExporter(LiveSdk sdk) : BaseExporter<Activity>
    {
        public override ExportResult Export(in Batch<Activity> batch)
        {
            foreach (var span in batch)
                sdk.Spans.Add((span.DisplayName, span.GetTagItem("ok")?.ToString()));
            return ExportResult.Success;
        }
    }

    private sealed class LogExporter(LiveSdk sdk) : BaseExporter<LogRecord>
    {
        public override ExportResult Export(in Batch<LogRecord> batch)
        {
            foreach (var record in batch)
                sdk.Logs.Add(
                    (
                        record.EventId.Name,
                        record.FormattedMessage ?? record.Body,
                        (record.Attributes ?? []).ToDictionary(static a => a.Key, static a => a.Value),
                        record.TraceId.ToString()
                    )
                );
            return ExportResult.Success;
        }
    }

    private sealed class MetricExporter(LiveSdk sdk) : BaseExporter<Metric>
    {
        public override ExportResult Export(in Batch<Metric> batch)
        {
            foreach (var metric in batch)
            {
                foreach (ref readonly var point in metric.GetMetricPoints())
                    sdk.Points.Add(Of(metric, point));
            }

            return ExportResult.Success;
        }

        private static Point Of(Metric metric, in MetricPoint point)
        {
            var tags = new List<string>();
            foreach (var (key, value) in point.Tags)
                tags.Add($"{key}={value}");
            var exemplars = new List<string>();
            if (point.TryGetExemplars(out var all))
            {
                foreach (ref readonly var exemplar in all)
                    exemplars.Add(exemplar.TraceId.ToString());
            }

            var bounds = new List<double>();
            if (metric.MetricType == MetricType.Histogram)
            {
                foreach (var bucket in point.GetHistogramBuckets())
                    bounds.Add(bucket.ExplicitBound);
            }

            var number = metric.MetricType switch
            {
                MetricType.LongSum or MetricType.LongSumNonMonotonic => point.GetSumLong(),
                MetricType.DoubleGauge => point.GetGaugeLastValueDouble(),
                MetricType.Histogram => point.GetHistogramCount(),
                _ => 0.0,
            };
            return new Point(metric.Name, [.. tags], number, [.. bounds], [.. exemplars]);
        }
    }
}
