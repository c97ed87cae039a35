using System.Diagnostics.Metrics;
using OtelPipeline.Internal;
using OtelPipeline.Signals;

namespace OtelPipeline.Extensions.Http.Internal;

/// <summary>The instruments of HTTP requests, published when the first client is named.</summary>
internal static class HttpInstruments
{
    public static readonly Histogram<double> BodyDuration = Instruments.Seconds(
        PipelineMetrics.HttpResponseBodyDuration,
        "Time from the headers of responses to the last byte of their bodies",
        Instruments.WaitBounds
    );

    // https://opentelemetry.io/docs/specs/semconv/http/http-metrics/#metric-httpclientresponsebodysize
    public static readonly Histogram<long> BodySize = Instruments.Amount(
        PipelineMetrics.HttpClientResponseBodySize,
        "By",
        "Size of HTTP client response bodies",
        Instruments.ByteBounds
    );
}
