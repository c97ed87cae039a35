using OtelPipeline.Extensions.Http;

namespace ContentDownload.Http;

/// <summary>Keeps to the rate that was agreed upon with a host.</summary>
internal sealed class RateLimitHandler(HostLimits limits) : DelegatingHandler
{
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var waited = await limits.Of(request.RequestUri!.Host).AcquireAsync(cancellationToken);
        request.PipelineTelemetry()?.WaitedForLimiter(waited);
        return await base.SendAsync(request, cancellationToken);
    }
}
