using Microsoft.Extensions.Logging;
using OtelPipeline.Internal;
using OtelPipeline.Signals;

namespace OtelPipeline;

/// <summary>
/// What a rate limiter does: a long-lived, thread-safe object for each limiter. Nothing of it throws once it is made, and nothing allocates where
/// nobody listens.
/// </summary>
/// <example>
/// <code>
/// private static readonly RateLimiterTelemetry Crossref = new("api.crossref", role: "metadata");
/// Crossref.Queued(waited);
/// </code>
/// </example>
public sealed class RateLimiterTelemetry
{
    private static readonly NameLimiter s_names = new();
    private static readonly NameLimiter s_roles = new();

    private readonly KeyValuePair<string, object?>[] _tags;
    private readonly KeyValuePair<string, object?>[] _acquired;
    private readonly KeyValuePair<string, object?>[] _queued;
    private readonly KeyValuePair<string, object?>[] _rejected;
    private readonly KeyValuePair<string, object?>[] _skipped;
    private readonly ILogger? _logger;

    /// <summary>Makes the telemetry of one rate limiter.</summary>
    /// <param name="name">Name of the limiter, of low cardinality: it is on every metric, the first 1,000 names of a process (<c>NameLimit</c>) as they are, later ones as <c>_other</c>.</param>
    /// <param name="role">What its requests are for, such as <c>metadata</c>, of low cardinality, or null.</param>
    /// <param name="loggerFactory">Where its events go; null for the logger of the current run or of the SDK.</param>
    /// <exception cref="ArgumentException"><paramref name="name"/> is null, empty or white space, or <paramref name="role"/> is empty or white space.</exception>
    public RateLimiterTelemetry(string name, string? role = null, ILoggerFactory? loggerFactory = null)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        if (role is not null)
            ArgumentException.ThrowIfNullOrWhiteSpace(role);
        Name = name;
        Role = role;
        _logger = loggerFactory?.CreateLogger(PipelineSources.LoggerCategory);
        KeyValuePair<string, object?> nameTag = new(PipelineAttributes.RateLimiterName, s_names.Fold(name));
        _tags = role is null ? [nameTag] : [nameTag, new(PipelineAttributes.RateLimiterRole, s_roles.Fold(role))];
        _acquired = With("acquired");
        _queued = With("queued");
        _rejected = With("rejected");
        _skipped = With("skipped");
    }

    /// <summary>The name given at construction.</summary>
    public string Name { get; }

    /// <summary>The role given at construction, or null.</summary>
    public string? Role { get; }

    /// <summary>A request was let through at once.</summary>
    public void Acquired() => Count(_acquired, 0);

    /// <summary>A request was let through after it had waited.</summary>
    /// <param name="waited">How long; negative counts as 0.</param>
    public void Queued(TimeSpan waited) => Count(_queued, waited.TotalSeconds);

    /// <summary>A request was exempt from the limit.</summary>
    public void Skipped() => Count(_skipped, 0);

    /// <summary>A request was refused.</summary>
    /// <param name="waited">How long it had waited until then; negative counts as 0.</param>
    /// <param name="waitLimit">How long it might have waited, or null.</param>
    public void Rejected(TimeSpan waited = default, TimeSpan? waitLimit = null)
    {
        Count(_rejected, waited.TotalSeconds);
        var logger = EventLog.For(_logger);
        if (EventLog.IsEnabled(logger, LogLevel.Warning))
            WriteRejected(logger, waited < TimeSpan.Zero ? TimeSpan.Zero : waited, waitLimit);
    }

    /// <summary>Reports what the limiter has left, whenever metrics are collected and until the result is disposed of.</summary>
    /// <param name="permits">Returns the permits that are available; what it throws is kept from the application and counted.</param>
    /// <param name="queue">Returns how many requests wait, or null where none can; the same goes for what it throws.</param>
    /// <returns>Dispose of it with the limiter: until then, the functions and what they hold stay alive.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="permits"/> is null.</exception>
    public IDisposable Observe(Func<long> permits, Func<long>? queue = null)
    {
        ArgumentNullException.ThrowIfNull(permits);
        return ObserveWhile(() => permits(), queue is null ? null : () => queue());
    }

    /// <summary>The same until a function returns null.</summary>
    internal IDisposable ObserveWhile(Func<long?> permits, Func<long?>? queue) =>
        new Observations(
            RateLimiterInstruments.Permits.Add(_tags, permits),
            queue is null ? null : RateLimiterInstruments.Queue.Add(_tags, queue)
        );

    /// <summary>Whether anybody would see a request: where not, its wait need not be measured.</summary>
    internal bool IsObserved =>
        RateLimiterInstruments.Acquisitions.Enabled
        || RateLimiterInstruments.WaitDuration.Enabled
        || EventLog.IsEnabled(EventLog.For(_logger), LogLevel.Warning);

    private static void Count(KeyValuePair<string, object?>[] tags, double waited)
    {
        if (RateLimiterInstruments.Acquisitions.Enabled)
            RateLimiterInstruments.Acquisitions.TryAdd(1, tags);
        if (RateLimiterInstruments.WaitDuration.Enabled)
            RateLimiterInstruments.WaitDuration.TryRecord(Math.Max(0, waited), tags);
    }

    private void WriteRejected(ILogger? logger, TimeSpan waited, TimeSpan? waitLimit)
    {
        var state = EventLog
            .New($"rate limiter {Name} refused a request after {Durations.Text(waited)}", 4)
            .Add(PipelineAttributes.RateLimiterName, Name)
            .Add(PipelineAttributes.RateLimiterRole, Role)
            .Add(PipelineAttributes.RateLimiterWaitDuration, waited.TotalSeconds)
            .Add(PipelineAttributes.RateLimiterWaitLimit, waitLimit?.TotalSeconds);
        EventLog.Write(logger, LogLevel.Warning, PipelineEvents.RateLimiterRejected, state);
    }

    private KeyValuePair<string, object?>[] With(string result) => [.. _tags, new(PipelineAttributes.RateLimiterResult, result)];
}
