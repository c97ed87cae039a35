namespace ContentDownload.Http;

/// <summary>
/// Leaves a host alone for as long as it asks for with Retry-After. The last before telemetry and the network: whatever a request waited for before, it does not
/// go out while the host pauses.
/// </summary>
internal sealed class PauseHandler(HostLimits limits) : DelegatingHandler
{
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var host = limits.Of(request.RequestUri!.Host);
        var response = await host.SendAsync(() => base.SendAsync(request, cancellationToken), cancellationToken);

        // once more: telemetry has seen it meanwhile, and to it the pause begins there
        host.Note(response);
        return response;
    }
}

/// <summary>The first after the network: others hear of a refusal before telemetry does, and are not caught going out in between.</summary>
internal sealed class RefusalHandler(HostLimits limits) : DelegatingHandler
{
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var response = await base.SendAsync(request, cancellationToken);
        limits.Of(request.RequestUri!.Host).Note(response);
        return response;
    }
}
