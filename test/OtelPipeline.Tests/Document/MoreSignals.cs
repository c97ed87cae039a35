using System.Net;
using System.Net.Http.Headers;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using OpenTelemetry;
using OpenTelemetry.Logs;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;
using OtelPipeline.AspNetCore.Health;
using OtelPipeline.Extensions.Http;
using OtelPipeline.Internal;
using OtelPipeline.Signals;
using OtelPipeline.Testing;
using Polly;
using Polly.Timeout;

namespace OtelPipeline.Tests.Document;

/// <summary>What the program of core leaves out, and a program for each other package that emits signals of its own.</summary>
internal static class MoreSignals
{
    public static async Task EmitAsync(Recorder recorder)
    {
        await new Pipeline("etl", null, recorder).RunAsync(run =>
            run.NodeAsync(
                "fetch",
                NodeType.Source,
                async _ =>
                {
                    await RequestAsync();
                    await PlainRequestAsync();
                    await TimeOutAsync();
                    FailOperations();
                    await new Pipeline("etl", null, recorder).RunAsync(static _ => Task.CompletedTask);
                }
            )
        );
        await new Pipeline("etl", null, recorder).RunAsync(async run =>
        {
            run.Skip("nothing new");
            await run.PartitionAsync("2031", static p => Done(() => p.Skip("complete")));
            await run.ItemAsync("doi:10.1/z", static i => Done(() => i.Skip("known")));
            Assert.That(() => run.ItemAsync("doi:10.1/y", FailAsync), Throws.InstanceOf<IOException>());
        });
        await CheckHealthAsync(recorder);
        await ExportAsync(recorder);
        await SloSignals.EmitAsync(recorder);
        PipelineEventSource.Report("a measurement", new IOException("a listener that throws"));
    }

    private static Task Done(Action action)
    {
        action();
        return Task.CompletedTask;
    }

    // where an item came from, and what was answered, is the application's to say
    private static Task FailAsync(PipelineItem item)
    {
        item.Set(PipelineAttributes.FallbackTier, 1);
        item.Set("server.address", "documents.example.org");
        item.Set("http.response.status_code", 404);
        return Task.FromException(new IOException("no source has it"));
    }

    private static async Task RequestAsync()
    {
        var services = new ServiceCollection();
        services
            .AddHttpClient("documents")
            .AddPipelineTelemetry("content")
            .AddHttpMessageHandler(static () => new Caching())
            .ConfigurePrimaryHttpMessageHandler(static () => new Origin());
        await using var provider = services.BuildServiceProvider();
        var client = provider.GetRequiredService<IHttpClientFactory>().CreateClient("documents");
        Assert.That(await client.GetStringAsync(new Uri("http://documents.example.org/a")), Is.EqualTo("found"));
        Assert.That(
            async () => await client.GetStringAsync(new Uri("http://documents.example.org/gone")),
            Throws.InstanceOf<HttpRequestException>()
        );
        using var half = await client.GetAsync(new Uri("http://documents.example.org/half"), HttpCompletionOption.ResponseHeadersRead);
        Assert.That(() => half.Content.ReadAsByteArrayAsync(), Throws.InstanceOf<HttpRequestException>());
    }

    // nothing between that has something to say, and no address
    private static async Task PlainRequestAsync()
    {
        var services = new ServiceCollection();
        services
            .AddHttpClient("plain")
            .AddPipelineTelemetry("content", static o => o.RecordUrl = false)
            .ConfigurePrimaryHttpMessageHandler(static () => new Origin { IsPatient = true });
        await using var provider = services.BuildServiceProvider();
        var client = provider.GetRequiredService<IHttpClientFactory>().CreateClient("plain");
        Assert.That(await client.GetStringAsync(new Uri("http://documents.example.org/a")), Is.EqualTo("found"));
    }

    // whatever is asked of a broker or its disk can fail, and then says so
    private static void FailOperations()
    {
        var producer = new ProducerTelemetry("kafka", "orders");
        var consumer = new ConsumerTelemetry("kafka", "orders", group: "billing");
        var segments = new SegmentTelemetry("orders");
        Func<Task>[] operations =
        [
            () => producer.FlushAsync(Torn),
            () => consumer.PollAsync(static _ => Task.FromException<int>(new IOException("torn")), static n => n),
            () => consumer.CommitAsync(Torn),
            () => consumer.SeekAsync(Torn),
            () => consumer.ProcessAsync(Torn),
            () => segments.AppendAsync(Torn),
            () => segments.FlushAsync(Torn),
        ];
        foreach (var operation in operations)
            Assert.That(() => operation(), Throws.InstanceOf<IOException>());

        static Task Torn(CancellationToken cancel) => Task.FromException(new IOException("torn"));
    }

    private static async Task TimeOutAsync()
    {
        var time = new FakeTimeProvider();
        var polly = new ResiliencePipelineBuilder { TimeProvider = time }
            .AddTimeout(TimeSpan.FromSeconds(3))
            .AddPipelineTelemetry("origin")
            .Build();
        try
        {
            await polly.ExecuteAsync(async cancel =>
            {
                time.Advance(TimeSpan.FromSeconds(3));
                await Task.Delay(Timeout.InfiniteTimeSpan, cancel);
            });
        }
        catch (TimeoutRejectedException)
        {
            // the event of it is what is wanted
        }
    }

    private static async Task CheckHealthAsync(Recorder recorder)
    {
        var time = new FakeTimeProvider();
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        builder.Services.AddRoutingCore();
        builder.Services.AddSingleton<TimeProvider>(time);
        builder.Services.AddSingleton<ILoggerFactory>(new OnlyOurs(recorder));
        // every level, with and without a reason, an exception and a state before: nothing depends on how busy the machine's own check finds it
        Func<HealthCheckResult>[] results =
        [
            static () => HealthCheckResult.Unhealthy("no connection"),
            static () => HealthCheckResult.Degraded(data: new Dictionary<string, object> { [HealthSignals.Reason] = HealthReason.Slow }),
            static () => throw new TimeoutException(),
            static () => HealthCheckResult.Healthy(),
        ];
        var current = results[0];
        builder.Services.AddHealthChecks().AddPipelineHealth().AddPipelineSystemCheck().AddCheck("database", () => current());
        await using var app = builder.Build();
        app.MapPipelineHealth();
        await app.StartAsync();
        using var client = new HttpClient { BaseAddress = new Uri(app.Urls.Single()) };
        foreach (var result in results)
        {
            current = result;
            time.Advance(TimeSpan.FromSeconds(20));
            using (await client.GetAsync(new Uri("/health", UriKind.Relative)))
                recorder.Observe();
        }

        await app.StopAsync();
    }

    // files of an earlier process, of which one may stay: the other is deleted; and a folder that is none
    private static async Task ExportAsync(Recorder recorder)
    {
        var directory = Directory.CreateTempSubdirectory("otelpipeline-").FullName;
        try
        {
            var spans = Directory.CreateDirectory(Path.Combine(directory, "spans")).FullName;
            await File.WriteAllTextAsync(Path.Combine(spans, "20250101T000000000Z-document-000000.jsonl"), "");
            var occupied = Path.Combine(directory, "occupied");
            await File.WriteAllTextAsync(occupied, "");
            using var sdk = OpenTelemetrySdk.Create(otel =>
                otel.ConfigureResource(static r => r.AddAttributes([new("service.instance.id", "document")]))
                    .UseJsonlExporter(o =>
                    {
                        o.Directory = directory;
                        o.RetainFiles = 1;
                    })
                    .UseJsonlExporter(occupied)
                    .WithTracing(static t => t.AddSource(PipelineSources.ActivitySource))
            );
            await new Pipeline("etl", null, recorder).RunAsync(static _ => Task.CompletedTask);
            sdk.GetLoggerFactory().CreateLogger("somebody").Log(LogLevel.Information, "a log record");
            sdk.TracerProvider.ForceFlush();
            sdk.LoggerProvider.ForceFlush();
            sdk.MeterProvider.ForceFlush();
        }
        finally
        {
            Directory.Delete(directory, recursive: true);
        }
    }

    /// <summary>Tries again once, and says what caches, limiters and breakers say.</summary>
    private sealed class Caching : DelegatingHandler
    {
        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            var telemetry = request.PipelineTelemetry()!;
            telemetry.CacheResult = CacheResult.Miss;
            telemetry.BreakerState = CircuitState.Closed;
            telemetry.BreakerOutcome = BreakerOutcome.Success;
            telemetry.WaitedForLimiter(TimeSpan.Zero);
            using (await base.SendAsync(request, cancellationToken)) { }
            return await base.SendAsync(request, cancellationToken);
        }
    }

    private sealed class Origin : HttpMessageHandler
    {
        private int _requests;

        /// <summary>Whether it asks nobody to wait.</summary>
        public bool IsPatient { get; init; }

        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            if (request.RequestUri!.AbsolutePath == "/gone")
                return Task.FromException<HttpResponseMessage>(new HttpRequestException("no route"));
            if (request.RequestUri.AbsolutePath == "/half")
                return Task.FromResult(new HttpResponseMessage { Content = new HalfContent() });
            var response = new HttpResponseMessage { Content = new StringContent("found") };
            if (_requests++ == 0 && !IsPatient)
            {
                response.StatusCode = HttpStatusCode.TooManyRequests;
                response.Headers.RetryAfter = new RetryConditionHeaderValue(TimeSpan.Zero);
            }

            return Task.FromResult(response);
        }
    }
}

/// <summary>A body that breaks off.</summary>
internal sealed class HalfContent : HttpContent
{
    protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
    {
        await stream.WriteAsync("fo"u8.ToArray());
        throw new IOException("the connection broke");
    }

    protected override bool TryComputeLength(out long length)
    {
        length = 5;
        return true;
    }
}

/// <summary>Gives the recorder what is logged in OtelPipeline's category, and nobody the rest.</summary>
internal sealed class OnlyOurs(Recorder recorder) : ILoggerFactory, ILoggerProvider
{
    public ILogger CreateLogger(string categoryName) => categoryName == PipelineSources.LoggerCategory ? recorder : NullLogger.Instance;

    public void AddProvider(ILoggerProvider provider) { }

    public void Dispose() { }
}
