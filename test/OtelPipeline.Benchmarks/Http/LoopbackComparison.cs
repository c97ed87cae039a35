using System.Diagnostics;
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
internal static partial class LoopbackComparison
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
        using (Observe(static otel => otel.UsePipelineInstrumentation(static options => options.BuiltIn.AspNetCore = false)))
        {
            Console.WriteLine("SDK");
            await CompareAsync(plain, observed, url);
            Console.WriteLine("SDK, and no network: what the handlers and the event cost by themselves");
            await CompareAsync(stub, observedStub, url);
        }

        using var sdk = Observe(static otel =>
            otel.WithTracing(static t => t.AddSource("System.Net.Http"))
                .WithMetrics(static m => m.AddMeter("System.Net.Http", "System.Net.NameResolution"))
        );
        var logger = sdk.GetLoggerFactory().CreateLogger("Requests");
        using var logged = Invoker(client => client.AddHttpMessageHandler(() => new HandWritten(logger)));
        Console.WriteLine("SDK without anything of ours, and a handler that only logs the event");
        await CompareAsync(plain, logged, url);
    }

    private static OpenTelemetrySdk Observe(Action<IOpenTelemetryBuilder> configure) =>
        OpenTelemetrySdk.Create(otel =>
        {
            configure(otel);
            otel.WithTracing(static t => t.AddProcessor(new BatchActivityExportProcessor(new Nowhere<Activity>())))
                .WithMetrics(static m => m.AddReader(new PeriodicExportingMetricReader(new Nowhere<Metric>(), 5_000)))
                .WithLogging(static l => l.AddProcessor(new BatchLogRecordExportProcessor(new Nowhere<LogRecord>())));
        });

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

    /// <summary>What one writes who wants such an event and nothing else.</summary>
    private sealed partial class HandWritten(ILogger logger) : DelegatingHandler
    {
        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            var startedAt = Stopwatch.GetTimestamp();
            var response = await base.SendAsync(request, cancellationToken).ConfigureAwait(false);
            Requested(
                logger,
                "content",
                request.Method.Method,
                request.RequestUri!.AbsoluteUri,
                request.RequestUri.IdnHost,
                (int)response.StatusCode,
                Stopwatch.GetElapsedTime(startedAt).TotalSeconds,
                0
            );
            return response;
        }

        [LoggerMessage(
            Level = LogLevel.Information,
            Message = "{Role}: {Method} {Url} of {Host}: {Status} in {Duration} s with {Bytes} bytes"
        )]
        private static partial void Requested(
            ILogger logger,
            string role,
            string method,
            string url,
            string host,
            int status,
            double duration,
            long bytes
        );
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
