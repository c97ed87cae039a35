using System.Security.Cryptography;
using Microsoft.Extensions.DependencyInjection;
using OpenTelemetry;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OtelPipeline.OpenTelemetry;

namespace ContentDownload;

/// <summary>All that it takes to observe the program.</summary>
internal static class Observability
{
    public const string JsonLines = "jsonl";
    public const string Parquet = "parquet";
    public const string Both = "both";

    public static void AddTelemetry(this IServiceCollection services, Settings settings, RunSummary summary)
    {
        var otel = services
            .AddOpenTelemetry()
            .ConfigureResource(static resource => resource.AddService("content-download"))
            .UsePipelineInstrumentation(static options =>
            {
                // what is downloaded is nobody's business: paths become hashes that nobody can reverse
                options.Redaction.UrlPathHashKey =
                    Environment.GetEnvironmentVariable("URL_PATH_HASH_KEY") ?? Convert.ToHexString(RandomNumberGenerator.GetBytes(32));

                // the server in this process plays strangers, who would not send their telemetry here
                options.BuiltIn.AspNetCore = false;
            })
            .UseSlo(Path.Combine(AppContext.BaseDirectory, "slo.yaml"))
            .UseRunSummary(summary);
        if (settings.Format is JsonLines or Both)
            otel.UseJsonlExporter(settings.Output);
        if (settings.Format is Parquet or Both)
            otel.UseParquetExporter(settings.Output);
        if (settings.Port is { } port)
            otel.UsePrometheusExporter(port);
        if (!string.IsNullOrEmpty(Environment.GetEnvironmentVariable("OTEL_EXPORTER_OTLP_ENDPOINT")))
            otel.UseOtlpExporter();
    }
}
