using Microsoft.Extensions.Logging;
using OtelPipeline.Internal;
using OtelPipeline.Signals;

namespace OtelPipeline;

/// <summary>
/// What a cache does: a long-lived, thread-safe object for each cache of the program. Requests also count into the totals of the node and the run
/// of the flow of control that makes them. Nothing of it throws once it is made, and nothing allocates where nobody listens.
/// </summary>
/// <example>
/// <code>
/// private static readonly CacheTelemetry Metadata = new("metadata");
/// if (cache.TryGetValue(key, out var value)) Metadata.Hit(); else Metadata.Miss();
/// </code>
/// </example>
public sealed class CacheTelemetry
{
    private const long Unknown = long.MinValue;

    private static readonly NameLimiter s_names = new();
    private static readonly NameLimiter s_errorTypes = new();

    // by CacheResult
    private readonly KeyValuePair<string, object?>[][] _requestTags;
    private readonly KeyValuePair<string, object?>[] _tags;
    private readonly int _accessEventEvery;
    private readonly ILogger? _logger;
    private long _requests;

    private long _entries = Unknown;
    private long _size = Unknown;
    private long _capacity = Unknown;

    /// <summary>Makes the telemetry of one cache.</summary>
    /// <param name="name">Name of the cache, of low cardinality: it is on every metric, the first 1,000 names of a process (<c>NameLimit</c>) as they are, later ones as <c>_other</c>.</param>
    /// <param name="accessEventEvery">
    /// Writes the Debug event <c>pipeline.cache.access</c> for every so many requests, the first included; 0 for never. Default: 0.
    /// </param>
    /// <param name="loggerFactory">Where its events go; null for the logger of the current run or of the SDK.</param>
    /// <exception cref="ArgumentException"><paramref name="name"/> is null, empty or white space.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="accessEventEvery"/> is negative.</exception>
    public CacheTelemetry(string name, int accessEventEvery = 0, ILoggerFactory? loggerFactory = null)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        ArgumentOutOfRangeException.ThrowIfNegative(accessEventEvery);
        Name = name;
        _accessEventEvery = accessEventEvery;
        _logger = loggerFactory?.CreateLogger(PipelineSources.LoggerCategory);
        _tags = [new(PipelineAttributes.CacheName, s_names.Fold(name))];
        _requestTags =
        [
            .. Enum.GetValues<CacheResult>()
                .Select(r => (KeyValuePair<string, object?>[])[_tags[0], new(PipelineAttributes.CacheResult, Words.Of(r))]),
        ];
    }

    /// <summary>The name given at construction.</summary>
    public string Name { get; }

    /// <summary>The cache had a fresh entry. Counts as a hit of the node.</summary>
    public void Hit() => Request(CacheResult.Hit);

    /// <summary>The cache had no entry. Counts as a miss of the node.</summary>
    public void Miss() => Request(CacheResult.Miss);

    /// <summary>The cache served an entry that had expired. Counts as a hit of the node.</summary>
    public void Stale() => Request(CacheResult.Stale);

    /// <summary>The cache served an entry after its origin had confirmed it. Counts as a hit of the node.</summary>
    public void Revalidated() => Request(CacheResult.Revalidated);

    /// <summary>The cache was not asked on purpose. Counts neither as a hit nor as a miss of the node.</summary>
    public void Bypass() => Request(CacheResult.Bypass);

    /// <summary>
    /// The cache could not be asked: a miss that carries <c>error.type</c>, for whoever made the request goes on without an entry.
    /// </summary>
    /// <param name="exception">What the cache threw.</param>
    /// <exception cref="ArgumentNullException"><paramref name="exception"/> is null.</exception>
    public void Failed(Exception exception)
    {
        ArgumentNullException.ThrowIfNull(exception);
        if (CacheInstruments.Requests.Enabled)
        {
            CacheInstruments.Requests.TryAdd(
                1,
                [.. _requestTags[(int)CacheResult.Miss], new(PipelineAttributes.ErrorType, s_errorTypes.Fold(Failures.TypeOf(exception)))]
            );
        }

        CountMore(CacheResult.Miss);
    }

    /// <summary>Counts a request by its result.</summary>
    /// <param name="result">How it went; a value that is not defined counts as <see cref="CacheResult.Bypass"/>.</param>
    public void Request(CacheResult result)
    {
        if ((uint)result > (uint)CacheResult.Bypass)
            result = CacheResult.Bypass;
        if (CacheInstruments.Requests.Enabled)
            CacheInstruments.Requests.TryAdd(1, _requestTags[(int)result]);
        CountMore(result);
    }

    private void CountMore(CacheResult result)
    {
        if (PipelineRun.AnyObserved && result != CacheResult.Bypass)
            PipelineScope.CountCacheRequest(isHit: result != CacheResult.Miss);
        if (_accessEventEvery > 0)
            WriteAccess(result);
    }

    /// <summary>Entries were thrown out for want of room or because they had expired.</summary>
    /// <param name="count">How many; 0 and negative numbers are ignored.</param>
    public void Evicted(long count = 1)
    {
        if (count > 0 && CacheInstruments.Evictions.Enabled)
            CacheInstruments.Evictions.TryAdd(count, _tags);
    }

    /// <summary>
    /// Says how full the cache is, which is reported until something else is said and as long as this object lives. Caches of one name add up.
    /// </summary>
    /// <param name="entries">How many entries it has, or null for no change.</param>
    /// <param name="size">How many bytes they take, or null for no change.</param>
    /// <param name="capacity">How many bytes they may take, or null for no change.</param>
    public void Contents(long? entries = null, long? size = null, long? capacity = null)
    {
        Set(ref _entries, entries, CacheInstruments.EntryCount, static cache => cache._entries);
        Set(ref _size, size, CacheInstruments.Size, static cache => cache._size);
        Set(ref _capacity, capacity, CacheInstruments.Capacity, static cache => cache._capacity);
    }

    /// <summary>Asks how full the cache is whenever metrics are collected, until the result is disposed of. Caches of one name add up.</summary>
    /// <remarks>A function that returns null is not asked again; what it throws is kept from the application and counted.</remarks>
    /// <param name="entries">Returns how many entries the cache has, or null where that is unknown.</param>
    /// <param name="size">Returns how many bytes they take, or null where that is unknown.</param>
    /// <param name="capacity">Returns how many bytes they may take, or null where that is unknown.</param>
    /// <returns>Dispose of it with the cache: until then, the functions and what they hold stay alive.</returns>
    public IDisposable Observe(Func<long?>? entries = null, Func<long?>? size = null, Func<long?>? capacity = null) =>
        new Observations(
            entries is null ? null : CacheInstruments.EntryCount.Add(_tags, entries),
            size is null ? null : CacheInstruments.Size.Add(_tags, size),
            capacity is null ? null : CacheInstruments.Capacity.Add(_tags, capacity)
        );

    private void Set(ref long level, long? value, ObservedSums sums, Func<CacheTelemetry, long> read)
    {
        if (value is { } known && Interlocked.Exchange(ref level, Math.Max(0, known)) == Unknown)
            sums.Add(_tags, ObserverOf(new WeakReference<CacheTelemetry>(this), read));
    }

    // static: a closure over the cache would keep it alive
    private static Func<long?> ObserverOf(WeakReference<CacheTelemetry> weak, Func<CacheTelemetry, long> read) =>
        () => weak.TryGetTarget(out var cache) ? read(cache) : null;

    private void WriteAccess(CacheResult result)
    {
        if (Interlocked.Increment(ref _requests) % _accessEventEvery != (_accessEventEvery == 1 ? 0 : 1))
            return;
        var logger = EventLog.For(_logger);
        if (!EventLog.IsEnabled(logger, LogLevel.Debug))
            return;
        var state = EventLog
            .New($"cache {Name}: {Words.Of(result)}", 2)
            .Add(PipelineAttributes.CacheName, Name)
            .Add(PipelineAttributes.CacheResult, Words.Of(result));
        EventLog.Write(logger, LogLevel.Debug, PipelineEvents.CacheAccess, state);
    }
}
