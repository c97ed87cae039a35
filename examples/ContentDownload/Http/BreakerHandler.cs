using OtelPipeline;
using OtelPipeline.Extensions.Http;
using Polly.CircuitBreaker;

namespace ContentDownload.Http;

/// <summary>Leaves a host alone for a while when half of what it answers is failures: one circuit for each host.</summary>
internal sealed class BreakerHandler(HostLimits limits) : DelegatingHandler
{
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var host = limits.Of(request.RequestUri!.Host);
        var telemetry = request.PipelineTelemetry();
        telemetry?.BreakerState = StateOf(host.BreakerState.CircuitState);
        try
        {
            var response = await host.Breaker.ExecuteAsync(async cancel => await base.SendAsync(request, cancel), cancellationToken);
            telemetry?.BreakerOutcome = (int)response.StatusCode >= 500 ? BreakerOutcome.Failure : BreakerOutcome.Success;
            return response;
        }
        catch (BrokenCircuitException)
        {
            telemetry?.BreakerState = OtelPipeline.CircuitState.Open;
            telemetry?.BreakerOutcome = BreakerOutcome.None;
            throw;
        }
        catch (HttpRequestException)
        {
            telemetry?.BreakerOutcome = BreakerOutcome.Failure;
            throw;
        }
    }

    private static OtelPipeline.CircuitState StateOf(Polly.CircuitBreaker.CircuitState state) =>
        state switch
        {
            Polly.CircuitBreaker.CircuitState.Open => OtelPipeline.CircuitState.Open,
            Polly.CircuitBreaker.CircuitState.HalfOpen => OtelPipeline.CircuitState.HalfOpen,
            Polly.CircuitBreaker.CircuitState.Isolated => OtelPipeline.CircuitState.Isolated,
            _ => OtelPipeline.CircuitState.Closed,
        };
}
