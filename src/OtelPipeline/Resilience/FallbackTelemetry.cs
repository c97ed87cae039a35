using System.Diagnostics;
using Microsoft.Extensions.Logging;
using OtelPipeline.Internal;
using OtelPipeline.Signals;

namespace OtelPipeline;

/// <summary>
/// What a chain of fallbacks tries: tiers in order, and in each of them sources. A long-lived, thread-safe object for each chain. Where nobody listens,
/// an attempt is a plain call of its body.
/// </summary>
/// <example>
/// <code>
/// private static readonly FallbackTelemetry Resolvers = new("resolvers");
/// var url = await Resolvers.AttemptAsync(1, "unpaywall", cancel => unpaywall.FindAsync(doi, cancel), cancellationToken)
///     ?? await Resolvers.AttemptAsync(2, "crossref", cancel => crossref.FindAsync(doi, cancel), cancellationToken);
/// </code>
/// </example>
public sealed class FallbackTelemetry
{
    private const int MaxTier = 99;
    private const int SourceLimit = 100;

    private static readonly NameLimiter s_names = new();

    // a boxed number for each, so that a measurement allocates none
    private static readonly object[] s_tiers = [.. Enumerable.Range(0, MaxTier + 1).Select(static n => (object)n)];

    private readonly NameLimiter _sources = new(SourceLimit);
    private readonly KeyValuePair<string, object?> _nameTag;
    private readonly string _spanName;
    private readonly ILogger? _logger;

    /// <summary>Makes the telemetry of one chain.</summary>
    /// <param name="name">Name of the chain, of low cardinality: it is on every metric, the first 1,000 names of a process (<c>NameLimit</c>) as they are, later ones as <c>_other</c>.</param>
    /// <param name="loggerFactory">Where its events go; null for the logger of the current run or of the SDK.</param>
    /// <exception cref="ArgumentException"><paramref name="name"/> is null, empty or white space.</exception>
    public FallbackTelemetry(string name, ILoggerFactory? loggerFactory = null)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        Name = name;
        _logger = loggerFactory?.CreateLogger(PipelineSources.LoggerCategory);
        _nameTag = new(PipelineAttributes.FallbackName, s_names.Fold(name));
        _spanName = "fallback " + name;
    }

    /// <summary>The name given at construction.</summary>
    public string Name { get; }

    /// <summary>Tries one source and returns what <paramref name="body"/> returns.</summary>
    /// <remarks>
    /// Null is <see cref="FallbackResult.NoResult"/>, anything else <see cref="FallbackResult.Success"/>; a <see cref="TimeoutException"/>, also
    /// inside a cancellation, is <see cref="FallbackResult.Timeout"/>; a cancellation that <paramref name="cancellationToken"/> asked for is
    /// <see cref="FallbackResult.Skipped"/>; any other exception is <see cref="FallbackResult.Error"/>. Exceptions are rethrown as they are.
    /// </remarks>
    /// <param name="tier">Number of the tier. Range: 0 to 99.</param>
    /// <param name="source">Name of the source, of low cardinality, never a URL; on metrics, the first 100 of a chain as they are, later ones as <c>_other</c>.</param>
    /// <param name="body">The attempt.</param>
    /// <param name="cancellationToken">Handed to <paramref name="body"/>.</param>
    /// <param name="serverAddress">Host that is asked, on the span and the event, or null.</param>
    /// <exception cref="ArgumentException"><paramref name="source"/> is null, empty or white space, or <paramref name="body"/> is null.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="tier"/> is out of its range.</exception>
    public Task<T> AttemptAsync<T>(
        int tier,
        string source,
        Func<CancellationToken, Task<T>> body,
        CancellationToken cancellationToken = default,
        string? serverAddress = null
    )
    {
        CheckArguments(tier, source);
        ArgumentNullException.ThrowIfNull(body);
        if (IsObserved)
            return ObserveAsync(tier, source, body, cancellationToken, serverAddress);
        try
        {
            return body(cancellationToken);
        }
        catch (Exception e)
        {
            return Task.FromException<T>(e);
        }
    }

    /// <summary>Reports an attempt that was made, or left out, without <see cref="AttemptAsync{T}"/>; it has no span.</summary>
    /// <param name="tier">Number of the tier. Range: 0 to 99.</param>
    /// <param name="source">Name of the source, of low cardinality, never a URL; on metrics, the first 100 of a chain as they are, later ones as <c>_other</c>.</param>
    /// <param name="result">How it ended.</param>
    /// <param name="elapsed">How long it took; negative counts as 0.</param>
    /// <param name="exception">Why it failed, or null.</param>
    /// <param name="serverAddress">Host that was asked, on the event, or null.</param>
    /// <exception cref="ArgumentException"><paramref name="source"/> is null, empty or white space.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="tier"/> is out of its range.</exception>
    public void Attempted(
        int tier,
        string source,
        FallbackResult result,
        TimeSpan elapsed = default,
        Exception? exception = null,
        string? serverAddress = null
    )
    {
        CheckArguments(tier, source);
        if (FallbackInstruments.Attempts.Enabled || FallbackInstruments.AttemptDuration.Enabled)
            Measure(tier, source, result, elapsed);
        var logger = EventLog.For(_logger);
        if (EventLog.IsEnabled(logger, LogLevel.Debug))
            Write(logger, tier, source, Words.Of(result), Math.Max(0, elapsed.TotalSeconds), exception, serverAddress);
    }

    // a method of its own: room for the tags would be cleared also where nobody listens
    private void Measure(int tier, string source, FallbackResult result, TimeSpan elapsed)
    {
        ReadOnlySpan<KeyValuePair<string, object?>> tags =
        [
            _nameTag,
            new(PipelineAttributes.FallbackTier, s_tiers[tier]),
            new(PipelineAttributes.FallbackSource, _sources.Fold(source)),
            new(PipelineAttributes.FallbackResult, Words.Of(result)),
        ];
        FallbackInstruments.Attempts.TryAdd(1, tags);
        FallbackInstruments.AttemptDuration.TryRecord(Math.Max(0, elapsed.TotalSeconds), tags);
    }

    /// <summary>Whether anybody would see an attempt that has no span.</summary>
    internal bool ObservesAttempts =>
        FallbackInstruments.Attempts.Enabled
        || FallbackInstruments.AttemptDuration.Enabled
        || EventLog.IsEnabled(EventLog.For(_logger), LogLevel.Debug);

    private bool IsObserved => Instruments.Source.HasListeners() || ObservesAttempts;

    private static void CheckArguments(int tier, string source)
    {
        if ((uint)tier > MaxTier)
            ThrowTier(tier);
        ArgumentException.ThrowIfNullOrWhiteSpace(source);
    }

    private static void ThrowTier(int tier)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(tier);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(tier, MaxTier);
    }

    private async Task<T> ObserveAsync<T>(
        int tier,
        string source,
        Func<CancellationToken, Task<T>> body,
        CancellationToken cancellationToken,
        string? serverAddress
    )
    {
        var operation = Operation.Start(
            _spanName,
            ActivityKind.Internal,
            [
                new(PipelineAttributes.FallbackName, Name),
                new(PipelineAttributes.FallbackTier, s_tiers[tier]),
                new(PipelineAttributes.FallbackSource, source),
            ]
        );
        var result = FallbackResult.Error;
        Exception? exception = null;
        try
        {
            var found = await body(cancellationToken).ConfigureAwait(false);
            result = found is null ? FallbackResult.NoResult : FallbackResult.Success;
            return found;
        }
        catch (Exception e)
        {
            exception = e;
            result = Failures.ResultOf(e, cancellationToken) switch
            {
                PipelineResult.Timeout => FallbackResult.Timeout,
                PipelineResult.Cancellation => FallbackResult.Skipped,
                _ => FallbackResult.Error,
            };
            throw;
        }
        finally
        {
            Attempted(tier, source, result, operation.Elapsed, exception, serverAddress);
            operation.Span?.SetTag(PipelineAttributes.FallbackResult, Words.Of(result));
            if (serverAddress is not null)
                operation.Span?.SetTag(PipelineAttributes.ServerAddress, serverAddress);
            if (StatusOf(exception) is { } status)
                operation.Span?.SetTag(PipelineAttributes.HttpResponseStatusCode, status);
            operation.End(exception, cancellationToken);
        }
    }

    private void Write(ILogger? logger, int tier, string source, string result, double seconds, Exception? exception, string? serverAddress)
    {
        var state = EventLog
            .New($"fallback {Name}, tier {tier}, {source}: {result} in {Durations.Text(TimeSpan.FromSeconds(seconds))}", 8)
            .Add(PipelineAttributes.FallbackName, Name)
            .Add(PipelineAttributes.FallbackTier, s_tiers[tier])
            .Add(PipelineAttributes.FallbackSource, source)
            .Add(PipelineAttributes.FallbackResult, result)
            .Add(PipelineAttributes.FallbackAttemptDuration, seconds)
            .Add(PipelineAttributes.ServerAddress, serverAddress)
            .Add(PipelineAttributes.HttpResponseStatusCode, StatusOf(exception))
            .Add(PipelineAttributes.ErrorType, exception is null ? null : Failures.TypeOf(exception));
        EventLog.Write(logger, LogLevel.Debug, PipelineEvents.FallbackAttempt, state);
    }

    private static int? StatusOf(Exception? exception) => exception is HttpRequestException { StatusCode: { } status } ? (int)status : null;
}
