using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using OtelPipeline.Exporter.Prometheus;

namespace OtelPipeline.AspNetCore.Prometheus;

/// <summary>
/// Kestrel with one endpoint and nothing around it: no host, whose lifetime would take the signals of the program it serves. While its port is
/// taken it tries again.
/// </summary>
internal sealed class PrometheusListener : IDisposable
{
    internal static readonly TimeSpan RetryInterval = TimeSpan.FromSeconds(10);

    // Prometheus and a few curious people: more at once is a mistake or an attack
    private const int MaxConnections = 256;

    private readonly PrometheusScraper _scraper;
    private readonly PrometheusListenerOptions _options;
    private readonly IServiceProvider _services;
    private readonly CancellationTokenSource _stop = new();
    private readonly Lock _lock = new();
    private KestrelServer? _server;
    private bool _disposed;

    public PrometheusListener(PrometheusScraper scraper, PrometheusListenerOptions options, IServiceProvider services)
    {
        _scraper = scraper;
        _options = options;
        _services = services;
        Started = options.Enabled ? Task.Run(StartAsync) : Task.CompletedTask;
    }

    /// <summary>Ends when it listens or has been disposed of.</summary>
    public Task Started { get; }

    /// <summary>The port it listens on; 0 before that.</summary>
    public int Port { get; private set; }

    public void Dispose()
    {
        KestrelServer? server;
        lock (_lock)
        {
            if (_disposed)
                return;
            _disposed = true;
            server = _server;
        }

        _stop.Cancel();
        server?.Dispose();
        _stop.Dispose();
    }

    private async Task StartAsync()
    {
        var stopping = _stop.Token;
        var time = _services.GetService<TimeProvider>() ?? TimeProvider.System;
        var reported = false;
        while (!stopping.IsCancellationRequested)
        {
            try
            {
                await ListenAsync(stopping).ConfigureAwait(false);
                return;
            }
            catch (OperationCanceledException) when (stopping.IsCancellationRequested)
            {
                return;
            }
            catch (Exception exception)
            {
                if (!reported)
                    Report(exception);
                reported = true;
            }

            await Task.Delay(RetryInterval, time, stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task ListenAsync(CancellationToken cancel)
    {
        var options = new KestrelServerOptions { AddServerHeader = false };
        options.Limits.MaxRequestBodySize = 0;
        options.Limits.MaxConcurrentConnections = MaxConnections;
        options.Listen(_options.Endpoint);
        var server = new KestrelServer(
            Options.Create(options),
            new SocketTransportFactory(Options.Create(new SocketTransportOptions()), NullLoggerFactory.Instance),
            NullLoggerFactory.Instance
        );
        try
        {
            await server.StartAsync(new Application(_scraper, _options.Path), cancel).ConfigureAwait(false);
            lock (_lock)
            {
                ObjectDisposedException.ThrowIf(_disposed, this);
                _server = server;
            }
        }
        catch (Exception)
        {
            server.Dispose();
            throw;
        }

        var url = server.Features.GetRequiredFeature<IServerAddressesFeature>().Addresses.First();
        Port = new Uri(url).Port;
        ListenerEventSource.Log.Listening(url + _options.Path);
        if (Logger() is { } logger && logger.IsEnabled(LogLevel.Information))
            logger.LogInformation("Prometheus can scrape {Url}{Path}", url, _options.Path);
    }

    private void Report(Exception exception)
    {
        var cause =
            exception is IOException { InnerException: { } inner } || exception is SocketException
                ? "the port is taken or not permitted"
                : "an error";
        var message =
            $"Prometheus cannot scrape this program: listening on {_options.Endpoint} failed, {cause} ({exception.Message}). It is tried again every "
            + $"{RetryInterval.TotalSeconds:0} seconds; to use another port set {PrometheusListenerOptions.Section}:{nameof(PrometheusListenerOptions.Port)}.";
        ListenerEventSource.Log.NotListening(message);
        Logger()?.LogError(exception, "{Message}", message);
    }

    private ILogger? Logger()
    {
        try
        {
            return _services.GetService<ILoggerFactory>()?.CreateLogger("OtelPipeline.AspNetCore.Prometheus");
        }
        catch (ObjectDisposedException)
        {
            return null; // the container is going down; the event source has the message
        }
    }

    private sealed class Application(PrometheusScraper scraper, string path) : IHttpApplication<HttpContext>
    {
        public HttpContext CreateContext(IFeatureCollection contextFeatures) => new DefaultHttpContext(contextFeatures);

        public void DisposeContext(HttpContext context, Exception? exception) { }

        public Task ProcessRequestAsync(HttpContext context)
        {
            if (!context.Request.Path.Equals(path, StringComparison.Ordinal))
                context.Response.StatusCode = StatusCodes.Status404NotFound;
            else if (HttpMethods.IsGet(context.Request.Method) || HttpMethods.IsHead(context.Request.Method))
                return ScrapeEndpoint.RespondAsync(context, scraper);
            else
                (context.Response.StatusCode, context.Response.Headers.Allow) = (StatusCodes.Status405MethodNotAllowed, "GET, HEAD");
            return Task.CompletedTask;
        }
    }
}
