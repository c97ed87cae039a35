using System.Collections.Concurrent;
using System.Net.Sockets;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace ContentDownload.Origin;

/// <summary>The strangers that the program downloads from: a web server on this machine that stands in for all of their hosts.</summary>
internal sealed class OriginServer : IAsyncDisposable
{
    private readonly WebApplication _application;
    private readonly CatalogEndpoint _catalog;
    private readonly Dictionary<string, OriginFile> _byPath;
    private readonly ConcurrentDictionary<(string Host, string Item), int> _requests = [];
    private readonly Troubles _troubles;
    private readonly Quota _quota;
    private int _port;

    private OriginServer(WebApplication application, IReadOnlyList<OriginFile> files, Troubles troubles)
    {
        _application = application;
        _catalog = new CatalogEndpoint(files, troubles.Fault);
        _byPath = files.ToDictionary(static f => Uri.UnescapeDataString(f.Path), StringComparer.Ordinal);
        _troubles = troubles;
        _quota = new Quota(troubles.Fault);
    }

    public static async Task<OriginServer> StartAsync(IReadOnlyList<OriginFile> files, Troubles troubles)
    {
        // a host watches its content root for changed settings: not the folder where downloads are written
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { ContentRootPath = AppContext.BaseDirectory });
        builder.Logging.ClearProviders();
        var application = builder.Build();
        application.Urls.Add("http://127.0.0.1:0");
        var server = new OriginServer(application, files, troubles);
        application.Run(server.AnswerAsync);
        await application.StartAsync();
        server._port = new Uri(application.Urls.Single()).Port;
        return server;
    }

    /// <summary>What DNS would do for real hosts: each of them is here.</summary>
    public async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancellationToken)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync("127.0.0.1", _port, cancellationToken);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _application.StopAsync();
        await _application.DisposeAsync();
    }

    private Task AnswerAsync(HttpContext context) =>
        context.Request.Host.Host == Hosts.Catalog
            ? _catalog.AnswerAsync(context)
            : AnswerWithFileAsync(context, context.Request.Host.Host);

    private async Task AnswerWithFileAsync(HttpContext context, string host)
    {
        var response = context.Response;
        if (!_byPath.TryGetValue(context.Request.Path.Value ?? "", out var file))
        {
            response.StatusCode = StatusCodes.Status404NotFound;
            return;
        }

        if (host == Hosts.Primary)
            _quota.Arrive();
        await Task.Delay(_troubles.Latency(host, file), context.RequestAborted);
        if (host == Hosts.Primary && _quota.Refuses())
        {
            response.StatusCode = StatusCodes.Status429TooManyRequests;
            response.Headers.RetryAfter = $"{Quota.RetryAfterSeconds}";
            return;
        }

        var number = _requests.AddOrUpdate((host, file.Id), 1, static (_, n) => n + 1);
        var trouble = _troubles.Of(file);
        if (_troubles.IsDown(host, file) || (trouble == Trouble.FailsOnce && number == 1))
            response.StatusCode = StatusCodes.Status500InternalServerError;
        else if (IsMissing(trouble, host))
            response.StatusCode = StatusCodes.Status404NotFound;
        else
            await new FileAnswer(context, file, host == Hosts.Primary, isFirst: number == 1, trouble).SendAsync();
    }

    private static bool IsMissing(Trouble trouble, string host) =>
        trouble switch
        {
            Trouble.Missing => true,
            Trouble.OnlyInMirrors => host == Hosts.Primary,
            Trouble.OnlyInArchive => host != Hosts.Archive,
            _ => false,
        };
}
