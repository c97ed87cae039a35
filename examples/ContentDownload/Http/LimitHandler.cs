using System.Net;
using OtelPipeline.Extensions.Http;

namespace ContentDownload.Http;

/// <summary>Keeps to what a host allows: the rate that was agreed upon, and the pauses that it asks for with Retry-After.</summary>
internal sealed class LimitHandler(HostLimits limits) : DelegatingHandler
{
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var host = limits.Of(request.RequestUri!.Host);
        var waited = await host.AcquireAsync(cancellationToken);
        request.PipelineTelemetry()?.WaitedForLimiter(waited);
        await host.WaitForPauseAsync(cancellationToken);
        var response = await base.SendAsync(request, cancellationToken);
        if (response is { StatusCode: HttpStatusCode.TooManyRequests, Headers.RetryAfter.Delta: { } wait })
            host.Pause(wait);
        return response;
    }
}
