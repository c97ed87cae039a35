using System.Net;
using System.Net.Sockets;
using System.Text;

namespace OtelPipeline.Cli.Slo;

/// <summary>
/// Answers <c>GET /metrics</c> and nothing else: so little HTTP that the tool need not bring a web server. One request for each connection, of at
/// most 8 KiB, within 5 seconds.
/// </summary>
internal sealed class MetricsServer : IDisposable
{
    private const int LongestRequest = 8 * 1024;
    private const int MostConnections = 16;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private readonly TcpListener _listener;
    private readonly SemaphoreSlim _connections = new(MostConnections);
    private volatile string _text = "";

    /// <exception cref="UsageException">The address cannot be listened on.</exception>
    public MetricsServer(Uri address)
    {
        var host =
            address.Host is "localhost" ? IPAddress.Loopback
            : address.Host is "*" or "+" ? IPAddress.Any
            : IPAddress.TryParse(address.Host.Trim('[', ']'), out var ip) ? ip
            : throw new UsageException($"--urls '{address}': write an address of this machine, such as http://127.0.0.1:9108");
        _listener = new TcpListener(host, address.Port);
        try
        {
            _listener.Start();
        }
        catch (SocketException exception)
        {
            throw new UsageException($"--urls '{address}': {exception.Message}");
        }

        Address = new Uri($"http://{_listener.LocalEndpoint}/metrics");
    }

    public Uri Address { get; }

    /// <summary>What is answered from now on.</summary>
    public void Publish(string text) => _text = text;

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        while (!cancellationToken.IsCancellationRequested)
        {
            await _connections.WaitAsync(cancellationToken);
            TcpClient client;
            try
            {
                client = await _listener.AcceptTcpClientAsync(cancellationToken);
            }
            catch (SocketException)
            {
                // who called has hung up already
                _connections.Release();
                continue;
            }

            _ = AnswerAsync(client, cancellationToken);
        }
    }

    public void Dispose()
    {
        _listener.Dispose();
        _connections.Dispose();
    }

    private async Task AnswerAsync(TcpClient client, CancellationToken cancellationToken)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(Patience);
        try
        {
            using (client)
            {
                var stream = client.GetStream();
                var request = await ReadAsync(stream, patience.Token);
                await stream.WriteAsync(Answer(request), patience.Token);
            }
        }
        catch (Exception exception) when (exception is IOException or SocketException or OperationCanceledException)
        {
            // whoever asked gets nothing, and asks again
        }
        finally
        {
            try
            {
                _connections.Release();
            }
            catch (ObjectDisposedException)
            {
                // the server has ended meanwhile
            }
        }
    }

    private static async Task<string> ReadAsync(NetworkStream stream, CancellationToken cancellationToken)
    {
        var buffer = new byte[LongestRequest];
        var length = 0;
        while (length < buffer.Length)
        {
            var count = await stream.ReadAsync(buffer.AsMemory(length), cancellationToken);
            length += count;
            if (count == 0 || buffer.AsSpan(0, length).IndexOf("\r\n\r\n"u8) >= 0)
                break;
        }

        return Encoding.ASCII.GetString(buffer, 0, length);
    }

    private byte[] Answer(string request)
    {
        var words = request.Split("\r\n")[0].Split(' ');
        var path = words.Length == 3 ? words[1].Split('?')[0] : "";
        var (status, body) =
            words.Length != 3 ? ("400 Bad Request", "This is no HTTP request.\n")
            : words[0] is not ("GET" or "HEAD") ? ("405 Method Not Allowed", "Only GET is answered.\n")
            : path != "/metrics" ? ("404 Not Found", "The metrics are at /metrics.\n")
            : ("200 OK", _text);
        var bytes = Encoding.UTF8.GetBytes(body);
        var head = Encoding.ASCII.GetBytes(
            $"HTTP/1.1 {status}\r\nContent-Type: {SloMetricsText.ContentType}\r\nContent-Length: {bytes.Length}\r\nConnection: close\r\n\r\n"
        );
        return words[0] == "HEAD" ? head : [.. head, .. bytes];
    }
}
