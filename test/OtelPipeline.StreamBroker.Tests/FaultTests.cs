using System.Net;

namespace OtelPipeline.StreamBroker.Tests;

/// <summary>What goes wrong is seen where somebody on call looks: in <c>/metrics</c> and in the health endpoints.</summary>
[Parallelizable(ParallelScope.Children)]
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class FaultTests : IDisposable
{
    private const double MuchLag = 1_000;
    private const double GoodHitRate = 0.7;
    private readonly Workspace _workspace = new();

    public void Dispose() => _workspace.Dispose();

    [Test]
    public async Task Without_a_fault_all_is_well()
    {
        // a busy machine may lag for a moment; without a fault it catches up
        using var broker = await StartAsync("--rate", "2000");
        var metrics = await broker.UntilAsync(static m =>
            m.Sum("messaging_client_consumed_messages_total") > 4_000 && m.Max("pipeline_consumer_lag") < MuchLag
        );

        Assert.That(HitRate(metrics), Is.GreaterThan(GoodHitRate));
        Assert.That(metrics.Sum("pipeline_object_store_errors_total"), Is.Zero);
        Assert.That(metrics.Max("pipeline_consumer_rebalances_total"), Is.EqualTo(2), "two members came to each group");
        Assert.That((await broker.GetAsync("live")).Status, Is.EqualTo(HttpStatusCode.OK));
        Assert.That((await broker.GetAsync("ready")).Status, Is.EqualTo(HttpStatusCode.OK));
        Assert.That((await broker.GetAsync("health")).Status, Is.EqualTo(HttpStatusCode.OK));
    }

    [Test]
    public async Task Consumers_that_are_too_slow_show_as_lag()
    {
        using var broker = await StartAsync("--fault", "consumer-lag");
        var metrics = await broker.UntilAsync(static m => m.Max("pipeline_consumer_lag") > MuchLag);
        Assert.That(metrics.Max("pipeline_consumer_lag_time_seconds"), Is.GreaterThan(0));
    }

    [Test]
    public async Task Uploads_that_fail_for_good_are_counted_apart_from_those_that_are_tried_again()
    {
        using var broker = await StartAsync("--fault", "object-store");
        var metrics = await broker.UntilAsync(static m =>
            m.Sum("pipeline_object_store_errors_total", "pipeline_object_store_error_outcome=\"failed\"") > 0
        );
        Assert.That(
            metrics.Sum(
                "pipeline_object_store_errors_total",
                "outcome=\"retried\"",
                "operation=\"put\"",
                "error_type=\"System.IO.IOException\""
            ),
            Is.GreaterThanOrEqualTo(2)
        );
        Assert.That(metrics.Sum("pipeline_segment_writes_total"), Is.GreaterThan(0));
        Assert.That(metrics.Sum("pipeline_segment_flushes_total"), Is.Zero, "nothing was confirmed");
    }

    [Test]
    public async Task A_cache_that_is_too_small_shows_in_its_hit_rate()
    {
        using var broker = await StartAsync("--fault", "cache-cold");
        var metrics = await broker.UntilAsync(static m => m.Sum("pipeline_cache_requests_total") > 100);
        Assert.That(HitRate(metrics), Is.LessThan(GoodHitRate));
        Assert.That(metrics.Sum("messaging_client_consumed_messages_total"), Is.GreaterThan(0), "the disk has what the cache has not");
    }

    [Test]
    public async Task Without_metadata_it_lives_and_is_not_ready()
    {
        using var broker = await StartAsync("--fault", "metadata-store");
        var metrics = await broker.UntilAsync(static m =>
            m.Sum("messaging_client_operation_duration_seconds_count", "name=\"commit\"", "error_type=\"System.IO.IOException\"") > 0
            && m.Sum("pipeline_health_status", "check_name=\"metadata_store\"", "state=\"unhealthy\"") > 0
        );
        var (ready, body) = await broker.GetAsync("ready");
        Assert.That(ready, Is.EqualTo(HttpStatusCode.ServiceUnavailable), metrics.ToString());
        Assert.That(body, Does.Contain("\"not_ready\"").And.Contains("metadata_store"));
        Assert.That((await broker.GetAsync("live")).Status, Is.EqualTo(HttpStatusCode.OK));
        Assert.That((await broker.GetAsync("health")).Status, Is.EqualTo(HttpStatusCode.ServiceUnavailable));
    }

    [Test]
    public async Task A_member_that_comes_and_goes_shows_as_rebalances_and_no_record_counts_twice()
    {
        using var broker = await RunningBroker.StartAsync(_workspace.Output, "--duration", "3", "--fault", "rebalance");
        await broker.UntilAsync(static m => m.Max("pipeline_consumer_rebalances_total") > 10);
        Assert.That(await broker.Process.WaitForExitAsync(), Is.Zero, broker.Process.Output);
        Assert.That(broker.Process.Output, Does.Contain("✔ billing_left_nothing").And.Contains("✔ billing_counted_each_record"));
    }

    // it ends with the test, not by itself
    private Task<RunningBroker> StartAsync(params string[] arguments) =>
        RunningBroker.StartAsync(_workspace.Output, ["--duration", "120", .. arguments]);

    private static double HitRate(Metrics metrics) =>
        metrics.Sum("pipeline_cache_requests_total", "pipeline_cache_result=\"hit\"") / metrics.Sum("pipeline_cache_requests_total");
}
