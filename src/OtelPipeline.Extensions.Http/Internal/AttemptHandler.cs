namespace OtelPipeline.Extensions.Http.Internal;

/// <summary>The innermost handler: what passes here goes to the network.</summary>
internal sealed class AttemptHandler(ClientTelemetry client) : DelegatingHandler
{
    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
        request.Options.TryGetValue(HttpRequestTelemetry.Key, out var telemetry)
            ? ObserveAsync(telemetry, request, cancellationToken)
            : base.SendAsync(request, cancellationToken);

    protected override HttpResponseMessage Send(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        if (!request.Options.TryGetValue(HttpRequestTelemetry.Key, out var telemetry))
            return base.Send(request, cancellationToken);
        request = client.BeginAttempt(telemetry, request);
        var response = base.Send(request, cancellationToken);
        client.EndAttempt(telemetry, request, response);
        return response;
    }

    private async Task<HttpResponseMessage> ObserveAsync(
        HttpRequestTelemetry telemetry,
        HttpRequestMessage request,
        CancellationToken cancellationToken
    )
    {
        request = client.BeginAttempt(telemetry, request);
        var response = await base.SendAsync(request, cancellationToken).ConfigureAwait(false);
        client.EndAttempt(telemetry, request, response);
        return response;
    }
}
