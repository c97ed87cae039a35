using Microsoft.Extensions.Logging;

namespace OtelPipeline.Extensions.Http.Internal;

/// <summary>The outermost handler: what passes here is a logical request, however many attempts it takes and whoever answers it.</summary>
/// <param name="client">What the requests of the client share.</param>
/// <param name="logger">Logger of the container.</param>
/// <param name="isAttempt">Whether this is the innermost handler, too; else that is an <see cref="AttemptHandler"/>.</param>
internal sealed class RequestHandler(ClientTelemetry client, ILogger? logger, bool isAttempt) : DelegatingHandler
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
            if (isAttempt)
                request = client.BeginAttempt(telemetry, request);
            var response = base.Send(request, cancellationToken);
            if (isAttempt)
                client.EndAttempt(telemetry, request, response);
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
            if (isAttempt)
                request = client.BeginAttempt(telemetry, request);
            var response = await base.SendAsync(request, cancellationToken).ConfigureAwait(false);
            if (isAttempt)
                client.EndAttempt(telemetry, request, response);
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
