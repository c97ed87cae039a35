using Microsoft.Extensions.Diagnostics.HealthChecks;
using OtelPipeline.OpenTelemetry;
using StreamBroker.Brokers;
using StreamBroker.Storage;

namespace StreamBroker.Web;

/// <summary>The web application around the broker: what is observed, what is healthy, what can be asked.</summary>
internal static class BrokerApplication
{
    public static WebApplication Build(Settings settings, RunSummary? summary)
    {
        // a host watches its content root for changed settings: not the folder where the log is written
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { ContentRootPath = AppContext.BaseDirectory });
        builder.Services.ConfigureHttpJsonOptions(static o => o.SerializerOptions.TypeInfoResolverChain.Insert(0, AnswerJson.Default));
        builder.WebHost.UseUrls(settings.Urls.Split(';'));
        AddConsole(builder.Logging);
        AddBroker(builder.Services, settings);
        AddHealth(builder.Services, settings);
        if (summary is not null)
            builder.Services.AddTelemetry(settings, summary);
        var app = builder.Build();
        app.MapPipelineHealth();
        app.MapBroker();
        if (summary is not null)
            app.MapPrometheusScrapingEndpoint();
        return app;
    }

    public static bool IsJsonConsole =>
        string.Equals(Environment.GetEnvironmentVariable("LOG_FORMAT"), "json", StringComparison.OrdinalIgnoreCase);

    /// <summary>Lines for people, or with <c>LOG_FORMAT=json</c> an object for each, with scopes and the ids of the current span.</summary>
    private static void AddConsole(ILoggingBuilder logging)
    {
        logging.ClearProviders();
        logging.Configure(static o => o.ActivityTrackingOptions = ActivityTrackingOptions.TraceId | ActivityTrackingOptions.SpanId);
        logging.AddFilter("Microsoft", LogLevel.Warning).AddFilter("Microsoft.Hosting.Lifetime", LogLevel.Information);
        if (IsJsonConsole)
            logging.AddJsonConsole(static o => (o.IncludeScopes, o.UseUtcTimestamp, o.TimestampFormat) = (true, true, "O"));
        else
            logging.AddSimpleConsole(static o => (o.SingleLine, o.TimestampFormat) = (true, "HH:mm:ss "));
    }

    private static void AddBroker(IServiceCollection services, Settings settings)
    {
        var data = Path.Combine(settings.Output, "data");
        services.AddSingleton(settings);
        services.AddSingleton(new SegmentCache(settings.CacheBytes));
        services.AddSingleton(_ => new MetadataStore(Path.Combine(data, "metadata")));
        services.AddSingleton(_ => new ObjectStore(Path.Combine(data, "objects"), settings.Fault == Faults.ObjectStore));
        services.AddSingleton(provider => ActivatorUtilities.CreateInstance<Broker>(provider, Path.Combine(data, "segments")));
        services.AddSingleton<Workload>();
        services.AddSingleton<Report>();
    }

    private static void AddHealth(IServiceCollection services, Settings settings)
    {
        var checks = services
            .AddHealthChecks()
            .AddPipelineHealth(static health => health.Period = TimeSpan.FromSeconds(5))
            // busy processors and a full disk are somebody's concern, but no reason to send clients elsewhere
            .AddPipelineSystemCheck(failureStatus: HealthStatus.Degraded)
            .AddTypeActivatedCheck<MetadataStore.Check>("metadata_store");
        if (settings.HasTelemetry && (settings.WritesJsonLines || settings.WritesParquet))
            checks.AddPipelineExporterCheck(configure: o => o.Directories.Add(settings.Output), failureStatus: HealthStatus.Degraded);
    }
}
