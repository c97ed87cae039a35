namespace OtelPipeline.Extensions.Http;

/// <summary>Where handlers find what they can add to.</summary>
public static class HttpRequestTelemetryExtensions
{
    /// <summary>
    /// The telemetry of the logical request that this message is sent for, or null where nobody listens or the client has no
    /// <c>AddPipelineTelemetry</c>. A handler that sends a copy of a message must copy its <see cref="HttpRequestMessage.Options"/>, too.
    /// </summary>
    /// <param name="request">The message.</param>
    /// <exception cref="ArgumentNullException"><paramref name="request"/> is null.</exception>
    /// <example><code>request.PipelineTelemetry()?.CacheResult = CacheResult.Hit;</code></example>
    public static HttpRequestTelemetry? PipelineTelemetry(this HttpRequestMessage request)
    {
        ArgumentNullException.ThrowIfNull(request);
        return request.Options.TryGetValue(HttpRequestTelemetry.Key, out var telemetry) ? telemetry : null;
    }
}
