using System.Diagnostics;
using System.Globalization;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using OpenTelemetry;
using OpenTelemetry.Metrics;

namespace OtelPipeline.Internal;

/// <summary>
/// One metric reader for all exporters of a provider that export at the same times. The SDK keeps the state of every series once for each
/// reader, updates each copy with every measurement, and collects it by itself: a second reader costs as much as the first.
/// </summary>
internal sealed class SharedMetricReader : BaseExporter<Metric>
{
    private const string Key = "OtelPipeline.MetricReader";

    // grows while the provider is built, when the first collection may be due
    private volatile (BaseExporter<Metric> Exporter, Action<BaseProvider?> Attach)[] _members = [];

    /// <summary>Declares what <see cref="Join"/> needs.</summary>
    public static void AddServices(IServiceCollection services) =>
        services.TryAddKeyedSingleton(
            Key,
            // shared by packages that do not know each other: functions that let an exporter join, by what its reader must be like
            static (_, _) => new Dictionary<string, Action<BaseExporter<Metric>, Action<BaseProvider?>>>(StringComparer.Ordinal)
        );

    /// <summary>Lets an exporter take part in the reader that the options of this name ask for; the first makes it.</summary>
    /// <param name="services">The services of the provider that is being built.</param>
    /// <param name="builder">Its builder.</param>
    /// <param name="name">Name of the reader's options, or null for the default ones.</param>
    /// <param name="exporter">Writes what is collected.</param>
    /// <param name="attach">Tells the exporter whose metrics it gets: the SDK tells it to a reader's own exporter only.</param>
    public static void Join(
        IServiceProvider services,
        MeterProviderBuilder builder,
        string? name,
        BaseExporter<Metric> exporter,
        Action<BaseProvider?> attach
    )
    {
        var options = services.GetRequiredService<IOptionsMonitor<MetricReaderOptions>>().Get(name ?? Options.DefaultName);
        var interval = options.PeriodicExportingMetricReaderOptions.ExportIntervalMilliseconds ?? 60_000;
        var timeout = options.PeriodicExportingMetricReaderOptions.ExportTimeoutMilliseconds ?? 30_000;
        var readers = services.GetRequiredKeyedService<Dictionary<string, Action<BaseExporter<Metric>, Action<BaseProvider?>>>>(Key);
        var key = string.Create(CultureInfo.InvariantCulture, $"{interval} {timeout} {(int)options.TemporalityPreference}");
        if (readers.TryGetValue(key, out var join))
        {
            join(exporter, attach);
            return;
        }

        var shared = new SharedMetricReader();
        shared.Add(exporter, attach);
        readers.Add(key, shared.Add);
        builder.AddReader(
            new PeriodicExportingMetricReader(shared, interval, timeout) { TemporalityPreference = options.TemporalityPreference }
        );
    }

    public override ExportResult Export(in Batch<Metric> batch)
    {
        // none of them throws, and all of them may read the same batch
        var result = ExportResult.Success;
        foreach (var (exporter, attach) in _members)
        {
            attach(ParentProvider);
            if (exporter.Export(in batch) == ExportResult.Failure)
                result = ExportResult.Failure;
        }

        return result;
    }

    protected override bool OnShutdown(int timeoutMilliseconds)
    {
        var begin = Stopwatch.GetTimestamp();
        var result = true;
        foreach (var (exporter, _) in _members)
        {
            var left =
                timeoutMilliseconds < 0
                    ? Timeout.Infinite
                    : Math.Max(0, timeoutMilliseconds - (int)Stopwatch.GetElapsedTime(begin).TotalMilliseconds);
            result &= exporter.Shutdown(left);
        }

        return result;
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            foreach (var (exporter, _) in _members)
                exporter.Dispose();
        }

        base.Dispose(disposing);
    }

    private void Add(BaseExporter<Metric> exporter, Action<BaseProvider?> attach) => _members = [.. _members, (exporter, attach)];
}
