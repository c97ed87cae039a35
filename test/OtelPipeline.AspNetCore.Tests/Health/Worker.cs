using System.Collections.Concurrent;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using OpenTelemetry;
using OpenTelemetry.Metrics;
using OtelPipeline.Testing;

namespace OtelPipeline.AspNetCore.Tests.Health;

/// <summary>A host whose clock the test moves; every tick of the period evaluates all checks.</summary>
internal sealed class Worker : IAsyncDisposable
{
    private readonly IHost _host;

    public Worker(Action<IHealthChecksBuilder> checks, Action<IOpenTelemetryBuilder>? telemetry = null)
    {
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.Services.AddSingleton<TimeProvider>(Time);
        builder.Logging.AddProvider(Log);
        var otel = builder.Services.AddOpenTelemetry();
        otel.UsePipelineInstrumentation();
        otel.WithMetrics(metrics => metrics.AddReader(new BaseExportingMetricReader(Points)));
        telemetry?.Invoke(otel);
        checks(builder.Services.AddHealthChecks());
        _host = builder.Build();
    }

    public FakeTimeProvider Time { get; } = new();

    public LogCapture Log { get; } = new();

    public PointExporter Points { get; } = new();

    public Task StartAsync() => _host.StartAsync();

    public Task StopAsync() => _host.StopAsync();

    public Dictionary<string, double> Collect()
    {
        Points.Values.Clear();
        _host.Services.GetRequiredService<MeterProvider>().ForceFlush();
        return new(Points.Values);
    }

    public async ValueTask DisposeAsync()
    {
        await _host.StopAsync();
        _host.Dispose();
    }
}

internal sealed class PointExporter : BaseExporter<Metric>
{
    public ConcurrentDictionary<string, double> Values { get; } = new();

    public override ExportResult Export(in Batch<Metric> batch)
    {
        foreach (var metric in batch)
        {
            if (metric.MeterName != "OtelPipeline" || metric.Name.StartsWith("pipeline.run.", StringComparison.Ordinal))
                continue;
            foreach (ref readonly var point in metric.GetMetricPoints())
            {
                var tags = new List<string>();
                foreach (var (key, value) in point.Tags)
                    tags.Add($"{key}={value}");
                tags.Sort(StringComparer.Ordinal);
                Values[$"{metric.Name}[{metric.Unit}] {string.Join(',', tags)}"] = metric.MetricType switch
                {
                    MetricType.LongSumNonMonotonic => point.GetSumLong(),
                    MetricType.DoubleGauge => point.GetGaugeLastValueDouble(),
                    _ => throw new InvalidOperationException($"{metric.Name} is a {metric.MetricType}"),
                };
            }
        }

        return ExportResult.Success;
    }
}
