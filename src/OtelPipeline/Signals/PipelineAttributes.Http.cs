namespace OtelPipeline.Signals;

// of HTTP requests, on the event of a logical request and on .NET's own client spans
public static partial class PipelineAttributes
{
    /// <summary>What a request is for, such as <c>metadata</c> or <c>content</c>.</summary>
    public const string HttpRole = "pipeline.http.role";

    /// <summary>How a cache in front of the request answered: hit, miss, stale, revalidated or bypass.</summary>
    public const string HttpCacheResult = "pipeline.http.cache.result";

    /// <summary>Seconds that the server asked to wait before the next request (RFC 9110, section 10.2.3).</summary>
    public const string HttpRetryAfter = "pipeline.http.retry_after";

    /// <summary>Whether the next attempt to that host waited as long as the server had asked for.</summary>
    public const string HttpRetryAfterHonored = "pipeline.http.retry_after.honored";

    /// <summary>Seconds that the request waited for rate limiters, 0 where it passed one at once.</summary>
    public const string HttpLimiterWait = "pipeline.http.limiter.wait";

    /// <summary>State that a circuit breaker was in when the request came to it: closed, open, half_open or isolated.</summary>
    public const string HttpBreakerState = "pipeline.http.breaker.state";

    /// <summary>What a circuit breaker took the request for: success, failure or none.</summary>
    public const string HttpBreakerOutcome = "pipeline.http.breaker.outcome";

    /// <summary>Seconds from the response's headers to the last byte of its body that was read, on events.</summary>
    public const string HttpResponseBodyDuration = "pipeline.http.response.body.duration";

    /// <summary>Seconds that a logical request took with everything it waited for, its response's body included, on events.</summary>
    public const string HttpRequestDuration = "pipeline.http.request.duration";

    /// <summary>Method of a request (semantic conventions).</summary>
    public const string HttpRequestMethod = "http.request.method";

    /// <summary>How often a request was sent again (semantic conventions); absent where it was not.</summary>
    public const string HttpRequestResendCount = "http.request.resend_count";

    /// <summary>Bytes of the response's body that were read (semantic conventions).</summary>
    public const string HttpResponseBodySize = "http.response.body.size";

    /// <summary>Address of a request without user, query and fragment (semantic conventions).</summary>
    public const string UrlFull = "url.full";
}
