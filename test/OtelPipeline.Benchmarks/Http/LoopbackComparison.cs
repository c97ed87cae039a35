using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using OpenTelemetry;
using OpenTelemetry.Logs;
using OpenTelemetry.Metrics;
using OpenTelemetry.Trace;
using OtelPipeline.Benchmarks.Core;

namespace OtelPipeline.Benchmarks.Http;

/// <summary>
/// Requests without body to a web server on this machine, with AddPipelineTelemetry and without it, in turns: where nobody listens, and under an SDK
/// that exports spans, metrics and events to nowhere in batches (so without it .NET's own client spans and metrics).
/// </summary>
internal static class LoopbackComparison
{
    private const int Requests = 20;

    public static async Task RunAsync()
    {
        await using var origin = await StartOriginAsync();
        var url = new Uri(origin.Urls.Single());
        using var plain = Invoker(static _ => { });
        using var observed = Invoker(static client => client.AddPipelineTelemetry("content"));
        using var stub = Invoker(static client => client.ConfigurePrimaryHttpMessageHandler(static () => new NoNetwork()));
        using var observedStub = Invoker(static client =>
            client.AddPipelineTelemetry("content").ConfigurePrimaryHttpMessageHandler(static () => new NoNetwork())
        );
        Console.WriteLine("Nobody listens");
        await CompareAsync(plain, observed, url);
        using var sdk = OpenTelemetrySdk.Create(otel =>
            otel.UsePipelineInstrumentation(static options => options.BuiltIn.AspNetCore = false)
                .WithTracing(t => t.AddProcessor(new BatchActivityExportProcessor(new Nowhere<System.Diagnostics.Activity>())))
                .WithMetrics(m => m.AddReader(new PeriodicExportingMetricReader(new Nowhere<Metric>(), 5_000)))
                .WithLogging(l => l.AddProcessor(new BatchLogRecordExportProcessor(new Nowhere<LogRecord>())))
        );
        Console.WriteLine("SDK");
        await CompareAsync(plain, observed, url);
        Console.WriteLine("SDK, and no network: what the handlers and the event cost by themselves");
        await CompareAsync(stub, observedStub, url);
    }

    private static async Task CompareAsync(HttpMessageInvoker plain, HttpMessageInvoker observed, Uri url)
    {
        await Interleaved.CompareAsync(
            Requests,
            [
                ("HttpClient", () => RepeatAsync(plain, url, Requests)),
                ("with telemetry", () => RepeatAsync(observed, url, Requests)),
                ("HttpClient", () => RepeatAsync(plain, url, Requests)),
                ("with telemetry", () => RepeatAsync(observed, url, Requests)),
            ]
        );
        var (bare, more) = (await AllocatedAsync(plain, url), await AllocatedAsync(observed, url));
        Console.WriteLine($"allocated: {bare} B and {more} B a request, the server's share included\n");
    }

    private static async Task RepeatAsync(HttpMessageInvoker invoker, Uri url, int count)
    {
        for (var i = 0; i < count; i++)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, url);
            using var response = await invoker.SendAsync(request, CancellationToken.None);
        }
    }

    private static async Task<long> AllocatedAsync(HttpMessageInvoker invoker, Uri url)
    {
        const int Count = 5_000;
        var before = GC.GetTotalAllocatedBytes(precise: true);
        await RepeatAsync(invoker, url, Count);
        return (GC.GetTotalAllocatedBytes(precise: true) - before) / Count;
    }

    private static HttpMessageInvoker Invoker(Action<IHttpClientBuilder> configure)
    {
        var services = new ServiceCollection();
        var client = services.AddHttpClient("c").RemoveAllLoggers();
        configure(client);
        return new HttpMessageInvoker(services.BuildServiceProvider().GetRequiredService<IHttpMessageHandlerFactory>().CreateHandler("c"));
    }

    private static async Task<WebApplication> StartOriginAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        var origin = builder.Build();
        origin.Urls.Add("http://127.0.0.1:0");
        origin.Run(static context =>
        {
            context.Response.StatusCode = StatusCodes.Status204NoContent;
            return Task.CompletedTask;
        });
        await origin.StartAsync();
        return origin;
    }

    private sealed class NoNetwork : HttpMessageHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
            Task.FromResult(new HttpResponseMessage(System.Net.HttpStatusCode.NoContent));
    }

    private sealed class Nowhere<T> : BaseExporter<T>
        where T : class
    {
        public override ExportResult Export(in Batch<T> batch) => ExportResult.Success;
    }
}
