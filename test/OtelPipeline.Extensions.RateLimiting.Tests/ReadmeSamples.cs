using System.Threading.RateLimiting;
using OtelPipeline.Testing;

namespace OtelPipeline.Extensions.RateLimiting.Tests;

/// <summary>The samples of the README.</summary>
internal sealed class ReadmeSamples
{
    [Test]
    public void One_line_for_each_limiter()
    {
        using var exported = new Exported();
        using var limiter = new ConcurrencyLimiter(new ConcurrencyLimiterOptions { PermitLimit = 1 });
        var options = new TokenBucketRateLimiterOptions
        {
            TokenLimit = 1,
            TokensPerPeriod = 1,
            ReplenishmentPeriod = TimeSpan.FromHours(1),
            AutoReplenishment = false,
        };

        PartitionedRateLimiter<string> perHost = PartitionedRateLimiter.Create<string, string>(host =>
            RateLimitPartition.Get(host, _ => new TokenBucketRateLimiter(options).AddPipelineTelemetry("api"))
        );

        RateLimiter crossref = limiter.AddPipelineTelemetry("api.crossref", role: "metadata");
        PartitionedRateLimiter<string> hosts = perHost.AddPipelineTelemetry("hosts", isExempt: host => host == "localhost");

        crossref.AttemptAcquire().Dispose();
        hosts.AttemptAcquire("example.org").Dispose();
        hosts.AttemptAcquire("localhost").Dispose();
        Assert.That(exported.Points("pipeline.rate_limiter.acquisitions", "name=api"), Has.Count.EqualTo(2));
        Assert.That(exported.Points("pipeline.rate_limiter.acquisitions", "name=hosts"), Has.Count.EqualTo(2));
        hosts.Dispose();
    }
}
