using System.Diagnostics;
using System.Globalization;
using System.Runtime.CompilerServices;
using Microsoft.Extensions.Logging;
using OtelPipeline.Internal;
using OtelPipeline.Signals;

namespace OtelPipeline.Extensions.Http.Internal;

/// <summary>Writes what is known of a request: the one event, and the attributes of client spans.</summary>
internal static class RequestEvent
{
    // what most of them have, and boxed numbers for them
    private const int UsualAttributes = 10;
    private static readonly object s_none = 0L;
    private static readonly object?[] s_statuses = new object?[500];

    // of a tenth of a millisecond each
    private static readonly string?[] s_short = new string?[1_000];

    public static bool IsWanted(ILogger? own) => EventLog.IsEnabled(LoggerFor(own, null), LogLevel.Warning);

    /// <summary>The semantic conventions' <c>error.type</c>, as .NET's own client span has it: of what went wrong, or the status.</summary>
    public static string? ErrorTypeOf(HttpRequestTelemetry request) =>
        request switch
        {
            { Exception: { } exception } => ErrorTypeOf(exception),
            { IsAbandoned: true } => Failures.Abandoned,
            { StatusCode: >= 400 and var status } => status.ToString(CultureInfo.InvariantCulture),
            _ => null,
        };

    // HttpContent wraps what goes wrong with a stream when it buffers, and does not when it is read as a stream: the same thing all the same
    private static string ErrorTypeOf(Exception exception) =>
        exception switch
        {
            HttpRequestException { HttpRequestError: not HttpRequestError.Unknown and var error } => Word(error),
            HttpIOException { HttpRequestError: not HttpRequestError.Unknown and var error } => Word(error),
            HttpRequestException { InnerException: IOException inner } => ErrorTypeOf(inner),
            _ => Failures.TypeOf(exception),
        };

    public static void Write(ClientTelemetry client, HttpRequestTelemetry request, string? errorType)
    {
        var isBad =
            request.StatusCode is 429 or >= 500 || request.Exception is not null and not OperationCanceledException || request.IsAbandoned;
        var level = isBad ? LogLevel.Warning : LogLevel.Debug;
        var logger = LoggerFor(request.Logger, request.Scope);
        if (!EventLog.IsEnabled(logger, level))
            return;
        var elapsed = client.Time.GetElapsedTime(request.StartedAt);
        object? status = request.StatusCode is >= 100 and < 600 and var code ? s_statuses[code - 100] ??= code : request.StatusCode;
        var host = request.Uri is { IsAbsoluteUri: true } ? request.Uri.IdnHost : null;
        var state = New(request, TextOf(client, request, host, errorType, elapsed))
            .Add(PipelineAttributes.HttpRole, request.Role)
            .Add(PipelineAttributes.HttpRequestMethod, request.Method.Method)
            .Add(PipelineAttributes.UrlFull, client.RecordsUrls ? client.Clean(request.Uri) : null)
            .Add(PipelineAttributes.ServerAddress, host)
            .Add(PipelineAttributes.HttpResponseStatusCode, status)
            .Add(PipelineAttributes.ErrorType, errorType)
            .Add(PipelineAttributes.HttpRequestDuration, elapsed.TotalSeconds)
            .Add(PipelineAttributes.HttpCacheResult, request.CacheResult is { } cache ? Words.Of(cache) : null)
            .Add(PipelineAttributes.HttpLimiterWait, request.LimiterWait?.TotalSeconds)
            .Add(PipelineAttributes.HttpBreakerState, request.BreakerState is { } breaker ? Words.Of(breaker) : null)
            .Add(PipelineAttributes.HttpBreakerOutcome, request.BreakerOutcome is { } outcome ? Word(outcome) : null)
            .Add(PipelineAttributes.HttpRetryAfter, request.RetryAfter?.TotalSeconds)
            .Add(PipelineAttributes.HttpRetryAfterHonored, request.RetryAfterHonored)
            .Add(PipelineAttributes.HttpRequestResendCount, request.Attempts > 1 ? request.Attempts - 1 : null);
        if (request.Body is { WasRead: true } body)
            state
                .Add(PipelineAttributes.HttpResponseBodyDuration, body.Duration.TotalSeconds)
                .Add(PipelineAttributes.HttpResponseBodySize, body.Bytes);
        else if (request is { Body: null, StatusCode: not null })
            state.Add(PipelineAttributes.HttpResponseBodySize, s_none);

        // the event belongs to where the request was made, also where its body was read elsewhere
        var current = Activity.Current;
        var moves = request.Span is { IsStopped: false } && !ReferenceEquals(current, request.Span);
        if (moves)
            Activity.Current = request.Span;
        EventLog.Write(logger, level, PipelineEvents.HttpRequest, state);
        if (moves)
            Activity.Current = current;
    }

    /// <summary>Adds what is known when an attempt ends to its span.</summary>
    public static void Describe(
        Activity span,
        ClientTelemetry client,
        HttpRequestTelemetry request,
        Uri? uri,
        HttpResponseMessage? response
    )
    {
        span.SetTag(PipelineAttributes.HttpRole, request.Role);
        if (client.HashesUrls)
            span.SetTag(PipelineAttributes.UrlFull, client.Clean(uri));
        if (request.CacheResult is { } cache)
            span.SetTag(PipelineAttributes.HttpCacheResult, Words.Of(cache));
        if (request.LimiterWait is { } wait)
            span.SetTag(PipelineAttributes.HttpLimiterWait, wait.TotalSeconds);
        if (request.BreakerState is { } breaker)
            span.SetTag(PipelineAttributes.HttpBreakerState, Words.Of(breaker));
        if (request.BreakerOutcome is { } outcome)
            span.SetTag(PipelineAttributes.HttpBreakerOutcome, Word(outcome));
        if (request.Attempts > 1)
            span.SetTag(PipelineAttributes.HttpRequestResendCount, request.Attempts - 1);
        if (request.RetryAfterHonored is { } honored)
            span.SetTag(PipelineAttributes.HttpRetryAfterHonored, honored);
        if (response is not null && HostPauses.AskedFor(response, client.Time) is { } asked)
            span.SetTag(PipelineAttributes.HttpRetryAfter, asked.TotalSeconds);
    }

    // a container without logging of its own has a logger that writes nowhere
    private static ILogger? LoggerFor(ILogger? own, PipelineScope? scope) =>
        EventLog.IsEnabled(own, LogLevel.Warning) ? own : scope?.Run.Owner.Logger ?? EventLog.For(null);

    private static PipelineEvent New(HttpRequestTelemetry request, string message) =>
        request.Scope is { } scope ? scope.NewEvent(message, UsualAttributes) : new PipelineEvent(message, UsualAttributes);

    private static string TextOf(ClientTelemetry client, HttpRequestTelemetry request, string? host, string? errorType, TimeSpan elapsed)
    {
        var method = request.Method.Method;
        if (request is not { Exception: null, StatusCode: { } status, CacheResult: null, Attempts: <= 1 })
        {
            var outcome = request is { Exception: null, StatusCode: { } code } ? code.ToString(CultureInfo.InvariantCulture) : errorType;
            var cache = request.CacheResult is { } result ? $" (cache {Words.Of(result)})" : "";
            var attempts = request.Attempts > 1 ? string.Create(CultureInfo.InvariantCulture, $" after {request.Attempts} attempts") : "";
            return $"{request.Role}: {method} {host}: {outcome}{cache}{attempts} in {TextOf(elapsed)}";
        }

        var beginning = client.LastBeginning;
        if (beginning is null || beginning.Status != status || beginning.Method != method || beginning.Host != host)
        {
            var text = string.Create(CultureInfo.InvariantCulture, $"{request.Role}: {method} {host}: {status} in ");
            client.LastBeginning = beginning = new Beginning(method, host, status, text);
        }

        return string.Concat(beginning.Text, TextOf(elapsed));
    }

    private static string TextOf(TimeSpan elapsed)
    {
        var tenths = elapsed.Ticks / (TimeSpan.TicksPerMillisecond / 10);
        // a clock that was handed in may have gone back
        if ((ulong)tenths >= (ulong)s_short.Length)
            return Durations.Text(elapsed);
        return s_short[tenths] ??= string.Create(CultureInfo.InvariantCulture, $"{tenths / 10}.{tenths % 10} ms");
    }

    /// <summary>What the text of a plain request begins with, which most often is what that of the last one began with.</summary>
    public sealed record Beginning(string Method, string? Host, int Status, string Text);

    private static string Word(BreakerOutcome outcome) =>
        outcome switch
        {
            BreakerOutcome.Success => "success",
            BreakerOutcome.Failure => "failure",
            _ => "none",
        };

    // the words of https://learn.microsoft.com/dotnet/core/diagnostics/built-in-metrics-system-net#metric-httpclientrequestduration
    private static string Word(HttpRequestError error) =>
        error switch
        {
            HttpRequestError.NameResolutionError => "name_resolution_error",
            HttpRequestError.ConnectionError => "connection_error",
            HttpRequestError.SecureConnectionError => "secure_connection_error",
            HttpRequestError.HttpProtocolError => "http_protocol_error",
            HttpRequestError.ExtendedConnectNotSupported => "extended_connect_not_supported",
            HttpRequestError.VersionNegotiationError => "version_negotiation_error",
            HttpRequestError.UserAuthenticationError => "user_authentication_error",
            HttpRequestError.ProxyTunnelError => "proxy_tunnel_error",
            HttpRequestError.InvalidResponse => "invalid_response",
            HttpRequestError.ResponseEnded => "response_ended",
            HttpRequestError.ConfigurationLimitExceeded => "configuration_limit_exceeded",
            _ => NameLimiter.Other,
        };
}
