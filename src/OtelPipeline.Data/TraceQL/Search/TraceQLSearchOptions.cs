namespace OtelPipeline.Data.TraceQL;

/// <summary>How a query is run.</summary>
public sealed class TraceQLSearchOptions
{
    /// <summary>Ends the search after this many sets of spans; null (the default) for all.</summary>
    public int? Limit { get; init; }

    /// <summary>
    /// Leaves out spans, or traces where whole traces are looked at, that ended before; null (the default) for no bound.
    /// </summary>
    public DateTimeOffset? Since { get; init; }

    /// <summary>Leaves out spans, or traces where whole traces are looked at, that started later; null (the default) for no bound.</summary>
    public DateTimeOffset? Until { get; init; }

    /// <summary>
    /// How many spans a query that needs whole traces may hold, 2,000,000 by default, about 1 KB each. A span that no filter of the query can
    /// match counts as a tenth. Beyond it the search throws <see cref="TraceQLLimitException"/>.
    /// </summary>
    public long MaxHeldSpans { get; init; } = 2_000_000;

    /// <summary>How files are read; null (the default) for the defaults of <see cref="TelemetryReader"/>.</summary>
    public TelemetryReadOptions? Read { get; init; }

    /// <summary>
    /// For metrics: the width of the steps; null (the default) for about 240 of them, at least 1 s, or 50 ms when all spans lie within a minute.
    /// </summary>
    public TimeSpan? Step { get; init; }

    /// <summary>
    /// How many threads look at parts of the files at once, from 1 on; null (the default) for one per processor. The result does not depend on it. A
    /// query that needs whole traces, and strict reading, take one.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is less than 1.</exception>
    public int? Threads
    {
        get;
        init
        {
            if (value is { } threads)
                ArgumentOutOfRangeException.ThrowIfLessThan(threads, 1);
            field = value;
        }
    }

    internal bool ReadsParts => Read is not { Strict: true };

    internal int ThreadCount => Threads ?? Environment.ProcessorCount;

    internal long SinceNano => Since is { } since ? Nanoseconds(since) : long.MinValue;

    internal long UntilNano => Until is { } until ? Nanoseconds(until) : long.MaxValue;

    private static long Nanoseconds(DateTimeOffset time) =>
        (long)Math.Clamp((decimal)(time - DateTimeOffset.UnixEpoch).Ticks * 100, long.MinValue, long.MaxValue);
}

/// <summary>A query needs more memory than <see cref="TraceQLSearchOptions.MaxHeldSpans"/> allows.</summary>
public sealed class TraceQLLimitException : Exception
{
    internal TraceQLLimitException(string message)
        : base(message) { }
}
