namespace OtelPipeline.Signals;

// of HTTP requests
public static partial class PipelineMetrics
{
    /// <summary>Histogram, s: from the headers of responses to the last byte of their bodies.</summary>
    public const string HttpResponseBodyDuration = "pipeline.http.response.body.duration";

    /// <summary>Histogram, By: sizes of the bodies of responses as they were read (semantic conventions).</summary>
    public const string HttpClientResponseBodySize = "http.client.response.body.size";
}
