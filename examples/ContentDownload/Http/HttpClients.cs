using ContentDownload.Origin;
using Microsoft.Extensions.DependencyInjection;

namespace ContentDownload.Http;

/// <summary>The two clients: what stands between the program and the network, from the outside in.</summary>
internal static class HttpClients
{
    public const string Catalog = "catalog";
    public const string Content = "content";

    public static IServiceCollection AddHttpClients(this IServiceCollection services)
    {
        services.AddSingleton<MetadataCache>();
        services
            .AddTransient<CacheHandler>()
            .AddTransient<RetryHandler>()
            .AddTransient<RateLimitHandler>()
            .AddTransient<BreakerHandler>()
            .AddTransient<PauseHandler>();
        services
            .AddHttpClient(Catalog, static client => client.BaseAddress = new Uri($"http://{Hosts.Catalog}"))
            // our own catalog may know which run asks; everybody else may not
            .AddPipelineTelemetry(role: "metadata", static options => options.PropagateRunTo.Add(Hosts.Catalog))
            .AddHttpMessageHandler<CacheHandler>()
            .AddHttpMessageHandler<RetryHandler>()
            .AddHttpMessageHandler<RateLimitHandler>()
            .AddHttpMessageHandler<BreakerHandler>()
            .AddHttpMessageHandler<PauseHandler>();
        services
            .AddHttpClient(Content)
            .AddPipelineTelemetry(role: "content")
            .AddHttpMessageHandler<RetryHandler>()
            .AddHttpMessageHandler<RateLimitHandler>()
            .AddHttpMessageHandler<BreakerHandler>()
            .AddHttpMessageHandler<PauseHandler>();
        return services.ConfigureHttpClientDefaults(static client =>
            client
                // the events say more than the lines that the factory writes for each request
                .RemoveAllLoggers()
                .ConfigurePrimaryHttpMessageHandler(static provider => new RefusalHandler(provider.GetRequiredService<HostLimits>())
                {
                    InnerHandler = new SocketsHttpHandler
                    {
                        ConnectCallback = provider.GetRequiredService<OriginServer>().ConnectAsync,
                        UseProxy = false,
                    },
                })
        );
    }
}
