using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using OtelPipeline.Interop.Tests.Slo;
using OtelPipeline.Slo;
using OtelPipeline.Slo.OpenSlo;
using OtelPipeline.Slo.Prometheus;
using OtelPipeline.Testing;

namespace OtelPipeline.Examples.Tests.ContentDownload;

/// <summary>
/// A Prometheus that scrapes one run, with the rules that are generated from the downloader's objectives: as they are, judged for each run, and over an hour,
/// the windows of whose burn rates are scaled down to some seconds.
/// </summary>
internal sealed partial class DownloadPrometheus : IAsyncDisposable
{
    /// <summary>
    /// How often it has come when the work begins. A rate of burning counts once there are samples for as long as the longest window; what has happened since the
    /// work began is in the shortest one, too, then, with a sample before it.
    /// </summary>
    public const int ScrapesBefore = 4;

    private const string ShortWindow = "12s";
    private const string LongWindow = "13s";

    private static readonly HttpClient Http = new();
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    private readonly Daemon _daemon;
    private readonly string _address;

    private DownloadPrometheus(Daemon daemon, string address) => (_daemon, _address) = (daemon, address);

    public static string Definition => Path.Combine(RepositoryPaths.Root, "examples", "ContentDownload", "slo.yaml");

    /// <summary>Writes the rules that all of them load.</summary>
    public static void WriteRules(string folder)
    {
        var definition = File.ReadAllText(Definition);
        var rolling = definition.Replace(
            "  budgetingMethod: Occurrences",
            "  timeWindow: [{duration: 1h, isRolling: true}]\n  budgetingMethod: Occurrences",
            StringComparison.Ordinal
        );
        foreach (var (kind, text) in new[] { ("run", definition), ("rolling", rolling) })
        {
            foreach (var file in PrometheusRules.Generate(SloDocument.Parse(text)).Files)
            {
                if (file.Name.EndsWith(".rules.yaml", StringComparison.Ordinal))
                    File.WriteAllText(Path.Combine(folder, $"{kind}.{file.Name}"), Window.Replace(file.Text, static m => Scaled(m.Value)));
            }
        }
    }

    /// <param name="folder">Where the rules are, and its files may lie.</param>
    /// <param name="name">Whose it is.</param>
    /// <param name="rolling">The objective whose burn rates it looks at; * for all.</param>
    /// <param name="target">The port of what it scrapes.</param>
    public static async Task<DownloadPrometheus> StartAsync(string folder, string name, string rolling, string target)
    {
        var configuration = Path.Combine(folder, $"{name}.prometheus.yml");
        await File.WriteAllTextAsync(
            configuration,
            $$"""
            global: {scrape_interval: 1s, evaluation_interval: 1s}
            rule_files: [{{folder}}/run.*.rules.yaml, {{folder}}/rolling.{{rolling}}.rules.yaml]
            scrape_configs:
            - {job_name: example, static_configs: [{targets: ['127.0.0.1:{{target}}'] } ] }
            """
        );
        var address = string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{Daemon.FreePort()}");
        var (daemon, _) = await Daemon.StartAsync(
            "prometheus",
            [
                $"--config.file={configuration}",
                $"--storage.tsdb.path={Path.Combine(folder, $"{name}.prometheus")}",
                $"--web.listen-address={address}",
            ],
            "Server is ready to receive web requests",
            "prometheus"
        );
        return new DownloadPrometheus(daemon, address);
    }

    /// <summary>What must fire in the run of a fault: the verdict on its objective, and how fast that burns, where it is no limit.</summary>
    public static IReadOnlyList<string> Expected(string fault) =>
        fault.Length == 0 ? []
        : SloDocument.Load(Definition).Objectives.Single(o => o.Slo.Name == fault).Kind == SloObjectiveKind.Limit ? [$"failed {fault}"]
        : [$"failed {fault}", $"burnt {fault}"];

    /// <summary>
    /// The alerts of a run that is done, once they are those of what it serves now and what is expected is among them: of verdicts those that fire now (the first
    /// items of a run may have failed more often than all), of burn rates those that have fired.
    /// </summary>
    public async Task<IReadOnlySet<string>> AlertsAsync(IReadOnlyList<string> expected)
    {
        using var patience = new CancellationTokenSource(Patience);
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(500));
        var scrapes = await ScrapesAsync() + 2;
        while (true)
        {
            var served = await ScrapesAsync() >= scrapes ? await NamesAsync("failed", "slo_result{slo_result_state=\"fail\"} == 1") : null;
            var failed = await NamesAsync("failed", "ALERTS{alertname=\"SloFailed\",alertstate=\"firing\"}");
            var alerts = await NamesAsync("burnt", "max_over_time(ALERTS{alertname=~\"Slo.+Burn\",alertstate=\"firing\"}[1h])");
            alerts.UnionWith(failed);
            if ((served?.SetEquals(failed) == true && alerts.IsSupersetOf(expected)) || patience.IsCancellationRequested)
                return alerts;
            await timer.WaitForNextTickAsync(CancellationToken.None);
        }
    }

    /// <summary>What it has seen and said, for whoever has to find out why an alert is missing.</summary>
    public async Task<string> HistoryAsync()
    {
        var series = await QueryAsync("{__name__=~\"slo_events_total|otelpipeline:slo_error:.+\"}[1h]");
        return string.Join('\n', series.Select(static s => s.GetRawText()).Append(_daemon.Log));
    }

    public ValueTask DisposeAsync() => _daemon.DisposeAsync();

    private async Task<int> ScrapesAsync() =>
        (await QueryAsync("sum_over_time(up[1h])"))
            .Select(static r => int.Parse(r.GetProperty("value")[1].GetString()!, CultureInfo.InvariantCulture))
            .SingleOrDefault();

    private async Task<HashSet<string>> NamesAsync(string prefix, string query) =>
        [.. (await QueryAsync(query)).Select(r => $"{prefix} {r.GetProperty("metric").GetProperty("slo_name").GetString()}")];

    private async Task<List<JsonElement>> QueryAsync(string query)
    {
        var answer = await Http.GetStringAsync(new Uri($"http://{_address}/api/v1/query?query={Uri.EscapeDataString(query)}"));
        return [.. JsonDocument.Parse(answer).RootElement.GetProperty("data").GetProperty("result").EnumerateArray()];
    }

    // that of the budget stays
    private static string Scaled(string window) =>
        window switch
        {
            "1h" => window,
            "1m" => ShortWindow,
            _ => LongWindow,
        };

    // of ranges and offsets, not in names
    [GeneratedRegex(@"(?<=\[|offset )[0-9a-z]+")]
    private static partial Regex Window { get; }
}
