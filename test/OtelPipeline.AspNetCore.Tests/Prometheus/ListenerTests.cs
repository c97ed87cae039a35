using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using OpenTelemetry;
using OpenTelemetry.Metrics;
using OtelPipeline.AspNetCore.Prometheus;
using OtelPipeline.Testing;

namespace OtelPipeline.AspNetCore.Tests.Prometheus;

/// <summary>The web server of a worker.</summary>
[CancelAfter(30_000)]
public sealed class ListenerTests
{
    private static IHost Worker(
        Meter meter,
        Action<IServiceCollection>? services = null,
        int? port = 0,
        Action<PrometheusListenerOptions>? configure = null,
        params (string Key, string? Value)[] settings
    )
    {
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.Configuration.AddInMemoryCollection(settings.Select(item => KeyValuePair.Create(item.Key, item.Value)));
        services?.Invoke(builder.Services);
        builder.Services.AddOpenTelemetry().WithMetrics(metrics => metrics.AddMeter(meter.Name)).UsePrometheusExporter(port, configure);
        return builder.Build();
    }

    private static Uri Url(PrometheusListener listener, string path = "/metrics") =>
        new(FormattableString.Invariant($"http://127.0.0.1:{listener.Port}{path}"));

    [Test]
    public async Task It_starts_and_stops_with_the_host(CancellationToken cancel)
    {
        using var meter = new Meter("listener.host");
        using var http = new HttpClient();
        Uri url;
        using (var host = Worker(meter))
        {
            await host.StartAsync(cancel);
            meter.CreateCounter<long>("c").Add(3);
            var listener = host.Services.GetRequiredService<PrometheusListener>();
            await listener.Started.WaitAsync(cancel);
            url = Url(listener);
            Assert.That(await http.GetStringAsync(url, cancel), Does.Contain("c_total{otel_scope_name=\"listener.host\"} 3\n"));
            using var other = await http.GetAsync(new Uri(url, "/other"), cancel);
            Assert.That(other.StatusCode, Is.EqualTo(HttpStatusCode.NotFound));
            using var post = await http.PostAsync(url, null, cancel);
            Assert.That(post.StatusCode, Is.EqualTo(HttpStatusCode.MethodNotAllowed));
            Assert.That(post.Content.Headers.Allow, Is.EqualTo(new[] { "GET", "HEAD" }));
            await host.StopAsync(cancel);
        }

        Assert.That(async () => await http.GetAsync(url, cancel), Throws.InstanceOf<HttpRequestException>());
    }

    [Test]
    public async Task It_starts_and_stops_with_a_provider_without_host(CancellationToken cancel)
    {
        using var meter = new Meter("listener.sdk");
        using var http = new HttpClient();
        PrometheusListener? listener = null;
        using (
            OpenTelemetrySdk.Create(otel =>
            {
                otel.WithMetrics(metrics => metrics.AddMeter(meter.Name)).UsePrometheusExporter(port: 0);
                otel.Services.ConfigureOpenTelemetryMeterProvider(
                    (services, _) => listener = services.GetRequiredService<PrometheusListener>()
                );
            })
        )
        {
            meter.CreateCounter<long>("c").Add(1);
            await listener!.Started.WaitAsync(cancel);
            Assert.That(await http.GetStringAsync(Url(listener), cancel), Does.Contain("c_total"));
        }

        Assert.That(async () => await http.GetAsync(Url(listener), cancel), Throws.InstanceOf<HttpRequestException>());
    }

    [Test]
    public async Task A_taken_port_is_reported_once_and_tried_again_and_the_program_goes_on(CancellationToken cancel)
    {
        using var meter = new Meter("listener.taken");
        var time = new FakeTimeProvider();
        var log = new Lines();
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        var port = ((IPEndPoint)taken.LocalEndpoint).Port;
        using var host = Worker(
            meter,
            services => services.AddSingleton<TimeProvider>(new Signalling(time)).AddLogging(logging => logging.AddProvider(log)),
            port
        );
        await host.StartAsync(cancel);
        var error = await log.NextAsync(cancel);
        Assert.That(
            error,
            Does.StartWith("Error: Prometheus cannot scrape this program").And.Contain(FormattableString.Invariant($"127.0.0.1:{port}"))
        );
        Assert.That(error, Does.Contain("OtelPipeline:Prometheus:Listener:Port"));

        var listener = host.Services.GetRequiredService<PrometheusListener>();
        var clock = (Signalling)host.Services.GetRequiredService<TimeProvider>();
        await clock.TimerMadeAsync(cancel);
        time.Advance(PrometheusListener.RetryInterval); // still taken
        await clock.TimerMadeAsync(cancel);
        Assert.That(listener.Started.IsCompleted, Is.False);
        taken.Stop();
        time.Advance(PrometheusListener.RetryInterval);
        await listener.Started.WaitAsync(cancel);
        Assert.That(listener.Port, Is.EqualTo(port));
        Assert.That(
            await log.NextAsync(cancel),
            Is.EqualTo(FormattableString.Invariant($"Information: Prometheus can scrape http://127.0.0.1:{port}/metrics"))
        );
        meter.CreateCounter<long>("c").Add(1);
        using var http = new HttpClient();
        Assert.That(await http.GetStringAsync(Url(listener), cancel), Does.Contain("c_total"));
        await host.StopAsync(cancel);
    }

    [Test]
    public async Task Switched_off_it_opens_no_port(CancellationToken cancel)
    {
        using var meter = new Meter("listener.off");
        using var host = Worker(meter, settings: ("OtelPipeline:Enabled", "false"));
        await host.StartAsync(cancel);
        var listener = host.Services.GetRequiredService<PrometheusListener>();
        await listener.Started.WaitAsync(cancel);
        Assert.That(listener.Port, Is.Zero);
    }

    [Test]
    public async Task A_program_that_ends_while_it_waits_for_its_port_ends(CancellationToken cancel)
    {
        using var meter = new Meter("listener.end");
        var log = new Lines();
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        var host = Worker(
            meter,
            services => services.AddLogging(logging => logging.AddProvider(log)),
            ((IPEndPoint)taken.LocalEndpoint).Port
        );
        await host.StartAsync(cancel);
        await log.NextAsync(cancel);
        var listener = host.Services.GetRequiredService<PrometheusListener>();
        await host.StopAsync(cancel);
        host.Dispose();
        await listener.Started.WaitAsync(cancel);
        Assert.That(listener.Port, Is.Zero);
    }

    [Test]
    public async Task Settings_come_from_configuration_and_code_wins(CancellationToken cancel)
    {
        using var meter = new Meter("listener.settings");
        using var host = Worker(
            meter,
            port: null,
            configure: options => options.Port = 0,
            settings: [("OtelPipeline:Prometheus:Listener:Path", "/m"), ("OtelPipeline:Prometheus:Listener:Port", "1")]
        );
        await host.StartAsync(cancel);
        var listener = host.Services.GetRequiredService<PrometheusListener>();
        await listener.Started.WaitAsync(cancel);
        using var http = new HttpClient();
        Assert.That(await http.GetStringAsync(Url(listener, "/m"), cancel), Does.Contain("target_info"));
        await host.StopAsync(cancel);
    }

    [TestCase("OtelPipeline:Prometheus:Listener:Address", "localhost", "Address is 'localhost'. Give an IP address")]
    [TestCase("OtelPipeline:Prometheus:Listener:Port", "99999", "Port is 99999. Give a port from 0 to 65535")]
    [TestCase("OtelPipeline:Prometheus:Listener:Path", "metrics", "Path is 'metrics'. Give a path that begins with a slash")]
    [TestCase("OtelPipeline:Prometheus:Listener:Host", "x", "'OtelPipeline:Prometheus:Listener:Host' is unknown")]
    public void A_wrong_setting_says_which_its_value_and_what_to_do(string key, string value, string message)
    {
        using var meter = new Meter("listener.wrong");
        using var host = Worker(meter, port: null, settings: (key, value));
        var failure = Assert.Throws<OptionsValidationException>(() => host.Services.GetRequiredService<MeterProvider>());
        Assert.That(failure!.Message, Does.Contain(message));
    }

    [Test]
    public void A_wrong_port_is_refused_at_once()
    {
        var failure = Assert.Throws<ArgumentOutOfRangeException>(() => OpenTelemetrySdk.Create(otel => otel.UsePrometheusExporter(70_000)));
        Assert.That(failure!.Message, Does.Contain("70000").And.Contain("0 to 65535"));
    }

    /// <summary>Tells when somebody starts to wait.</summary>
    private sealed class Signalling(FakeTimeProvider time) : TimeProvider
    {
        private readonly SemaphoreSlim _timers = new(0);

        public override long TimestampFrequency => time.TimestampFrequency;

        public Task TimerMadeAsync(CancellationToken cancel) => _timers.WaitAsync(cancel);

        public override DateTimeOffset GetUtcNow() => time.GetUtcNow();

        public override long GetTimestamp() => time.GetTimestamp();

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            var timer = time.CreateTimer(callback, state, dueTime, period);
            _timers.Release();
            return timer;
        }
    }

    /// <summary>The log of the listener, line by line.</summary>
    private sealed class Lines : ILoggerProvider, ILogger
    {
        private readonly ConcurrentQueue<string> _lines = new();
        private readonly SemaphoreSlim _count = new(0);

        public async Task<string> NextAsync(CancellationToken cancel)
        {
            await _count.WaitAsync(cancel);
            return _lines.TryDequeue(out var line) ? line : "";
        }

        public ILogger CreateLogger(string categoryName) =>
            categoryName.StartsWith("OtelPipeline", StringComparison.Ordinal)
                ? this
                : Microsoft.Extensions.Logging.Abstractions.NullLogger.Instance;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(
            LogLevel logLevel,
            EventId eventId,
            TState state,
            Exception? exception,
            Func<TState, Exception?, string> formatter
        )
        {
            _lines.Enqueue($"{logLevel}: {formatter(state, exception)}");
            _count.Release();
        }

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public void Dispose() { }
    }
}
