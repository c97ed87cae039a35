using System.Globalization;
using OtelPipeline.Interop.Tests.Slo;

namespace OtelPipeline.Examples.Tests.ContentDownload;

/// <summary>
/// One run of the example for each fault and one without, each with a Prometheus of its own (rules do not tell instances apart), for all fixtures of this
/// namespace. They are begun together: most of their time they wait.
/// </summary>
[SetUpFixture]
internal sealed class DownloadRuns
{
    public const string Healthy = "";

    // its waits grow with the number of those that wait
    private const string Queue = "limiter-delay-p95";

    private static readonly string[] s_faults =
    [
        "ttfr-p95",
        "ttfr-p50",
        Healthy,
        Queue,
        "http-429",
        "yield",
        "metadata-cache",
        "breaker-opens",
        "corruption",
    ];

    private static readonly Dictionary<string, Task<DownloadRun>> s_runs = [];

    // so many are at work at the same time; those that are done and only looked at do not count
    private readonly SemaphoreSlim _room = new(2);
    private readonly Workspace _workspace = new();

    public static IEnumerable<string> Faults => s_faults.Where(f => f != Healthy);

    /// <summary>The run with a fault, or without one.</summary>
    public static Task<DownloadRun> Of(string fault) => s_runs[fault];

    [OneTimeSetUp]
    public void Begin()
    {
        DownloadPrometheus.WriteRules(_workspace.Root);
        foreach (var fault in s_faults)
            s_runs[fault] = RunAsync(fault);
    }

    [OneTimeTearDown]
    public async Task End()
    {
        // also those that no test asked for; who asked knows of errors
        await Task.WhenAll(s_runs.Values).ContinueWith(static _ => { }, TaskScheduler.Default);
        _workspace.Dispose();
        _room.Dispose();
    }

    private async Task<DownloadRun> RunAsync(string fault)
    {
        var name = fault == Healthy ? "healthy" : fault;
        var output = Path.Combine(_workspace.Root, name);
        await _room.WaitAsync();
        var inRoom = true;
        var port = Daemon.FreePort().ToString(CultureInfo.InvariantCulture);
        string[] arguments =
        [
            "--output",
            output,
            "--format",
            fault == Healthy ? "both" : "jsonl",
            "--count",
            fault == Queue ? "400" : "200",
            "--await-scrapes",
            $"{DownloadPrometheus.ScrapesBefore}",
            "--linger",
            "600",
            "--port",
            port,
            .. fault == Healthy ? [] : new[] { "--fault", fault },
        ];
        try
        {
            await using var prometheus = await DownloadPrometheus.StartAsync(_workspace.Root, name, fault == Healthy ? "*" : fault, port);
            using var process = ExampleProcess.Start("ContentDownload", _workspace.Root, arguments);
            await process.WaitForOutputAsync("stays for 600 s");
            _room.Release();
            inRoom = false;
            var alerts = await prometheus.AlertsAsync(DownloadPrometheus.Expected(fault));
            process.Interrupt();
            Assert.That(await process.WaitForExitAsync(), Is.Zero, process.Output);
            return new DownloadRun(output, process.Output, DownloadTelemetry.Read(output), alerts, await prometheus.HistoryAsync());
        }
        finally
        {
            if (inRoom)
                _room.Release();
        }
    }
}

/// <param name="Output">The folder that it wrote to.</param>
/// <param name="Text">What it said.</param>
/// <param name="Telemetry">What is in its files.</param>
/// <param name="Alerts">What a Prometheus that scraped it has fired.</param>
/// <param name="History">What that Prometheus has seen.</param>
internal sealed record DownloadRun(string Output, string Text, DownloadTelemetry Telemetry, IReadOnlySet<string> Alerts, string History);
