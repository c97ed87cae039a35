using System.Net.Http.Metrics;
using System.Text;
using Microsoft.Extensions.Logging;
using OtelPipeline.Internal;
using OtelPipeline.Signals;

namespace OtelPipeline.Extensions.Http.Internal;

/// <summary>What the requests of one named client share; it outlives its handlers, which the factory replaces every few minutes.</summary>
internal sealed class ClientTelemetry
{
    private static readonly NameLimiter s_roles = new(NameLimiter.Default);
    private static readonly NameLimiter s_errorTypes = new(NameLimiter.Default);

    private readonly NameLimiter _hosts;
    private readonly HostPauses _pauses;
    private readonly RunPropagation _propagation;
    private readonly Redactor? _redactor;
    private readonly KeyValuePair<string, object?> _roleTag;
    private readonly Action<HttpMetricsEnrichmentContext> _addRole;

    public ClientTelemetry(string role, PipelineHttpOptions options)
    {
        Role = role;
        Time = options.TimeProvider;
        HashesUrls = options.UrlPathHashKey is not null;
        _hosts = new NameLimiter(options.ServerAddressLimit);
        _pauses = HostPauses.Of(options.TimeProvider);
        _propagation = new RunPropagation(options.PropagateRunTo);
        _redactor =
            options.UrlPathHashKey is { } key ? new Redactor([], Encoding.UTF8.GetBytes(key))
            : options.RecordUrl ? Redactor.Standard
            : null;
        RecordsUrls = options.RecordUrl;
        _roleTag = new(PipelineAttributes.HttpRole, s_roles.Fold(role));
        _addRole = context => context.AddCustomTag(_roleTag.Key, _roleTag.Value);
    }

    public string Role { get; }
    public TimeProvider Time { get; }
    public bool RecordsUrls { get; }
    public bool HashesUrls { get; }

    /// <summary>Kept for the next event.</summary>
    public RequestEvent.Beginning? LastBeginning { get; set; }

    /// <summary>Starts the telemetry of a logical request, or returns null where nobody listens.</summary>
    public HttpRequestTelemetry? Begin(HttpRequestMessage request, ILogger? own)
    {
        if (
            !Instruments.Source.HasListeners()
            && !HttpInstruments.BodyDuration.Enabled
            && !HttpInstruments.BodySize.Enabled
            && !RequestEvent.IsWanted(own)
        )
            return null;
        try
        {
            var telemetry = new HttpRequestTelemetry(this, request) { Logger = own };
            request.Options.Set(HttpRequestTelemetry.Key, telemetry);
            return telemetry;
        }
        catch (Exception e)
        {
            PipelineEventSource.Report("the start of an HTTP request", e);
            return null;
        }
    }

    /// <summary>Returns what to send.</summary>
    public HttpRequestMessage BeginAttempt(HttpRequestTelemetry telemetry, HttpRequestMessage request)
    {
        try
        {
            request = _propagation.Propagate(request, telemetry.NextAttempt());
            HttpMetricsEnrichmentContext.AddCallback(request, _addRole);
            if (request.RequestUri is not { IsAbsoluteUri: true } uri)
                return request;
            if (_pauses.IsPaused(uri, Time))
                telemetry.RetryAfterHonored = false;
            else if (telemetry.RetryAfterFrom is { } asked && asked.Port == uri.Port && asked.IdnHost == uri.IdnHost)
                telemetry.RetryAfterHonored ??= true;
        }
        catch (Exception e)
        {
            PipelineEventSource.Report("an attempt of an HTTP request", e);
        }

        return request;
    }

    public void EndAttempt(HttpRequestTelemetry telemetry, HttpRequestMessage request, HttpResponseMessage response)
    {
        try
        {
            if (HostPauses.AskedFor(response, Time) is not { } wait || request.RequestUri is not { IsAbsoluteUri: true } uri)
                return;
            telemetry.RetryAfter = wait;
            telemetry.RetryAfterFrom = uri;
            _pauses.Ask(uri, wait, Time);
        }
        catch (Exception e)
        {
            PipelineEventSource.Report("an attempt of an HTTP request", e);
        }
    }

    /// <summary>The address as it may be written down.</summary>
    public string? Clean(Uri? uri) =>
        uri is null || _redactor is null ? null : _redactor.Text(uri.IsAbsoluteUri ? uri.AbsoluteUri : uri.OriginalString);

    public void Ended(HttpRequestTelemetry telemetry)
    {
        try
        {
            var errorType = RequestEvent.ErrorTypeOf(telemetry);
            if (telemetry.Body is { WasRead: true } body && (HttpInstruments.BodyDuration.Enabled || HttpInstruments.BodySize.Enabled))
                Measure(body, telemetry.Uri, errorType);
            RequestEvent.Write(this, telemetry, errorType);
        }
        catch (Exception e)
        {
            PipelineEventSource.Report("the end of an HTTP request", e);
        }
    }

    private void Measure(ResponseBody body, Uri? uri, string? errorType)
    {
        Span<KeyValuePair<string, object?>> tags =
        [
            _roleTag,
            new(PipelineAttributes.ServerAddress, _hosts.Fold(uri is { IsAbsoluteUri: true } ? uri.IdnHost : "")),
            default,
        ];
        var count = 2;
        if (errorType is not null)
            tags[count++] = new(PipelineAttributes.ErrorType, s_errorTypes.Fold(errorType));
        HttpInstruments.BodyDuration.TryRecord(body.Duration.TotalSeconds, tags[..count]);
        HttpInstruments.BodySize.TryRecord(body.Bytes, tags[..count]);
    }
}
