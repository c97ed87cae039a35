using System.Diagnostics;
using Microsoft.Extensions.Logging;
using OtelPipeline.Extensions.Http.Internal;
using OtelPipeline.Internal;

namespace OtelPipeline.Extensions.Http;

/// <summary>
/// What becomes known of one logical request on its way through an <see cref="HttpClient"/>: the handlers between find it with
/// <see cref="HttpRequestTelemetryExtensions.PipelineTelemetry"/> and say what they did. It ends as the one event <c>pipeline.http.request</c>, and as
/// attributes of .NET's client spans. Thread-safe; nothing of it throws.
/// </summary>
public sealed class HttpRequestTelemetry
{
    internal static readonly HttpRequestOptionsKey<HttpRequestTelemetry> Key = new("OtelPipeline.HttpRequestTelemetry");

    private const int Unknown = -1;

    private readonly ClientTelemetry _client;
    private int _cacheResult = Unknown;
    private int _breakerState = Unknown;
    private int _breakerOutcome = Unknown;
    private long _limiterTicks = Unknown;
    private int _attempts;
    private int _ended;

    internal HttpRequestTelemetry(ClientTelemetry client, HttpRequestMessage request)
    {
        _client = client;
        Method = request.Method;
        Uri = request.RequestUri;
        StartedAt = client.Time.GetTimestamp();
        Scope = PipelineScope.Current;
        Span = Activity.Current;
    }

    /// <summary>What the request is for, as <c>AddPipelineTelemetry</c> was told.</summary>
    public string Role => _client.Role;

    /// <summary>How a cache answered; null where there is none. A value that is not defined is ignored.</summary>
    public CacheResult? CacheResult
    {
        get => _cacheResult == Unknown ? null : (CacheResult)_cacheResult;
        set => _cacheResult = Known((int?)value, (int)OtelPipeline.CacheResult.Bypass, _cacheResult);
    }

    /// <summary>The state that a circuit breaker was in when the request came to it; null where there is none. A value that is not defined is ignored.</summary>
    public CircuitState? BreakerState
    {
        get => _breakerState == Unknown ? null : (CircuitState)_breakerState;
        set => _breakerState = Known((int?)value, (int)CircuitState.Isolated, _breakerState);
    }

    /// <summary>What a circuit breaker took the request for; null where there is none. A value that is not defined is ignored.</summary>
    public BreakerOutcome? BreakerOutcome
    {
        get => _breakerOutcome == Unknown ? null : (BreakerOutcome)_breakerOutcome;
        set => _breakerOutcome = Known((int?)value, (int)Http.BreakerOutcome.None, _breakerOutcome);
    }

    /// <summary>How long it has waited for rate limiters; null where there was none.</summary>
    public TimeSpan? LimiterWait => Interlocked.Read(ref _limiterTicks) is var ticks && ticks == Unknown ? null : TimeSpan.FromTicks(ticks);

    /// <summary>How often it has been sent.</summary>
    public int Attempts => Volatile.Read(ref _attempts);

    /// <summary>A rate limiter let it through, or refused it, after this time; the times of several limiters and attempts add up.</summary>
    /// <param name="waited">0 where it did not have to wait; negative counts as 0.</param>
    public void WaitedForLimiter(TimeSpan waited)
    {
        Interlocked.CompareExchange(ref _limiterTicks, 0, Unknown);
        Interlocked.Add(ref _limiterTicks, Math.Max(0, waited.Ticks));
    }

    internal HttpMethod Method { get; }
    internal Uri? Uri { get; }
    internal long StartedAt { get; }

    /// <summary>Where the request was made: its event belongs there, wherever the body is read.</summary>
    internal PipelineScope? Scope { get; }
    internal Activity? Span { get; }

    internal int? StatusCode { get; private set; }
    internal Exception? Exception { get; private set; }
    internal TimeSpan? RetryAfter { get; set; }
    internal Uri? RetryAfterFrom { get; set; }
    internal bool? RetryAfterHonored { get; set; }
    internal ResponseBody? Body { get; private set; }

    internal ILogger? Logger { get; init; }

    /// <summary>Whether the response was left to the garbage collector.</summary>
    internal bool IsAbandoned { get; private set; }

    internal int NextAttempt() => Interlocked.Increment(ref _attempts);

    internal void Describe(Activity span, Uri? uri, HttpResponseMessage? response) =>
        RequestEvent.Describe(span, _client, this, uri, response);

    /// <summary>There is a response: it ends here, or when its body has been read.</summary>
    internal void Answered(HttpResponseMessage response)
    {
        try
        {
            StatusCode = (int)response.StatusCode;
            if (ResponseBody.IsIn(response, Method))
            {
                Body = new ResponseBody(this, _client.Time);
                response.Content = new MeasuredContent(response.Content, Body);
                return;
            }
        }
        catch (Exception e)
        {
            // such as the response of a handler that has disposed of it
            PipelineEventSource.Report("the response of an HTTP request", e);
        }

        End(null);
    }

    /// <summary>It has ended; only the first call counts.</summary>
    internal void End(Exception? exception)
    {
        if (Interlocked.Exchange(ref _ended, 1) != 0)
            return;
        Exception = exception;
        _client.Ended(this);
    }

    internal void Abandon()
    {
        IsAbandoned = Volatile.Read(ref _ended) == 0;
        End(null);
    }

    private static int Known(int? value, int last, int before) =>
        value is null ? Unknown
        : (uint)value <= (uint)last ? value.Value
        : before;
}
