using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text.RegularExpressions;

namespace OtelPipeline.Examples.Tests.ContentDownload;

[Parallelizable(ParallelScope.Children)]
public sealed class ContentDownloadTests
{
    [Test]
    public async Task A_healthy_run_meets_all_objectives()
    {
        var run = await DownloadRuns.Of(DownloadRuns.Healthy);
        Assert.That(Objectives.Broken(run.Telemetry), Is.Empty, () => Figures(run));
    }

    [TestCaseSource(typeof(DownloadRuns), nameof(DownloadRuns.Faults))]
    public async Task A_fault_breaks_its_objective_and_no_other(string fault)
    {
        var run = await DownloadRuns.Of(fault);
        var broken = Objectives.Broken(run.Telemetry).ToList();

        // on a machine on which the primary needs more than a second for what it answers after 0.4 s at most, long times are not the fault's
        if (fault != "ttfr-p50" && TypicalAnswer(run.Telemetry, "primary.test") > 1)
            broken.RemoveAll(name => name != fault && name.StartsWith("ttfr-", StringComparison.Ordinal));
        Assert.That(broken, Is.EqualTo(new[] { fault }), () => Figures(run));
    }

    [TestCase(DownloadRuns.Healthy)]
    [TestCaseSource(typeof(DownloadRuns), nameof(DownloadRuns.Faults))]
    public async Task What_the_program_says_of_its_objectives_is_what_its_files_say(string fault)
    {
        var run = await DownloadRuns.Of(fault);
        var verdicts = Regex.Matches(run.Text, "^ +(pass|fail|nodata|invalid) +([a-z0-9-]+) ", RegexOptions.Multiline);
        Assert.That(
            verdicts.Select(v => (v.Groups[2].Value, v.Groups[1].Value)),
            Is.EquivalentTo(Objectives.All(run.Telemetry).Select(o => (o.Name, o.IsMet ? "pass" : "fail"))),
            () => Figures(run)
        );
    }

    [TestCase(DownloadRuns.Healthy)]
    [TestCase("http-429")]
    public async Task Every_429_is_followed_by_a_wait_of_at_least_retry_after(string fault)
    {
        var run = (await DownloadRuns.Of(fault)).Telemetry;
        var refused = run.Requests.Where(r => r["http.response.status_code"] == "429").ToList();
        Assert.That(refused, Is.Not.Empty);
        foreach (var span in refused)
        {
            var wait = span.Number("pipeline.http.retry_after");
            Assert.That(wait, Is.EqualTo(1));
            var next = run.Requests.First(r =>
                r.TraceId == span.TraceId && r.Start >= span.End && r["server.address"] == span["server.address"]
            );
            Assert.That((next.Start - span.End) / 1e9, Is.GreaterThanOrEqualTo(wait));
            Assert.That(next["http.request.resend_count"], Is.Not.Null);
        }

        var asked = run.Named("pipeline.http.request").Where(e => e["pipeline.http.retry_after"] is not null).ToList();
        Assert.That(asked, Is.Not.Empty);
        Assert.That(asked.Select(e => e["pipeline.http.retry_after.honored"]?.ToLowerInvariant()), Is.All.EqualTo("true"));
    }

    [Test]
    public async Task No_path_of_the_origin_is_in_any_file()
    {
        var run = await DownloadRuns.Of(DownloadRuns.Healthy);
        var content = Path.Combine(run.Output, "content");
        var files = Directory
            .GetFiles(run.Output, "*", SearchOption.AllDirectories)
            .Where(f => !f.StartsWith(content, StringComparison.Ordinal));
        var extensions = new HashSet<string>();
        foreach (var file in files)
        {
            extensions.Add(Path.GetExtension(file));
            var text = await File.ReadAllTextAsync(file);
            Assert.That(text, Does.Not.Contain("ref-files").And.Not.Contain("/collections").And.Not.Contain("c-0001"), file);
        }

        Assert.That(extensions, Is.SupersetOf(new[] { ".jsonl", ".parquet", ".csv" }));
        var urls = run.Telemetry.Requests.Concat(run.Telemetry.Named("pipeline.http.request")).Select(r => r["url.full"]);
        Assert.That(urls, Is.All.Match("^http://[a-z0-9-]+[.]test/[0-9a-f]{32}$"));
    }

    [Test]
    public async Task What_was_interrupted_is_resumed_and_has_the_right_hash()
    {
        var run = await DownloadRuns.Of(DownloadRuns.Healthy);
        var downloads = File.ReadLines(Path.Combine(run.Output, "results", "downloads.csv")).Skip(1).Select(l => l.Split(',')).ToList();
        var resumed = downloads.Where(d => d[6] != "0").ToList();
        Assert.That(resumed, Is.Not.Empty);
        Assert.That(resumed.Select(d => d[1]), Is.All.EqualTo("Success"));
        Assert.That(run.Telemetry.Requests.Count(r => r["http.response.status_code"] == "206"), Is.GreaterThanOrEqualTo(resumed.Count));
        foreach (var download in downloads.Where(d => d[1] == "Success"))
        {
            var stored = await File.ReadAllBytesAsync(Path.Combine(run.Output, "content", download[2][..2], download[2]));
            Assert.That(Convert.ToHexStringLower(SHA256.HashData(stored)), Is.EqualTo(download[2]));
            Assert.That(stored, Has.Length.EqualTo(int.Parse(download[3], System.Globalization.CultureInfo.InvariantCulture)));
        }

        Assert.That(Directory.GetFiles(Path.Combine(run.Output, "parts")), Is.Empty, "what was left over");
    }

    [Test]
    public async Task It_falls_back_over_three_tiers_and_stores_everything_once()
    {
        var run = (await DownloadRuns.Of(DownloadRuns.Healthy)).Telemetry;
        var fallbacks = run.Spans.Where(s => s.Name == "fallback sources").ToList();
        Assert.That(
            fallbacks
                .Select(f => $"{f["pipeline.fallback.tier"]} {f["pipeline.fallback.source"]} {f["pipeline.fallback.result"]}")
                .Distinct(),
            Is.SupersetOf(
                new[]
                {
                    "1 primary success",
                    "1 primary no_result",
                    "1 primary error",
                    "2 mirror success",
                    "2 mirror no_result",
                    "3 archive success",
                    "3 archive no_result",
                }
            )
        );
        Assert.That(
            run.Items.Select(i => $"{i["pipeline.item.result"]} {i["pipeline.item.dedupe.action"]}").Distinct(),
            Is.EquivalentTo(new[] { "success stored", "duplicate linked", "failure " })
        );
    }

    [Test]
    public async Task Each_item_asks_the_catalog_once_and_each_request_has_one_event()
    {
        var run = (await DownloadRuns.Of(DownloadRuns.Healthy)).Telemetry;
        var requests = run.Named("pipeline.http.request").ToList();
        var metadata = requests.Where(r => r["pipeline.http.role"] == "metadata").ToList();
        Assert.That(metadata, Has.Count.EqualTo(201), "each item once, and the list of all");

        // what was sent is the sum of the attempts of all requests that were not answered before
        var sent = requests.Sum(r =>
            r["pipeline.http.cache.result"] == "hit" || r["pipeline.http.breaker.outcome"] == "none"
                ? 0
                : 1 + (int)(r.Number("http.request.resend_count") ?? 0)
        );
        Assert.That(run.Requests.Count(), Is.EqualTo(sent));
        Assert.That(run.Requests.Select(r => r["pipeline.http.role"]), Is.All.Not.Null);
    }

    [Test]
    public async Task Metrics_carry_roles_and_no_run_ids_or_addresses()
    {
        var run = (await DownloadRuns.Of(DownloadRuns.Healthy)).Telemetry;
        Assert.That(run.Points.Select(p => p.Name), Is.SupersetOf(s_metrics));
        foreach (var point in run.Points)
        {
            Assert.That(point.Attributes.Keys, Has.No.Member("pipeline.run.id").And.No.Member("url.full"), point.Name);
            Assert.That(point.Attributes.Values, Has.None.Contains("://"), point.Name);
        }

        var durations = run.Points.Where(p => p.Name == "http.client.request.duration").ToList();
        Assert.That(durations.Select(p => p["pipeline.http.role"]).Distinct(), Is.EquivalentTo(new[] { "metadata", "content" }));
    }

    [Test]
    public async Task It_says_what_it_did()
    {
        var run = await DownloadRuns.Of(DownloadRuns.Healthy);
        Assert.That(
            run.Text,
            Does.Contain("content_download succeeded in")
                .And.Contains("from the primary")
                .And.Contains("from the archive")
                .And.Contains("resumed")
                .And.Contains("head " + Path.Combine(run.Output, "results", "downloads.csv"))
        );
    }

    [Test]
    public async Task Without_telemetry_it_does_the_same()
    {
        using var workspace = new Workspace();
        var (exitCode, text) = await ExampleProcess.RunAsync("ContentDownload", workspace.Root, ["--no-telemetry", "--count", "200"]);
        Assert.That(exitCode, Is.Zero, text);
        Assert.That(
            Directory.GetDirectories(workspace.Output).Select(Path.GetFileName),
            Is.EquivalentTo(new[] { "content", "parts", "results" })
        );
        var observed = await DownloadRuns.Of(DownloadRuns.Healthy);
        Assert.That(Outcomes(workspace.Output), Is.EqualTo(Outcomes(observed.Output)));

        // which of two with the same content comes first, and whether it had to resume, is up to the moment
        static IEnumerable<string> Outcomes(string output) =>
            File.ReadLines(Path.Combine(output, "results", "downloads.csv"))
                .Select(l => l.Split(','))
                .Select(d => d[1] is "Success" or "Duplicate" ? $"{d[0]} {d[2]}" : $"{d[0]} {d[1]}");
    }

    [Test]
    public async Task It_stays_for_prometheus_as_long_as_asked()
    {
        using var workspace = new Workspace();
        var port = FreePort();
        using var process = ExampleProcess.Start(
            "ContentDownload",
            workspace.Root,
            ["--count", "30", "--format", "jsonl", "--linger", "600", "--port", $"{port}"]
        );
        await process.WaitForOutputAsync($"http://127.0.0.1:{port}/metrics stays");
        using var client = new HttpClient();
        var scrape = await client.GetStringAsync(new Uri($"http://127.0.0.1:{port}/metrics"));
        process.Interrupt();

        Assert.That(await process.WaitForExitAsync(), Is.Zero, process.Output);
        Assert.That(
            scrape,
            Does.Contain("pipeline_items_total{")
                .And.Contains("pipeline_circuit_breaker_status{")
                .And.Contains("pipeline_rate_limiter_permit_available")
                .And.Contains("pipeline_http_role=\"metadata\"")
        );
        Assert.That(process.Output, Does.Contain("content_download succeeded in"));
    }

    [TestCase("--fault", "nothing")]
    [TestCase("--format", "csv")]
    [TestCase("--count", "0")]
    [TestCase("--linger", "-1")]
    [TestCase("--await-scrapes", "-1")]
    [TestCase("--output", " ")]
    public async Task Bad_arguments_are_told_apart_from_failed_runs(string option, string value)
    {
        using var workspace = new Workspace();
        var (exitCode, text) = await ExampleProcess.RunAsync("ContentDownload", workspace.Root, [option, value]);
        Assert.That(exitCode, Is.EqualTo(2), text);
        Assert.That(text, Does.Contain(option));
    }

    private static readonly string[] s_metrics =
    [
        "pipeline.items",
        "pipeline.item.time_to_first_result",
        "pipeline.cache.requests",
        "pipeline.cache.entries",
        "pipeline.rate_limiter.acquisitions",
        "pipeline.rate_limiter.wait.duration",
        "pipeline.rate_limiter.permit.available",
        "pipeline.circuit_breaker.status",
        "pipeline.fallback.attempts",
        "pipeline.http.response.body.duration",
        "http.client.response.body.size",
        "http.client.request.duration",
    ];

    // the median, in seconds
    private static double TypicalAnswer(DownloadTelemetry run, string host)
    {
        var times = run.Requests.Where(r => r["server.address"] == host).Select(static r => (r.End - r.Start) / 1e9).Order().ToList();
        return times[times.Count / 2];
    }

    private static string Figures(DownloadRun run) => string.Join('\n', Objectives.All(run.Telemetry)) + "\n" + run.Text;

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
