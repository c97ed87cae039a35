using FsCheck;
using FsCheck.Fluent;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using OtelPipeline.AspNetCore.Health.Monitoring;

namespace OtelPipeline.AspNetCore.Tests.Health;

public sealed class AggregationTests
{
    [Test]
    public void The_whole_is_as_healthy_as_its_worst_part() =>
        Prop.ForAll<HealthStatusList>(async list =>
            {
                var services = new ServiceCollection();
                services.AddLogging();
                var checks = services.AddHealthChecks().AddPipelineHealth();
                for (var i = 0; i < list.Statuses.Length; i++)
                    checks.AddCheck($"check {i}", new ScriptedCheck(list.Statuses[i]));
                await using var provider = services.BuildServiceProvider();

                var states = await provider.GetRequiredService<HealthMonitor>().EvaluateAsync(readiness: false, default);
                var library = await provider.GetRequiredService<HealthCheckService>().CheckHealthAsync();

                return states.Select(s => s.Status).SequenceEqual(list.Statuses) && CheckState.Worst(states) == library.Status;
            })
            .Check(Config.QuickThrowOnFailure.WithArbitrary([typeof(HealthStatusList)]));

    public sealed record HealthStatusList(HealthStatus[] Statuses)
    {
        public static Arbitrary<HealthStatusList> Arbitrary() =>
            Gen.Elements(HealthStatus.Healthy, HealthStatus.Degraded, HealthStatus.Unhealthy)
                .ListOf()
                .Select(list => new HealthStatusList([.. list]))
                .ToArbitrary();
    }
}
