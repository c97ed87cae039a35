using OtelPipeline.Exporter.Prometheus.Scraping;

namespace OtelPipeline.Exporter.Prometheus;

/// <summary>How a scrape ended.</summary>
public enum PrometheusScrapeStatus
{
    /// <summary>The metrics are there: HTTP 200.</summary>
    Success,

    /// <summary>The meter provider was shut down, or none uses the exporter: HTTP 503.</summary>
    Unavailable,

    /// <summary>Too many earlier responses are still being read: HTTP 503.</summary>
    Busy,

    /// <summary>The collection failed: HTTP 500.</summary>
    Failed,

    /// <summary>The collection did not end in time, since a callback does not return: HTTP 503.</summary>
    TimedOut,
}

/// <summary>
/// The answer to one scrape. Its body lies in a shared buffer that is used again: dispose of it, once, when the body has been sent, and keep
/// no copy of it.
/// </summary>
public readonly struct PrometheusScrape : IDisposable, IEquatable<PrometheusScrape>
{
    private readonly Response? _response;

    internal PrometheusScrape(Response response, bool gzip)
    {
        _response = response;
        Status = PrometheusScrapeStatus.Success;
        ContentType = response.ContentType;
        ContentEncoding = gzip ? "gzip" : null;
        Body = gzip ? response.Gzip : response.Body;
    }

    internal PrometheusScrape(PrometheusScrapeStatus status, ReadOnlyMemory<byte> message)
    {
        Status = status;
        ContentType = "text/plain; charset=utf-8";
        Body = message;
    }

    /// <summary>How it ended.</summary>
    public PrometheusScrapeStatus Status { get; }

    /// <summary>The value for the header <c>Content-Type</c>.</summary>
    public string ContentType { get; }

    /// <summary>The value for the header <c>Content-Encoding</c>, or null.</summary>
    public string? ContentEncoding { get; }

    /// <summary>The metrics, or why there are none.</summary>
    public ReadOnlyMemory<byte> Body { get; }

    /// <summary>Gives the buffer back.</summary>
    public void Dispose() => _response?.Release();

    /// <inheritdoc/>
    public bool Equals(PrometheusScrape other) => ReferenceEquals(_response, other._response) && Body.Equals(other.Body);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is PrometheusScrape other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => Body.GetHashCode();

    /// <summary>Whether two are the same answer.</summary>
    public static bool operator ==(PrometheusScrape left, PrometheusScrape right) => left.Equals(right);

    /// <summary>Whether two are different answers.</summary>
    public static bool operator !=(PrometheusScrape left, PrometheusScrape right) => !left.Equals(right);
}
