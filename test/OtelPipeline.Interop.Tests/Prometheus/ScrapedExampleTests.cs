using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using OtelPipeline.Exporter.Prometheus.Tests.Interop;
using OtelPipeline.StreamBroker.Tests;

namespace OtelPipeline.Interop.Tests.Prometheus;

/// <summary>Debian's Prometheus scrapes an example that runs, and its HTTP API says what it understood.</summary>
[CancelAfter(120_000)]
public sealed class ScrapedExampleTests
{
    // names with the suffix _count, which promtool keeps for histograms and OpenTelemetry does not
    private static readonly string[] s_knownComplaints = ["dotnet_assembly_count", "dotnet_process_cpu_count", "dotnet_timer_count"];

    private string _output = null!;

    [SetUp]
    public void Make_a_folder() => _output = Path.Combine(Directory.CreateTempSubdirectory("otelpipeline-").FullName, "telemetry");

    [TearDown]
    public void Delete_it() => Directory.Delete(Path.GetDirectoryName(_output)!, recursive: true);

    [Test]
    public async Task Series_and_exemplars_of_the_broker_are_in_Prometheus(CancellationToken cancel)
    {
        using var broker = await RunningBroker.StartAsync(_output, "--duration", "600", "--rate", "4000", "--trace-every", "1");
        await broker.UntilAsync(static m => m.Sum("messaging_client_consumed_messages_total") > 2_000);
        await using var prometheus = await PrometheusServer.StartAsync(
            [("broker", new Uri(broker.Address, "metrics"))],
            "exemplar-storage",
            cancel
        );

        var consumed = await UntilAsync(
            prometheus,
            "sum by (messaging_consumer_group_name) (messaging_client_consumed_messages_total)",
            cancel
        );
        Assert.That(
            consumed.Select(static s => s.Labels["messaging_consumer_group_name"]),
            Is.EquivalentTo(new[] { "billing", "analytics" })
        );
        Assert.That(consumed.Select(static s => Number(s.Value)), Is.All.GreaterThan(1_000));
        var partitions = await UntilAsync(prometheus, "sum by (messaging_destination_name) (pipeline_partitions)", cancel);
        Assert.That(partitions.Select(static s => Number(s.Value)), Is.EqualTo(new[] { 8, 8, 8, 8 }));
        var lag = await UntilAsync(prometheus, "max(pipeline_consumer_lag)", cancel);
        Assert.That(Number(lag.Single().Value), Is.GreaterThanOrEqualTo(0));
        var up = await UntilAsync(prometheus, "pipeline_health_status{pipeline_health_check_name=\"metadata_store\"} == 1", cancel);
        Assert.That(up.Single().Labels["pipeline_health_state"], Is.EqualTo("healthy"));
        var rate = await UntilAsync(prometheus, "sum(rate(messaging_client_sent_messages_total[10s])) > 0", cancel);
        Assert.That(rate, Is.Not.Empty);

        var exemplars = await UntilAsync(
            async () =>
                await ExemplarsAsync(prometheus, "messaging_process_duration_seconds_bucket", cancel) is { Count: > 0 } found
                    ? found
                    : null,
            cancel
        );
        Assert.That(exemplars, Is.All.Matches("^[0-9a-f]{32}$"));
    }

    [Test]
    public async Task A_quantile_of_native_histograms_is_one_of_the_broker(CancellationToken cancel)
    {
        using var broker = await RunningBroker.StartAsync(_output, "--duration", "600", "--rate", "4000", "--native-histograms");
        await broker.UntilAsync(static m => m.Sum("messaging_client_consumed_messages_total") > 2_000);
        await using var prometheus = await PrometheusServer.StartAsync(
            [("broker", new Uri(broker.Address, "metrics"))],
            "native-histograms",
            cancel
        );

        // that of histograms with buckets of their own would need _bucket and by (le)
        var query = "histogram_quantile(0.5, sum(messaging_process_duration_seconds))";
        var median = Number((await UntilAsync(prometheus, query, cancel)).Single().Value);
        var mean = Number(
            (
                await UntilAsync(
                    prometheus,
                    "histogram_sum(sum(messaging_process_duration_seconds)) / histogram_count(sum(messaging_process_duration_seconds))",
                    cancel
                )
            )
                .Single()
                .Value
        );
        Assert.That(median, Is.GreaterThan(0).And.LessThan(10 * mean));
    }

    [Test]
    public async Task Promtool_has_nothing_to_say_about_the_whole_of_metrics_but_names_that_others_prescribe(CancellationToken cancel)
    {
        using var broker = await RunningBroker.StartAsync(_output, "--duration", "600", "--rate", "4000");
        var metrics = await broker.UntilAsync(static m =>
            m.Sum("pipeline_items_total") > 20 && m.Sum("http_server_request_duration_seconds_count") > 0
        );
        var start = new ProcessStartInfo("promtool", ["check", "metrics"])
        {
            RedirectStandardInput = true,
            RedirectStandardError = true,
            RedirectStandardOutput = true,
        };
        using var promtool = PrometheusServer.Launch(start);
        var errors = promtool.StandardError.ReadToEndAsync(cancel);
        var output = promtool.StandardOutput.ReadToEndAsync(cancel);
        await promtool.StandardInput.WriteAsync(metrics.ToString().AsMemory(), cancel);
        promtool.StandardInput.Close();
        await promtool.WaitForExitAsync(cancel);
        var complaints = (await output + await errors).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        var known = s_knownComplaints.Select(static n => n + " non-histogram and non-summary metrics should not have \"_count\" suffix");
        Assert.That(complaints.Except(known), Is.Empty);
        Assert.That(
            metrics.ToString(),
            Does.Contain("pipeline_uptime_seconds").And.Contains("http_server_request_duration_seconds_bucket")
        );
    }

    private static Task<List<(Dictionary<string, string> Labels, JsonElement Value)>> UntilAsync(
        PrometheusServer prometheus,
        string query,
        CancellationToken cancel
    ) => UntilAsync(async () => await prometheus.QueryAsync(query, cancel) is { Count: > 0 } found ? found : null, cancel);

    /// <summary>Asks until there is an answer.</summary>
    private static async Task<T> UntilAsync<T>(Func<Task<T?>> ask, CancellationToken cancel)
        where T : class
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(100));
        while (true)
        {
            if (await ask() is { } answer)
                return answer;
            await timer.WaitForNextTickAsync(cancel);
        }
    }

    private static async Task<List<string>> ExemplarsAsync(PrometheusServer prometheus, string query, CancellationToken cancel)
    {
        var now = DateTimeOffset.UtcNow.ToUnixTimeSeconds();
        var path = string.Create(CultureInfo.InvariantCulture, $"api/v1/query_exemplars?start={now - 600}&end={now + 600}&query={query}");
        return
        [
            .. (await prometheus.GetAsync(path, cancel))
                .EnumerateArray()
                .SelectMany(static series => series.GetProperty("exemplars").EnumerateArray())
                .Select(static exemplar => exemplar.GetProperty("labels").GetProperty("trace_id").GetString()!),
        ];
    }

    private static double Number(JsonElement value) => double.Parse(value.GetString()!, CultureInfo.InvariantCulture);
}
