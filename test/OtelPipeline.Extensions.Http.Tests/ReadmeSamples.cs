using Microsoft.Extensions.DependencyInjection;

namespace OtelPipeline.Extensions.Http.Tests;

/// <summary>The samples of the README.</summary>
internal sealed class ReadmeSamples
{
    [Test]
    public async Task One_line()
    {
        using var exported = new Exported();
        var services = new ServiceCollection();
        services.AddHttpClient("unpaywall").AddPipelineTelemetry(role: "metadata");
        services
            .AddHttpClient("unpaywall")
            .AddHttpMessageHandler(static () => new CachingHandler(new() { ["/a"] = [1, 2] }))
            .ConfigurePrimaryHttpMessageHandler(static () => new Stub(static _ => new HttpResponseMessage()));
        await using var provider = services.BuildServiceProvider();
        var client = provider.GetRequiredService<IHttpClientFactory>().CreateClient("unpaywall");
        await client.GetByteArrayAsync(new Uri("http://h/a"));
        await client.GetByteArrayAsync(new Uri("http://h/b"));

        Assert.That(exported.Events.Select(e => e["pipeline.http.cache.result"]), Is.EqualTo(new[] { "hit", "miss" }));
        Assert.That(exported.Events.Select(e => e["pipeline.http.role"]), Is.All.EqualTo("metadata"));
    }

    [Test]
    public async Task Options()
    {
        using var exported = new Exported();
        var services = new ServiceCollection();
        services
            .AddHttpClient("archive")
            .AddPipelineTelemetry(
                role: "content",
                options =>
                {
                    options.PropagateRunTo.Add("*.internal.example.com");
                    options.UrlPathHashKey = Environment.GetEnvironmentVariable("URL_PATH_HASH_KEY");
                }
            );
        services.AddHttpClient("archive").ConfigurePrimaryHttpMessageHandler(static () => new Stub(static _ => new HttpResponseMessage()));
        await using var provider = services.BuildServiceProvider();
        await provider.GetRequiredService<IHttpClientFactory>().CreateClient("archive").GetByteArrayAsync(new Uri("http://h/a"));

        Assert.That(exported.Only["pipeline.http.role"], Is.EqualTo("content"));
    }
}

internal sealed class CachingHandler(Dictionary<string, byte[]> cache) : DelegatingHandler
{
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var isHit = cache.TryGetValue(request.RequestUri!.AbsolutePath, out var content);
        request.PipelineTelemetry()?.CacheResult = isHit ? CacheResult.Hit : CacheResult.Miss;
        return isHit
            ? new HttpResponseMessage { Content = new ByteArrayContent(content!) }
            : await base.SendAsync(request, cancellationToken);
    }
}
