using System.Globalization;
using System.Text.Json;
using OtelPipeline.Slo;
using OtelPipeline.Testing;

namespace OtelPipeline.Interop.Tests.Slo;

/// <summary>A real Prometheus loads the generated rules, scrapes <c>otelpipe slo serve</c> over growing files, and fires.</summary>
[Parallelizable(ParallelScope.Children)]
internal sealed class FiringTests
{
    private static readonly HttpClient Http = new();
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    [Test]
    public async Task Objectives_of_a_run_fire_by_their_result()
    {
        var document = SloDocument.Parse(RulesFolder.Eight);

        await FireAsync(document, RulesFolder.Eight, document.Slos.Select(static s => $"SloFailed {s.Name} ticket"));
    }

    // an hour has windows of one minute
    [Test]
    public async Task Rolling_objectives_fire_by_burn_rate_and_limits_by_their_result()
    {
        var document = RulesFolder.Rolling("1h");

        await FireAsync(
            document,
            RulesFolder.RollingText("1h"),
            document.Objectives.Select(static o =>
                o.Kind == OtelPipeline.Slo.OpenSlo.SloObjectiveKind.Limit
                    ? $"SloFailed {o.Slo.Name} page"
                    : $"SloFastBurn {o.Slo.Name} page"
            )
        );
    }

    private static async Task FireAsync(SloDocument document, string definition, IEnumerable<string> expected)
    {
        using var folder = new RulesFolder(document);
        var telemetry = Directory.CreateDirectory(folder.Of("telemetry")).FullName;
        foreach (var signal in new[] { "spans", "logs" })
            Directory.CreateDirectory(Path.Combine(telemetry, signal));
        await File.WriteAllTextAsync(folder.Of("slo.yaml"), definition);
        Append(telemetry, 0);

        var configuration = AppContext.BaseDirectory.Contains("Release", StringComparison.Ordinal) ? "Release" : "Debug";
        var tool = Path.Combine(RepositoryPaths.Root, "src", "OtelPipeline.Cli", "bin", configuration, "net10.0", "OtelPipeline.Cli.dll");
        var dotnet = Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet";
        var (serve, ready) = await Daemon.StartAsync(
            dotnet,
            [tool, "slo", "serve", "-f", folder.Of("slo.yaml"), telemetry, "--urls", "http://127.0.0.1:0", "--poll", "500ms"],
            "serving http",
            "dotnet-runtime-10.0"
        );
        await using var served = serve;
        var target = new Uri(ready[ready.IndexOf("http", StringComparison.Ordinal)..]);
        await File.WriteAllTextAsync(
            folder.Of("prometheus.yml"),
            $$"""
            global: {scrape_interval: 1s, evaluation_interval: 2s}
            rule_files: ['{{folder.Path}}/*.rules.yaml']
            scrape_configs:
            - {job_name: sidecar, static_configs: [{targets: ['{{target.Authority}}'] } ] }
            """
        );
        var port = Daemon.FreePort();
        var (prometheus, _) = await Daemon.StartAsync(
            "prometheus",
            [
                $"--config.file={folder.Of("prometheus.yml")}",
                $"--storage.tsdb.path={folder.Of("data")}",
                string.Create(CultureInfo.InvariantCulture, $"--web.listen-address=127.0.0.1:{port}"),
            ],
            "Server is ready to receive web requests",
            "prometheus"
        );
        await using var server = prometheus;

        // each look appends something, so that there is something to look for in the next one
        using var patience = new CancellationTokenSource(Patience);
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(1));
        List<string> missing = [.. expected];
        for (var i = 1; missing.Count > 0 && !patience.IsCancellationRequested; i++)
        {
            await timer.WaitForNextTickAsync(CancellationToken.None);
            Append(telemetry, i);
            missing = [.. expected.Except(await AlertsAsync(port))];
        }

        Assert.That(missing, Is.Empty, () => $"{serve.Log}\n{prometheus.Log}");
    }

    private static void Append(string telemetry, int turn)
    {
        var now = DateTimeOffset.UtcNow;
        File.AppendAllText(Path.Combine(telemetry, "spans", "20261120T100000000Z-a-000000.jsonl"), BadTelemetry.Spans(now, turn));
        File.AppendAllText(Path.Combine(telemetry, "logs", "20261120T100000000Z-a-000000.jsonl"), BadTelemetry.Logs(now));
    }

    private static async Task<List<string>> AlertsAsync(int port)
    {
        var text = await Http.GetStringAsync(
            new Uri(string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{port}/api/v1/alerts"))
        );
        return
        [
            .. JsonDocument
                .Parse(text)
                .RootElement.GetProperty("data")
                .GetProperty("alerts")
                .EnumerateArray()
                .Where(static a => a.GetProperty("state").GetString() == "firing")
                .Select(static a => a.GetProperty("labels"))
                .Select(static l =>
                    $"{l.GetProperty("alertname").GetString()} {l.GetProperty("slo_name").GetString()} {l.GetProperty("severity").GetString()}"
                )
                .Order(StringComparer.Ordinal),
        ];
    }
}
