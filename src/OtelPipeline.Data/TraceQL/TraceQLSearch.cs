using System.Runtime.CompilerServices;
using OtelPipeline.Data.Files;

namespace OtelPipeline.Data.TraceQL;

/// <summary>Runs queries that give spans over files or over spans from anywhere.</summary>
/// <remarks>
/// A query that judges spans one by one streams: each span found comes at once, as a set of its own, and memory does not grow. A query that
/// needs whole traces (<see cref="TraceQLQuery.NeedsWholeTraces"/>) reads everything first; what it may hold is bounded by
/// <see cref="TraceQLSearchOptions.MaxHeldSpans"/>. Traces come in the order in which their first span was read.
/// </remarks>
public static class TraceQLSearch
{
    /// <summary>Searches files, directories, patterns or the standard input (<c>-</c>), as <see cref="TelemetryReader"/> reads them.</summary>
    /// <param name="query">The query.</param>
    /// <param name="paths">Where the spans are.</param>
    /// <param name="onFound">Takes what was found, on the calling thread. Of a query that judges spans one by one the span is reused afterwards.</param>
    /// <param name="options">How; null for the defaults.</param>
    /// <param name="cancellationToken">Ends the search.</param>
    /// <exception cref="ArgumentException">The query gives time series.</exception>
    /// <exception cref="TraceQLLimitException">The query needs whole traces, and they do not fit into the bound.</exception>
    /// <exception cref="TraceQLException">Spans of several groups of a trace are related; only data can tell.</exception>
    /// <exception cref="FileNotFoundException">A path names nothing.</exception>
    /// <exception cref="TelemetryFormatException">Something could not be read, and the read options are strict.</exception>
    public static void Search(
        this TraceQLQuery query,
        IEnumerable<string> paths,
        Action<Spanset> onFound,
        TraceQLSearchOptions? options = null,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentNullException.ThrowIfNull(paths);
        ArgumentNullException.ThrowIfNull(onFound);
        var run = new SearchRun(query, options);
        var count = 0;
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        try
        {
            // to keep what parts have found costs more than it gives to one thread, and the result is the same
            if (run is { NeedsWholeTraces: false, Options: { ReadsParts: true, ThreadCount: > 1 } })
                ReadParts();
            else
            {
                TelemetryReader.ReadSpans(
                    paths,
                    row =>
                    {
                        if (run.Add(row, reused: true) is { } found)
                            Give(found);
                    },
                    run.Sink,
                    projection: null,
                    run.Options.Read,
                    stop.Token
                );
            }
        }
        catch (OperationCanceledException) when (count >= run.Options.Limit && !cancellationToken.IsCancellationRequested)
        {
            // the limit is reached
        }

        foreach (var found in run.Complete())
        {
            cancellationToken.ThrowIfCancellationRequested();
            onFound(found);
        }

        void Give(Spanset found)
        {
            if (count >= run.Options.Limit)
                return;
            count++;
            onFound(found);
            if (count >= run.Options.Limit)
                stop.Cancel();
        }

        void ReadParts() =>
            new PartReading<SearchPart>(
                run.Options.Read,
                projection: null,
                run.Options.ThreadCount,
                () => new SearchPart(new SearchRun(query, options), null),
                part => part.Found.ForEach(Give)
            )
            {
                CreateForWhole = () => new SearchPart(new SearchRun(query, options), Give),
            }.Read(paths, stop.Token);
    }

    /// <summary>Searches spans that come from anywhere; each row is to keep.</summary>
    /// <inheritdoc cref="Search(TraceQLQuery, IEnumerable{string}, Action{Spanset}, TraceQLSearchOptions?, CancellationToken)"/>
    public static async IAsyncEnumerable<Spanset> SearchAsync(
        this TraceQLQuery query,
        IAsyncEnumerable<SpanRow> spans,
        TraceQLSearchOptions? options = null,
        [EnumeratorCancellation] CancellationToken cancellationToken = default
    )
    {
        ArgumentNullException.ThrowIfNull(spans);
        var run = new SearchRun(query, options);
        await foreach (var row in spans.WithCancellation(cancellationToken).ConfigureAwait(false))
        {
            if (run.Add(row, reused: false) is { } found)
                yield return found;
            if (run.IsFull)
                yield break;
        }

        foreach (var found in run.Complete())
            yield return found;
    }

    /// <summary>Runs a query that gives time series over files, directories, patterns or the standard input (<c>-</c>).</summary>
    /// <param name="query">The query.</param>
    /// <param name="paths">Where the spans are.</param>
    /// <param name="options">How; null for the defaults.</param>
    /// <param name="cancellationToken">Ends the search.</param>
    /// <exception cref="ArgumentException">The query gives spans.</exception>
    /// <exception cref="TraceQLLimitException">There are too many series or steps, or whole traces do not fit into the bound.</exception>
    /// <exception cref="TraceQLException">Spans of several groups of a trace are related; only data can tell.</exception>
    /// <exception cref="FileNotFoundException">A path names nothing.</exception>
    /// <exception cref="TelemetryFormatException">Something could not be read, and the read options are strict.</exception>
    public static TimeSeriesResult Measure(
        this TraceQLQuery query,
        IEnumerable<string> paths,
        TraceQLSearchOptions? options = null,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentNullException.ThrowIfNull(paths);
        var run = new MetricsRun(query, options);
        if (run is { NeedsWholeTraces: false, Options.ReadsParts: true })
        {
            new PartReading<MetricsRun>(
                run.Options.Read,
                run.Projection,
                run.Options.ThreadCount,
                () => new MetricsRun(query, options),
                run.Merge
            ).Read(paths, cancellationToken);
        }
        else
            TelemetryReader.ReadSpans(paths, run.Take, run.Sink, run.Projection, run.Options.Read, cancellationToken);
        return run.Complete();
    }

    /// <summary>Runs a query that gives time series over spans that come from anywhere; each row is to keep.</summary>
    /// <inheritdoc cref="Measure(TraceQLQuery, IEnumerable{string}, TraceQLSearchOptions?, CancellationToken)"/>
    public static async Task<TimeSeriesResult> MeasureAsync(
        this TraceQLQuery query,
        IAsyncEnumerable<SpanRow> spans,
        TraceQLSearchOptions? options = null,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentNullException.ThrowIfNull(spans);
        var run = new MetricsRun(query, options);
        await foreach (var row in spans.WithCancellation(cancellationToken).ConfigureAwait(false))
            run.Add(row, reused: false);
        return run.Complete();
    }
}
