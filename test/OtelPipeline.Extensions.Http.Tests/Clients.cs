using Microsoft.Extensions.DependencyInjection;

namespace OtelPipeline.Extensions.Http.Tests;

/// <summary>Makes clients as an application does.</summary>
internal sealed class Clients : IDisposable
{
    private readonly ServiceProvider _services;

    private Clients(ServiceProvider services) => _services = services;

    public HttpClient Client => _services.GetRequiredService<IHttpClientFactory>().CreateClient("c");

    public HttpMessageInvoker Invoker =>
        new(_services.GetRequiredService<IHttpMessageHandlerFactory>().CreateHandler("c"), disposeHandler: false);

    /// <summary>A client of the role <c>content</c> with these handlers, the outermost first.</summary>
    public static Clients With(Action<PipelineHttpOptions>? configure, params DelegatingHandler[] handlers) =>
        Of(
            (client, _) =>
            {
                client.AddPipelineTelemetry("content", configure);
                foreach (var handler in handlers)
                    client.AddHttpMessageHandler(() => handler);
            }
        );

    public static Clients With(params DelegatingHandler[] handlers) => With(null, handlers);

    public static Clients Of(Action<IHttpClientBuilder, IServiceCollection> configure)
    {
        var services = new ServiceCollection();
        configure(services.AddHttpClient("c"), services);
        return new Clients(services.BuildServiceProvider());
    }

    public void Dispose() => _services.Dispose();
}

/// <summary>A handler between, written as a function.</summary>
internal sealed class Between(
    Func<HttpRequestMessage, Func<HttpRequestMessage, Task<HttpResponseMessage>>, CancellationToken, Task<HttpResponseMessage>> send
) : DelegatingHandler
{
    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
        send(request, next => base.SendAsync(next, cancellationToken), cancellationToken);
}

/// <summary>What stands at the end where no network is wanted.</summary>
internal sealed class Stub(Func<HttpRequestMessage, HttpResponseMessage> answer) : HttpMessageHandler
{
    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
        Task.FromResult(answer(request));

    protected override HttpResponseMessage Send(HttpRequestMessage request, CancellationToken cancellationToken) => answer(request);
}
