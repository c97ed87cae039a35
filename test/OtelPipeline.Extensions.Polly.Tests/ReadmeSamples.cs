using OtelPipeline.Testing;
using Polly;
using Polly.CircuitBreaker;
using Polly.Fallback;
using Polly.Retry;

namespace OtelPipeline.Extensions.Polly.Tests;

/// <summary>The samples of the README.</summary>
internal sealed class ReadmeSamples
{
    [Test]
    public async Task One_line_on_the_builder()
    {
        using var exported = new Exported();
        var origin = new ResiliencePipelineBuilder<HttpResponseMessage>()
            .AddRetry(new RetryStrategyOptions<HttpResponseMessage> { Delay = TimeSpan.Zero })
            .AddCircuitBreaker(new CircuitBreakerStrategyOptions<HttpResponseMessage>())
            .AddPipelineTelemetry("origin", options => options.Scope = CircuitScope.Host)
            .Build();
        var tries = 0;
        await new Pipeline("readme").RunAsync(run =>
            run.NodeAsync(
                "load",
                NodeType.Source,
                async _ =>
                    await origin.ExecuteAsync(_ =>
                        ++tries == 1
                            ? ValueTask.FromException<HttpResponseMessage>(new HttpRequestException())
                            : ValueTask.FromResult(new HttpResponseMessage())
                    )
            )
        );
        Assert.That(exported.Points("pipeline.node.retries"), Has.Count.EqualTo(1));
    }

    [Test]
    public async Task Fallbacks_with_names()
    {
        using var exported = new Exported();
        var resolvers = new ResiliencePipelineBuilder<string>()
            .AddFallback(
                new FallbackStrategyOptions<string>
                {
                    ShouldHandle = new PredicateBuilder<string>().Handle<IOException>(),
                    FallbackAction = _ => Outcome.FromResultAsValueTask("from the archive"),
                }
            )
            .AddPipelineTelemetry(
                "resolvers",
                options =>
                {
                    options.FallbackSources.Add("unpaywall");
                    options.FallbackSources.Add("archive");
                }
            )
            .Build();
        Assert.That(
            await resolvers.ExecuteAsync(static _ => ValueTask.FromException<string>(new IOException())),
            Is.EqualTo("from the archive")
        );
        Assert.That(exported.Points("pipeline.fallback.attempts", "source=archive"), Has.Count.EqualTo(1));
    }
}
