using System.Diagnostics.Metrics;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using OtelPipeline.AspNetCore.Health.Checks;
using OtelPipeline.Testing;

namespace OtelPipeline.AspNetCore.Tests.Health;

// the check hears every exporter of the process
[NonParallelizable]
public sealed class ExporterCheckTests
{
    private readonly FakeTimeProvider _time = new();
    private readonly Meter _meter = new("Health.Tests.Exporter");

    private static readonly KeyValuePair<string, object?> s_name = new("otel.component.name", "files/0");
    private static readonly KeyValuePair<string, object?> s_error = new("error.type", "System.IO.IOException");

    [OneTimeTearDown]
    public void TearDown() => _meter.Dispose();

    private static async Task<(HealthStatus, object?)> EvaluateAsync(ExporterHealthCheck check)
    {
        var registration = new HealthCheckRegistration("exporters", check, null, null);
        var result = await check.CheckHealthAsync(new HealthCheckContext { Registration = registration });
        return (result.Status, result.Data.GetValueOrDefault("pipeline.health.reason"));
    }

    private ExporterHealthCheck Check(params string[] directories)
    {
        var options = new ExporterHealthOptions();
        foreach (var directory in directories)
            options.Directories.Add(directory);
        return new ExporterHealthCheck(options, _time);
    }

    [Test]
    public async Task A_loss_degrades_for_a_while()
    {
        var exported = _meter.CreateCounter<long>("otel.sdk.exporter.span.exported");
        using var check = Check();
        Assert.That(await EvaluateAsync(check), Is.EqualTo((HealthStatus.Healthy, (object?)null)));
        exported.Add(10, s_name);
        Assert.That(await EvaluateAsync(check), Is.EqualTo((HealthStatus.Healthy, (object?)null)));

        exported.Add(1, s_name, s_error);
        exported.Add(10, s_name);
        Assert.That(await EvaluateAsync(check), Is.EqualTo((HealthStatus.Degraded, "dropped")));
        _time.Advance(TimeSpan.FromMinutes(5));
        Assert.That(await EvaluateAsync(check), Is.EqualTo((HealthStatus.Degraded, "dropped")));
        _time.Advance(TimeSpan.FromTicks(1));
        Assert.That(await EvaluateAsync(check), Is.EqualTo((HealthStatus.Healthy, (object?)null)));
    }

    [Test]
    public async Task An_exporter_that_only_fails_is_unhealthy_after_5_minutes_until_it_succeeds()
    {
        var exported = _meter.CreateCounter<int>("otel.sdk.exporter.log.exported");
        using var check = Check();
        for (var minute = 0; minute <= 5; minute++)
        {
            exported.Add(3, s_name, s_error);
            Assert.That(await EvaluateAsync(check), Is.EqualTo((HealthStatus.Degraded, "dropped")), $"minute {minute}");
            exported.Add(1, new KeyValuePair<string, object?>("otel.component.name", "another, which works"));
            _time.Advance(TimeSpan.FromMinutes(1));
        }

        Assert.That(await EvaluateAsync(check), Is.EqualTo((HealthStatus.Unhealthy, "stale")));
        exported.Add(1, s_name);
        Assert.That(await EvaluateAsync(check), Is.EqualTo((HealthStatus.Degraded, "dropped")));
    }

    [Test]
    public async Task A_full_queue_of_the_sdk_is_a_loss_and_a_processed_record_no_success()
    {
        var processed = _meter.CreateCounter<long>("otel.sdk.processor.span.processed");
        var exported = _meter.CreateCounter<long>("otel.sdk.exporter.span.exported");
        using var check = Check();
        processed.Add(1, new KeyValuePair<string, object?>("error.type", "queue_full"));
        Assert.That(await EvaluateAsync(check), Is.EqualTo((HealthStatus.Degraded, "dropped")));

        exported.Add(1, s_error);
        _time.Advance(TimeSpan.FromMinutes(6));
        processed.Add(1);
        Assert.That(await EvaluateAsync(check), Is.EqualTo((HealthStatus.Unhealthy, "stale")));
    }

    [Test]
    public async Task Counts_of_nothing_and_other_instruments_say_nothing()
    {
        using var check = Check();
        _meter.CreateCounter<long>("otel.sdk.exporter.span.exported").Add(0, s_error);
        _meter.CreateCounter<long>("otel.sdk.exporter.span.inflight").Add(5, s_error);
        _meter.CreateCounter<long>("http.client.failures").Add(5, s_error);

        Assert.That(await EvaluateAsync(check), Is.EqualTo((HealthStatus.Healthy, (object?)null)));
    }

    [Test]
    public async Task A_crowd_of_exporters_is_remembered_in_bounds()
    {
        var exported = _meter.CreateCounter<long>("otel.sdk.exporter.span.exported");
        using var check = Check();
        for (var i = 0; i < 10_000; i++)
            exported.Add(1, new KeyValuePair<string, object?>("otel.component.name", $"exporter/{i}"));
        exported.Add(1, new KeyValuePair<string, object?>("otel.component.name", "one more"), s_error);

        Assert.That(await EvaluateAsync(check), Is.EqualTo((HealthStatus.Degraded, "dropped")));
    }

    [Test]
    public async Task Directories_must_be_writable_or_possible_to_make()
    {
        var root = Directory.CreateTempSubdirectory("otelpipeline-writable-");
        try
        {
            var file = Path.Combine(root.FullName, "file");
            await File.WriteAllTextAsync(file, "");
            using (var good = Check(root.FullName, Path.Combine(root.FullName, "not", "yet")))
                Assert.That(await EvaluateAsync(good), Is.EqualTo((HealthStatus.Healthy, (object?)null)));
            Assert.That(Directory.GetFileSystemEntries(root.FullName), Is.EqualTo(new[] { file }), "nothing stays behind");
            using (var bad = Check(root.FullName, Path.Combine(file, "spans")))
                Assert.That(await EvaluateAsync(bad), Is.EqualTo((HealthStatus.Unhealthy, "not_writable")));
        }
        finally
        {
            root.Delete(recursive: true);
        }
    }
}
