using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using OtelPipeline.Interop.Tests.Slo;
using OtelPipeline.Slo;
using OtelPipeline.Slo.Prometheus;
using OtelPipeline.Testing;

namespace OtelPipeline.Examples.Tests;

/// <summary>
/// A Prometheus with the rules of the downloader's objectives: of a run, as they are there, and over an hour, with the windows scaled down to some seconds.
/// </summary>
internal sealed partial class DownloadPrometheus : IAsyncDisposable
{
    private static readonly HttpClient Http = new();

    // scrapes twice a second: longer than the longest window, so that what a run burnt has been seen
    private const int Scrapes = 36;
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private readonly Daemon _daemon;
    private readonly int _port;

    private DownloadPrometheus(Daemon daemon, int port) => (_daemon, _port) = (daemon, port);

    public string Log => _daemon.Log;

    /// <param name="folder">Where its files may lie.</param>
    /// <param name="target">The port of what it scrapes.</param>
    public static async Task<DownloadPrometheus> StartAsync(string folder, int target)
    {
        var definition = await File.ReadAllTextAsync(Path.Combine(RepositoryPaths.Root, "examples", "ContentDownload", "slo.yaml"));
        var rolling = definition.Replace(
            "  budgetingMethod: Occurrences",
            "  timeWindow: [{duration: 1h, isRolling: true}]\n  budgetingMethod: Occurrences",
            StringComparison.Ordinal
        );
        foreach (var (name, text) in new[] { ("run", definition), ("rolling", rolling) })
        {
            var rules = Directory.CreateDirectory(Path.Combine(folder, "rules", name)).FullName;
            foreach (var file in PrometheusRules.Generate(SloDocument.Parse(text), PrometheusMetricStyle.Prometheus).Files)
            {
                if (file.Name.EndsWith(".rules.yaml", StringComparison.Ordinal))
                    await File.WriteAllTextAsync(
                        Path.Combine(rules, file.Name),
                        Window.Replace(
                            file.Text,
                            static m =>
                                m.Value switch
                                {
                                    "1m" => "8s",
                                    "2m" => "9s",
                                    "6m" => "10s",
                                    _ => m.Value,
                                }
                        )
                    );
            }
        }

        var configuration = Path.Combine(folder, "prometheus.yml");
        await File.WriteAllTextAsync(
            configuration,
            $$"""
            global: {scrape_interval: 500ms, evaluation_interval: 500ms}
            rule_files: ['{{folder}}/rules/*/*.rules.yaml']
            scrape_configs:
            - {job_name: example, static_configs: [{targets: ['127.0.0.1:{{target}}'] } ] }
            """
        );
        var port = Daemon.FreePort();
        var (daemon, _) = await Daemon.StartAsync(
            "prometheus",
            [
                $"--config.file={configuration}",
                $"--storage.tsdb.path={Path.Combine(folder, "prometheus")}",
                string.Create(CultureInfo.InvariantCulture, $"--web.listen-address=127.0.0.1:{port}"),
            ],
            "Server is ready to receive web requests",
            "prometheus"
        );
        return new DownloadPrometheus(daemon, port);
    }

    /// <summary>Name and objective of all alerts that have fired, once there was time for them.</summary>
    public async Task<HashSet<string>> AlertsAsync()
    {
        using var patience = new CancellationTokenSource(Patience);
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(500));
        while ((await QueryAsync(string.Create(CultureInfo.InvariantCulture, $"sum_over_time(up[5m]) >= {Scrapes}"))).Count == 0)
            await timer.WaitForNextTickAsync(patience.Token);
        return
        [
            .. (await QueryAsync("max_over_time(ALERTS{alertstate=\"firing\"}[1h])")).Select(static l =>
                $"{l.GetProperty("alertname").GetString()} {l.GetProperty("slo_name").GetString()}"
            ),
        ];
    }

    private async Task<List<JsonElement>> QueryAsync(string query)
    {
        var path = string.Create(
            CultureInfo.InvariantCulture,
            $"http://127.0.0.1:{_port}/api/v1/query?query={Uri.EscapeDataString(query)}"
        );
        var data = JsonDocument.Parse(await Http.GetStringAsync(new Uri(path))).RootElement.GetProperty("data");
        return [.. data.GetProperty("result").EnumerateArray().Select(static r => r.GetProperty("metric"))];
    }

    public ValueTask DisposeAsync() => _daemon.DisposeAsync();

    // of ranges and offsets, not in names
    [GeneratedRegex(@"(?<=\[|offset )[0-9a-z]+")]
    private static partial Regex Window { get; }
}
