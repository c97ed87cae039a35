using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using OpenTelemetry;
using OtelPipeline.Internal;
using OtelPipeline.Signals;

namespace OtelPipeline.OpenTelemetry.Tests;

[NonParallelizable]
public sealed class NameLimitTests
{
    [TestCase(1)]
    [TestCase(40)]
    public void Ten_thousand_hosts_leave_as_many_names_as_the_limit_says_and_other(int limit)
    {
        var capture = new Capture();
        using (OpenTelemetrySdk.Create(otel => capture.AddTo(otel.UsePipelineInstrumentation(o => o.NameLimit = limit))))
        {
            var breakers = new List<CircuitBreakerTelemetry>();
            for (var i = 0; i < 10_000; i++)
            {
                var host = $"host{i}.example.org";
                new CacheTelemetry(host).Hit();
                new RateLimiterTelemetry(host, host).Acquired();
                new FallbackTelemetry(host).Attempted(1, "source", FallbackResult.Success);
                var breaker = new CircuitBreakerTelemetry(host);
                breaker.Transition(CircuitState.Open);
                breakers.Add(breaker);
            }
        }

        using (Assert.EnterMultipleScope())
        {
            foreach (
                var (metric, key) in new[]
                {
                    (PipelineMetrics.CacheRequests, PipelineAttributes.CacheName),
                    (PipelineMetrics.RateLimiterAcquisitions, PipelineAttributes.RateLimiterName),
                    (PipelineMetrics.RateLimiterAcquisitions, PipelineAttributes.RateLimiterRole),
                    (PipelineMetrics.FallbackAttempts, PipelineAttributes.FallbackName),
                    (PipelineMetrics.CircuitBreakerTransitions, PipelineAttributes.CircuitBreakerName),
                    (PipelineMetrics.CircuitBreakerStatus, PipelineAttributes.CircuitBreakerName),
                }
            )
            {
                var names = capture
                    .Points.Where(p => p.Metric == metric)
                    .Select(p => p.Tags.Split(',').Single(t => t.StartsWith(key + "=", StringComparison.Ordinal)))
                    .Distinct()
                    .ToList();

                // names of other tests in this process may take up the limit
                Assert.That(names, Has.Count.LessThanOrEqualTo(limit + 1).And.Member(key + "=_other"), $"{metric} {key}");
            }
        }

        Assert.That(NameLimiter.OfProcess, Is.EqualTo(NameLimiter.Default), "the limit ends with its container");
    }

    [Test]
    public void The_limit_comes_from_the_configuration_and_is_checked()
    {
        using (Create("7"))
            Assert.That(NameLimiter.OfProcess, Is.EqualTo(7));
        Assert.That(
            () => Create("0"),
            Throws.InstanceOf<OptionsValidationException>().With.Message.Contains("OtelPipeline:NameLimit is 0")
        );

        static OpenTelemetrySdk Create(string limit) =>
            OpenTelemetrySdk.Create(otel =>
            {
                otel.Services.AddSingleton<IConfiguration>(
                    new ConfigurationBuilder().AddInMemoryCollection([new("OtelPipeline:NameLimit", limit)]).Build()
                );
                otel.UsePipelineInstrumentation();
            });
    }
}
