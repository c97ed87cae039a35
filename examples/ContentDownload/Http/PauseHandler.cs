using System.Net;

namespace ContentDownload.Http;

/// <summary>
/// Leaves a host alone for as long as it asks for with Retry-After. The last before the network: whatever a request waited for before, it does not go
/// out while the host pauses.
/// </summary>
internal sealed class PauseHandler(HostLimits limits) : DelegatingHandler
{
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var host = limits.Of(request.RequestUri!.Host);
        await host.WaitForPauseAsync(cancellationToken);
        var response = await base.SendAsync(request, cancellationToken);
        if (response is { StatusCode: HttpStatusCode.TooManyRequests, Headers.RetryAfter.Delta: { } wait })
            host.Pause(wait);
        return response;
    }
}
