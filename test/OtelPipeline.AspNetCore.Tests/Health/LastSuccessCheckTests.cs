using Microsoft.Extensions.Diagnostics.HealthChecks;
using OtelPipeline.AspNetCore.Health.Checks;
using OtelPipeline.Testing;

namespace OtelPipeline.AspNetCore.Tests.Health;

/// <summary>The check of a pipeline, with real runs.</summary>
public sealed class LastSuccessCheckTests
{
    private readonly FakeTimeProvider _time = new();

    private static async Task<(HealthStatus, object?)> EvaluateAsync(LastSuccessHealthCheck check)
    {
        var registration = new HealthCheckRegistration("late", check, null, null);
        var result = await check.CheckHealthAsync(new HealthCheckContext { Registration = registration });
        return (result.Status, result.Data.GetValueOrDefault("pipeline.health.reason"));
    }

    [Test]
    public async Task A_success_counts_for_its_time_and_a_failure_does_not_count()
    {
        using var check = new LastSuccessHealthCheck(
            "health_nightly",
            new LastSuccessHealthOptions { MaxAge = TimeSpan.FromHours(1) },
            _time
        );
        var pipeline = new Pipeline("health_nightly", new PipelineOptions { TimeProvider = _time });
        var other = new Pipeline("health_other", new PipelineOptions { TimeProvider = _time });
        _time.Advance(TimeSpan.FromHours(1));
        Assert.That(await EvaluateAsync(check), Is.EqualTo((HealthStatus.Healthy, (object?)null)), "it may still come");
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.That(await EvaluateAsync(check), Is.EqualTo((HealthStatus.Unhealthy, "no_success")));

        await other.RunAsync(_ => Task.CompletedTask);
        Assert.That(
            async () => await pipeline.RunAsync(_ => throw new InvalidOperationException()),
            Throws.InstanceOf<InvalidOperationException>()
        );
        Assert.That(await EvaluateAsync(check), Is.EqualTo((HealthStatus.Unhealthy, "no_success")));

        await pipeline.RunAsync(_ => Task.CompletedTask);
        Assert.That(await EvaluateAsync(check), Is.EqualTo((HealthStatus.Healthy, (object?)null)));
        _time.Advance(TimeSpan.FromHours(1));
        Assert.That(await EvaluateAsync(check), Is.EqualTo((HealthStatus.Healthy, (object?)null)));
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.That(await EvaluateAsync(check), Is.EqualTo((HealthStatus.Unhealthy, "stale")));

        await pipeline.RunAsync(_ => Task.CompletedTask);
        Assert.That(await EvaluateAsync(check), Is.EqualTo((HealthStatus.Healthy, (object?)null)));
    }

    [Test]
    public async Task A_success_before_the_check_was_made_counts()
    {
        await new Pipeline("health_early", new PipelineOptions { TimeProvider = _time }).RunAsync(_ => Task.CompletedTask);
        _time.Advance(TimeSpan.FromHours(26));
        using var check = new LastSuccessHealthCheck("health_early", new LastSuccessHealthOptions(), _time);

        Assert.That(await EvaluateAsync(check), Is.EqualTo((HealthStatus.Unhealthy, "stale")));
    }
}
