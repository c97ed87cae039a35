namespace OtelPipeline.Extensions.Http;

/// <summary>Settings of <c>AddPipelineTelemetry</c> on an <see cref="HttpClient"/>, read once when it is called.</summary>
public sealed class PipelineHttpOptions
{
    private const int MinHashKeyLength = 16;

    /// <summary>
    /// Whether events carry <c>url.full</c>: without user, query and fragment, and with secrets masked. Never on a metric. Default: true.
    /// </summary>
    public bool RecordUrl { get; set; } = true;

    /// <summary>
    /// A secret of at least 16 characters: with it, the path in <c>url.full</c> becomes a keyed hash (HMAC-SHA-256, 32 hexadecimal digits), equal for
    /// equal paths, on the event and on .NET's client span. Where all telemetry shall be so, set <c>Redaction.UrlPathHashKey</c> of
    /// <c>UsePipelineInstrumentation</c> instead and leave this null: it would hash the hash. Default: null, paths stay readable.
    /// </summary>
    public string? UrlPathHashKey { get; set; }

    /// <summary>
    /// Hosts that get the id of the current run, as <c>pipeline.run.id</c> in the header <c>baggage</c>
    /// (<see href="https://www.w3.org/TR/baggage/"/>): names, or <c>*.example.com</c> for all below one. Default: none.
    /// </summary>
    public ISet<string> PropagateRunTo { get; } = new HashSet<string>(StringComparer.OrdinalIgnoreCase);

    /// <summary>
    /// How many different hosts of the client reach this package's metrics; later ones are counted as <c>_other</c>. Spans and events always carry
    /// the real one. Range: 0 or more. Default: 100.
    /// </summary>
    public int ServerAddressLimit { get; set; } = 100;

    /// <summary>The clock. Default: <see cref="TimeProvider.System"/>.</summary>
    public TimeProvider TimeProvider { get; set; } = TimeProvider.System;

    /// <exception cref="ArgumentException">A setting is out of its range.</exception>
    internal void Validate()
    {
        if (UrlPathHashKey is { Length: < MinHashKeyLength })
            throw new ArgumentException(
                $"{nameof(UrlPathHashKey)} has {UrlPathHashKey.Length} characters; a key shorter than {MinHashKeyLength} can be guessed. Use a longer one, or null for plain paths."
            );
        ArgumentOutOfRangeException.ThrowIfNegative(ServerAddressLimit);
        ArgumentNullException.ThrowIfNull(TimeProvider);
        foreach (var host in PropagateRunTo)
        {
            var name = host?.StartsWith("*.", StringComparison.Ordinal) == true ? host[2..] : host;
            if (Uri.CheckHostName(name) == UriHostNameType.Unknown)
                throw new ArgumentException(
                    $"{nameof(PropagateRunTo)} holds '{host}', which is no host. Name hosts without scheme, port and path, such as 'api.example.com' or '*.example.com'."
                );
        }
    }
}
