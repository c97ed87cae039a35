using System.Diagnostics.Metrics;
using OpenTelemetry;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;
using OtelPipeline.OpenTelemetry;

namespace StreamBroker.Web;

/// <summary>All that it takes to observe the broker.</summary>
internal static class BrokerTelemetrySetup
{
    public static void AddTelemetry(this IServiceCollection services, Settings settings, RunSummary summary)
    {
        var otel = services
            .AddOpenTelemetry()
            .ConfigureResource(resource => resource.AddService("stream-broker"))
            .UsePipelineInstrumentation()
            .UseRunSummary(summary);
        if (settings.WritesJsonLines)
            otel.UseJsonlExporter(settings.Output);
        if (settings.WritesParquet)
            otel.UseParquetExporter(settings.Output);
        otel.WithTracing(tracing => tracing.SetSampler(new BatchSampler(settings.TraceEvery)));
        otel.WithMetrics(metrics =>
        {
            metrics.AddPrometheusExporter();
            if (settings.HasNativeHistograms)
                metrics.AddView(static instrument => IsHistogram(instrument) ? new Base2ExponentialBucketHistogramConfiguration() : null);
        });
    }

    private static bool IsHistogram(Instrument instrument) => instrument is Histogram<double> or Histogram<long> or Histogram<int>;
}
