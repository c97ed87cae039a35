using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace OtelPipeline.Extensions.Http.Tests;

/// <summary>Where the handlers stand, and what they cost where nobody listens.</summary>
internal sealed class RegistrationTests
{
    [Test]
    public async Task The_order_of_the_calls_does_not_matter()
    {
        using var exported = new Exported();
        using var clients = Clients.Of(
            static (client, services) =>
            {
                client
                    .AddHttpMessageHandler(static () => Twice())
                    .AddPipelineTelemetry("content")
                    .AddHttpMessageHandler(static () => Twice())
                    .ConfigurePrimaryHttpMessageHandler(static () => new Stub(static _ => new HttpResponseMessage()));
                services.AddHttpClient("c").AddHttpMessageHandler(static () => Twice());
            }
        );
        (await clients.Client.GetAsync(new Uri("http://h/"))).Dispose();

        Assert.That(exported.Only["http.request.resend_count"], Is.EqualTo(7), "two to the power of three attempts");
    }

    [Test]
    public async Task The_last_role_of_a_client_counts_also_over_the_default()
    {
        using var exported = new Exported();
        using var clients = Clients.Of(
            static (client, services) =>
            {
                services.ConfigureHttpClientDefaults(static all => all.AddPipelineTelemetry("any"));
                client
                    .AddPipelineTelemetry("first")
                    .AddPipelineTelemetry("second")
                    .ConfigurePrimaryHttpMessageHandler(static () => new Stub(static _ => new HttpResponseMessage()));
            }
        );
        (await clients.Client.GetAsync(new Uri("http://h/"))).Dispose();

        Assert.That(exported.Only["pipeline.http.role"], Is.EqualTo("second"));
    }

    [Test]
    public async Task One_line_is_enough_for_all_clients()
    {
        using var exported = new Exported();
        using var clients = Clients.Of(
            static (client, services) =>
            {
                services.ConfigureHttpClientDefaults(static all => all.AddPipelineTelemetry("any"));
                client.ConfigurePrimaryHttpMessageHandler(static () => new Stub(static _ => new HttpResponseMessage()));
            }
        );
        (await clients.Client.GetAsync(new Uri("http://h/"))).Dispose();

        Assert.That(exported.Only["pipeline.http.role"], Is.EqualTo("any"));
    }

    [Test]
    public void Bad_roles_are_refused() =>
        Assert.That(() => Clients.Of(static (client, _) => client.AddPipelineTelemetry(" ")), Throws.ArgumentException);

    [Test]
    public async Task Where_nobody_listens_there_is_nothing_to_add_to()
    {
        HttpRequestTelemetry? telemetry = null;
        using var clients = Clients.With(
            new Between(
                (request, _, _) =>
                {
                    telemetry = request.PipelineTelemetry();
                    return Task.FromResult(new HttpResponseMessage());
                }
            )
        );
        (await clients.Client.GetAsync(new Uri("http://h/"))).Dispose();

        Assert.That(telemetry, Is.Null);
    }

    [Test]
    public void Where_nobody_listens_nothing_is_allocated()
    {
        using var observed = Clients.Of(static (client, _) => Prepare(client).AddPipelineTelemetry("content"));
        using var plain = Clients.Of(static (client, _) => Prepare(client));
        var (expected, actual) = (Allocated(plain.Invoker), Allocated(observed.Invoker));

        Assert.That(actual, Is.EqualTo(expected));

        static IHttpClientBuilder Prepare(IHttpClientBuilder client) =>
            client.RemoveAllLoggers().ConfigurePrimaryHttpMessageHandler(static () => new Stub(static _ => null!));

        static long Allocated(HttpMessageInvoker invoker)
        {
            using (invoker)
            {
                using var request = new HttpRequestMessage(HttpMethod.Get, "http://h/");
                for (var i = 0; i < 100; i++)
                    _ = invoker.SendAsync(request, CancellationToken.None);
                var before = GC.GetAllocatedBytesForCurrentThread();
                for (var i = 0; i < 1_000; i++)
                    _ = invoker.SendAsync(request, CancellationToken.None);
                return GC.GetAllocatedBytesForCurrentThread() - before;
            }
        }
    }

    [Test]
    public async Task A_logger_of_the_container_gets_the_events_where_there_is_no_sdk()
    {
        var logger = new OneLogger();
        using var clients = Clients.Of(
            (client, services) =>
            {
                services.AddLogging(logging => logging.AddProvider(logger).SetMinimumLevel(LogLevel.Debug));
                client.AddPipelineTelemetry("content").RemoveAllLoggers();
                client.ConfigurePrimaryHttpMessageHandler(static () => new Stub(static _ => new HttpResponseMessage()));
            }
        );
        (await clients.Client.GetAsync(new Uri("http://h/?secret=1"))).Dispose();

        Assert.That(logger.Names, Is.EqualTo(new[] { "pipeline.http.request" }));
    }

    [Test]
    public async Task A_logger_that_throws_is_not_the_application_s_problem()
    {
        var logger = new OneLogger { Fails = true };
        using var clients = Clients.Of(
            (client, services) =>
            {
                services.AddLogging(logging => logging.AddProvider(logger).SetMinimumLevel(LogLevel.Debug));
                client.AddPipelineTelemetry("content").RemoveAllLoggers();
                client.ConfigurePrimaryHttpMessageHandler(static () =>
                    new Stub(static _ => new HttpResponseMessage { Content = new StringContent("x") })
                );
            }
        );

        Assert.That(await clients.Client.GetStringAsync(new Uri("http://h/")), Is.EqualTo("x"));
        Assert.That(logger.Names, Has.Count.EqualTo(1));
    }

    [Test]
    public void Values_that_are_not_defined_are_ignored()
    {
        using var request = new HttpRequestMessage();
        var telemetry = new HttpRequestTelemetry(new Internal.ClientTelemetry("r", new PipelineHttpOptions()), request)
        {
            CacheResult = CacheResult.Hit,
            BreakerState = CircuitState.HalfOpen,
            BreakerOutcome = BreakerOutcome.Failure,
        };
        telemetry.CacheResult = (CacheResult)99;
        telemetry.BreakerState = (CircuitState)(-5);
        telemetry.BreakerOutcome = (BreakerOutcome)3;
        telemetry.WaitedForLimiter(TimeSpan.FromSeconds(-1));

        Assert.That(telemetry.CacheResult, Is.EqualTo(CacheResult.Hit));
        Assert.That(telemetry.BreakerState, Is.EqualTo(CircuitState.HalfOpen));
        Assert.That(telemetry.BreakerOutcome, Is.EqualTo(BreakerOutcome.Failure));
        Assert.That(telemetry.LimiterWait, Is.EqualTo(TimeSpan.Zero));
        telemetry.CacheResult = null;
        Assert.That(telemetry.CacheResult, Is.Null);
    }

    private static Between Twice() =>
        new(
            static async (request, next, _) =>
            {
                (await next(request)).Dispose();
                return await next(request);
            }
        );

    private sealed class OneLogger : ILoggerProvider, ILogger
    {
        public List<string?> Names { get; } = [];

        public bool Fails { get; init; }

        public ILogger CreateLogger(string categoryName) => this;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(
            LogLevel logLevel,
            EventId eventId,
            TState state,
            Exception? exception,
            Func<TState, Exception?, string> formatter
        )
        {
            Names.Add(eventId.Name);
            if (Fails)
                throw new InvalidOperationException("the disk is full");
        }

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public void Dispose() { }
    }
}
