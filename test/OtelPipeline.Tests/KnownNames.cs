namespace OtelPipeline.Tests;

/// <summary>The names that tests look for on metrics are the first that the process knows: other tests use up what the limits let through.</summary>
[SetUpFixture]
internal sealed class KnownNames
{
    [OneTimeSetUp]
    public void Name_them()
    {
        _ = new CacheTelemetry("asked");
        _ = new CacheTelemetry("contents");
        _ = new CacheTelemetry("metadata");
        _ = new CircuitBreakerTelemetry("origin");
        _ = new CircuitBreakerTelemetry("shared");
        _ = new ConsumerTelemetry("kafka", "orders", "billing");
        _ = new FallbackTelemetry("resolvers");
        _ = new RateLimiterTelemetry("api.crossref", role: "metadata");
    }
}
