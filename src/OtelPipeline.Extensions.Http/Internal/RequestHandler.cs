using Microsoft.Extensions.Logging;

namespace OtelPipeline.Extensions.Http.Internal;

/// <summary>The outermost handler: what passes here is a logical request, however many attempts it takes and whoever answers it.</summary>
internal sealed class RequestHandler(ClientTelemetry client, ILogger? logger) : DelegatingHandler
{
    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var telemetry = client.Begin(request, logger);
        return telemetry is null ? base.SendAsync(request, cancellationToken) : ObserveAsync(telemetry, request, cancellationToken);
    }

    protected override HttpResponseMessage Send(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var telemetry = client.Begin(request, logger);
        if (telemetry is null)
            return base.Send(request, cancellationToken);
        try
        {
            var response = base.Send(request, cancellationToken);
            telemetry.Answered(response);
            return response;
        }
        catch (Exception e)
        {
            telemetry.End(e);
            throw;
        }
    }

    private async Task<HttpResponseMessage> ObserveAsync(
        HttpRequestTelemetry telemetry,
        HttpRequestMessage request,
        CancellationToken cancellationToken
    )
    {
        try
        {
            var response = await base.SendAsync(request, cancellationToken).ConfigureAwait(false);
            telemetry.Answered(response);
            return response;
        }
        catch (Exception e)
        {
            telemetry.End(e);
            throw;
        }
    }
}
