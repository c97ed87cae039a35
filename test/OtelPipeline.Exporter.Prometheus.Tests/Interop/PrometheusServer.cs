using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text.Json;

namespace OtelPipeline.Exporter.Prometheus.Tests.Interop;

/// <summary>A real Prometheus on 127.0.0.1 with a folder of its own, which ends with the test.</summary>
internal sealed class PrometheusServer : IAsyncDisposable
{
    public const string Missing =
        "was not found. Install Debian's package: apt-get update && DEBIAN_FRONTEND=noninteractive apt-get install -y prometheus "
        + "(its service is not needed: systemctl disable --now prometheus), or put prometheus and promtool on the PATH.";

    private readonly Process _process;
    private readonly string _directory;
    private readonly HttpClient _http;
    private readonly List<string> _log = [];

    private PrometheusServer(Process process, string directory, int port)
    {
        _process = process;
        _directory = directory;
        _http = new HttpClient { BaseAddress = new Uri(string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{port}/")) };
    }

    /// <param name="targets">Job and address of what it scrapes, as http://host:port/path.</param>
    /// <param name="features">For <c>--enable-feature</c>.</param>
    /// <param name="cancel">Gives up.</param>
    public static async Task<PrometheusServer> StartAsync(
        IEnumerable<(string Job, Uri Target)> targets,
        string features,
        CancellationToken cancel
    )
    {
        var directory = Directory.CreateTempSubdirectory("otelpipeline-prometheus-").FullName;
        var jobs = targets.Select(target =>
            $"""
                  - job_name: '{target.Job}'
                    metrics_path: '{target.Target.AbsolutePath}'
                    honor_labels: true
                    static_configs: [{"{"} targets: ['{target.Target.Authority}'] {"}"}]
                """
        );
        var configuration = Path.Combine(directory, "prometheus.yml");
        await File.WriteAllTextAsync(
            configuration,
            "global: { scrape_interval: 1s, scrape_timeout: 1s }\nscrape_configs:\n" + string.Join('\n', jobs) + "\n",
            cancel
        );
        var port = FreePort();
        var start = new ProcessStartInfo("prometheus") { RedirectStandardError = true, RedirectStandardOutput = true };
        foreach (
            var argument in new[]
            {
                $"--config.file={configuration}",
                $"--storage.tsdb.path={Path.Combine(directory, "data")}",
                string.Create(CultureInfo.InvariantCulture, $"--web.listen-address=127.0.0.1:{port}"),
                $"--enable-feature={features}",
            }
        )
            start.ArgumentList.Add(argument);
        var server = new PrometheusServer(Launch(start), directory, port);
        try
        {
            await server.WaitUntilReadyAsync(cancel);
            return server;
        }
        catch (Exception)
        {
            await server.DisposeAsync();
            throw;
        }
    }

    public static Process Launch(ProcessStartInfo start)
    {
        try
        {
            return Process.Start(start)!;
        }
        catch (Win32Exception)
        {
            throw new AssertionException($"'{start.FileName}' {Missing}");
        }
    }

    /// <summary>The <c>data</c> of an answer of the HTTP API.</summary>
    public async Task<JsonElement> GetAsync(string path, CancellationToken cancel)
    {
        using var response = await _http.GetAsync(new Uri(path, UriKind.Relative), cancel);
        var text = await response.Content.ReadAsStringAsync(cancel);
        Assert.That(response.StatusCode, Is.EqualTo(HttpStatusCode.OK), text);
        return JsonDocument.Parse(text).RootElement.GetProperty("data");
    }

    /// <summary>The series of an instant query: labels and value (a number as text, or a histogram).</summary>
    public async Task<List<(Dictionary<string, string> Labels, JsonElement Value)>> QueryAsync(string query, CancellationToken cancel)
    {
        var data = await GetAsync("api/v1/query?query=" + Uri.EscapeDataString(query), cancel);
        return
        [
            .. data.GetProperty("result")
                .EnumerateArray()
                .Select(item =>
                    (
                        item.GetProperty("metric").EnumerateObject().ToDictionary(label => label.Name, label => label.Value.GetString()!),
                        item.TryGetProperty("value", out var value) ? value[1] : item.GetProperty("histogram")[1]
                    )
                ),
        ];
    }

    /// <summary>What it said so far, for messages.</summary>
    public string Log
    {
        get
        {
            lock (_log)
                return string.Join('\n', _log);
        }
    }

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        if (!_process.HasExited)
            _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
        Directory.Delete(_directory, recursive: true);
    }

    private async Task WaitUntilReadyAsync(CancellationToken cancel)
    {
        var ready = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _process.ErrorDataReceived += (_, line) =>
        {
            lock (_log)
                _log.Add(line.Data ?? "");
            if (line.Data is null)
                ready.TrySetException(new AssertionException("Prometheus ended:\n" + Log));
            else if (line.Data.Contains("Server is ready to receive web requests", StringComparison.Ordinal))
                ready.TrySetResult();
        };
        _process.BeginErrorReadLine();
        _process.BeginOutputReadLine();
        await ready.Task.WaitAsync(TimeSpan.FromSeconds(30), cancel);
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
