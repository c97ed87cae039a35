using System.Diagnostics.Metrics;
using System.Text;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using OpenTelemetry;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OtelPipeline.Internal;
using OtelPipeline.Testing;

namespace OtelPipeline.Exporter.Prometheus.Tests;

/// <summary>A meter, a provider with the exporter, and what a scraper gets of them.</summary>
internal sealed class Exposed : IDisposable
{
    public const string OpenMetrics = "application/openmetrics-text;version=1.0.0";
    public const string Protobuf = "application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;encoding=delimited";

    private readonly ServiceProvider _services;

    public Exposed(
        Action<MeterProviderBuilder>? build = null,
        Action<PrometheusExporterOptions>? configure = null,
        bool info = false,
        bool own = false,
        params KeyValuePair<string, string?>[] settings
    )
    {
        // the name is part of every series
        Meter = new Meter(new MeterOptions("golden") { Version = "1.2", Scope = this });
        var services = new ServiceCollection();
        services.AddSingleton<TimeProvider>(Time);
        services.AddSingleton<IConfiguration>(new ConfigurationBuilder().AddInMemoryCollection(settings).Build());
        RedactionService.Add(services, _ => Redact);
        services
            .AddOpenTelemetry()
            .WithMetrics(metrics =>
            {
                metrics.SetResourceBuilder(ResourceBuilder.CreateEmpty().AddAttributes([new("service.name", "shop"), new("host.cpus", 4)]));
                metrics.AddMeter("golden*");
                if (!own)
                    metrics.AddView(instrument =>
                        instrument.Meter.Name == ExporterMetrics.MeterName ? MetricStreamConfiguration.Drop : null
                    );
                build?.Invoke(metrics);
                metrics.AddPrometheusExporter(options =>
                {
                    options.TargetInfo = options.ScopeInfo = info;
                    options.CacheWindow = TimeSpan.Zero;
                    configure?.Invoke(options);
                });
            });
        _services = services.BuildServiceProvider();
        Provider = _services.GetRequiredService<MeterProvider>();
        Scraper = _services.GetRequiredService<PrometheusScraper>();
    }

    public FakeTimeProvider Time { get; } = new();

    public Meter Meter { get; }

    public MeterProvider Provider { get; }

    public PrometheusScraper Scraper { get; }

    public async Task<string> TextAsync(string? accept = null) => Encoding.UTF8.GetString(await BytesAsync(accept));

    public async Task<byte[]> BytesAsync(string? accept)
    {
        using var scrape = await Scraper.ScrapeAsync(accept, null, TestContext.CurrentContext.CancellationToken);
        Assert.That(scrape.Status, Is.EqualTo(PrometheusScrapeStatus.Success), Encoding.UTF8.GetString(scrape.Body.Span));
        return scrape.Body.ToArray();
    }

    private static object? Redact(string key, object? value) =>
        value switch
        {
            "throws" => throw new InvalidOperationException("on purpose"),
            string text => text.Replace("hunter2", "***", StringComparison.Ordinal),
            _ => value,
        };

    public void Dispose()
    {
        _services.Dispose();
        Meter.Dispose();
    }
}
