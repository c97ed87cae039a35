using System.Runtime.CompilerServices;
using OtelPipeline.Data.Files;
using OtelPipeline.Data.Json;
using OtelPipeline.Data.TraceQL;

namespace OtelPipeline.Data;

/// <summary>
/// Reads telemetry files of any dialect, streaming: OTLP/JSON lines, flat JSON lines, pretty-printed or concatenated JSON, each also in gzip
/// or zstd, the length-framed protobuf or zstd messages of the OpenTelemetry collector, and the tables that
/// <see cref="Parquet.TelemetryParquetWriter"/> writes. A path is a file, a directory (read recursively),
/// a pattern with <c>*</c>, <c>?</c> and <c>**</c>, or <c>-</c> for the standard input.
/// </summary>
/// <remarks>
/// <para>What could not be read and what was forgiven is in <see cref="TelemetryReadOptions.Report"/>; with
/// <see cref="TelemetryReadOptions.Strict"/> the first error throws instead.</para>
/// <para>The methods that return an async sequence give rows to keep, unless <see cref="TelemetryReadOptions.ReuseRows"/> is set. Those that
/// take a callback reuse each row after the callback has returned, and decode the text of its attribute values only when asked for: <c>Clone</c> the row or take the strings that must stay. A value
/// that is asked for its text later throws <see cref="InvalidOperationException"/>.</para>
/// <para>A path that names nothing throws <see cref="FileNotFoundException"/> when its turn comes. In a directory, hidden files and
/// <c>.tmp</c> files are left out, and files that are neither JSON by their first bytes nor telemetry by their extension are reported as
/// skipped.</para>
/// </remarks>
public static class TelemetryReader
{
    /// <summary>Reads the spans of a path.</summary>
    /// <exception cref="FileNotFoundException">The path names nothing.</exception>
    /// <exception cref="TelemetryFormatException">Something could not be read, and the options are strict.</exception>
    public static IAsyncEnumerable<SpanRow> ReadSpansAsync(
        string path,
        TelemetryReadOptions? options = null,
        CancellationToken cancellationToken = default
    ) => ReadAsync<SpanRow>([path], TelemetrySignals.Spans, options, cancellationToken);

    /// <summary>Reads the spans of several paths, one after the other; a file that two of them name is read once.</summary>
    /// <inheritdoc cref="ReadSpansAsync(string, TelemetryReadOptions?, CancellationToken)"/>
    public static IAsyncEnumerable<SpanRow> ReadSpansAsync(
        IEnumerable<string> paths,
        TelemetryReadOptions? options = null,
        CancellationToken cancellationToken = default
    ) => ReadAsync<SpanRow>(paths, TelemetrySignals.Spans, options, cancellationToken);

    /// <summary>Reads the events (log records) of a path.</summary>
    /// <inheritdoc cref="ReadSpansAsync(string, TelemetryReadOptions?, CancellationToken)"/>
    public static IAsyncEnumerable<EventRow> ReadEventsAsync(
        string path,
        TelemetryReadOptions? options = null,
        CancellationToken cancellationToken = default
    ) => ReadAsync<EventRow>([path], TelemetrySignals.Events, options, cancellationToken);

    /// <summary>Reads the events (log records) of several paths, one after the other; a file that two of them name is read once.</summary>
    /// <inheritdoc cref="ReadSpansAsync(string, TelemetryReadOptions?, CancellationToken)"/>
    public static IAsyncEnumerable<EventRow> ReadEventsAsync(
        IEnumerable<string> paths,
        TelemetryReadOptions? options = null,
        CancellationToken cancellationToken = default
    ) => ReadAsync<EventRow>(paths, TelemetrySignals.Events, options, cancellationToken);

    /// <summary>Reads the metric points of a path.</summary>
    /// <inheritdoc cref="ReadSpansAsync(string, TelemetryReadOptions?, CancellationToken)"/>
    public static IAsyncEnumerable<MetricPointRow> ReadMetricPointsAsync(
        string path,
        TelemetryReadOptions? options = null,
        CancellationToken cancellationToken = default
    ) => ReadAsync<MetricPointRow>([path], TelemetrySignals.MetricPoints, options, cancellationToken);

    /// <summary>Reads the metric points of several paths, one after the other; a file that two of them name is read once.</summary>
    /// <inheritdoc cref="ReadSpansAsync(string, TelemetryReadOptions?, CancellationToken)"/>
    public static IAsyncEnumerable<MetricPointRow> ReadMetricPointsAsync(
        IEnumerable<string> paths,
        TelemetryReadOptions? options = null,
        CancellationToken cancellationToken = default
    ) => ReadAsync<MetricPointRow>(paths, TelemetrySignals.MetricPoints, options, cancellationToken);

    /// <summary>Reads spans, events and metric points of a path in the order in which they stand in the files.</summary>
    /// <inheritdoc cref="ReadSpansAsync(string, TelemetryReadOptions?, CancellationToken)"/>
    public static IAsyncEnumerable<TelemetryRow> ReadAsync(
        string path,
        TelemetryReadOptions? options = null,
        CancellationToken cancellationToken = default
    ) => ReadAsync<TelemetryRow>([path], TelemetrySignals.All, options, cancellationToken);

    /// <summary>
    /// Reads spans, events and metric points of several paths, one after the other, in the order in which they stand in the files; a file that
    /// two of them name is read once.
    /// </summary>
    /// <inheritdoc cref="ReadSpansAsync(string, TelemetryReadOptions?, CancellationToken)"/>
    public static IAsyncEnumerable<TelemetryRow> ReadAsync(
        IEnumerable<string> paths,
        TelemetryReadOptions? options = null,
        CancellationToken cancellationToken = default
    ) => ReadAsync<TelemetryRow>(paths, TelemetrySignals.All, options, cancellationToken);

    /// <summary>Reads the spans of paths on the calling thread; each row is reused after the callback has returned.</summary>
    /// <inheritdoc cref="ReadSpansAsync(string, TelemetryReadOptions?, CancellationToken)"/>
    public static void ReadSpans(
        IEnumerable<string> paths,
        Action<SpanRow> onSpan,
        TelemetryReadOptions? options = null,
        CancellationToken cancellationToken = default
    ) => Read(paths, TelemetrySignals.Spans, onSpan, options, cancellationToken);

    /// <summary>Reads the events (log records) of paths on the calling thread; each row is reused after the callback has returned.</summary>
    /// <inheritdoc cref="ReadSpansAsync(string, TelemetryReadOptions?, CancellationToken)"/>
    public static void ReadEvents(
        IEnumerable<string> paths,
        Action<EventRow> onEvent,
        TelemetryReadOptions? options = null,
        CancellationToken cancellationToken = default
    ) => Read(paths, TelemetrySignals.Events, onEvent, options, cancellationToken);

    /// <summary>Reads the metric points of paths on the calling thread; each row is reused after the callback has returned.</summary>
    /// <inheritdoc cref="ReadSpansAsync(string, TelemetryReadOptions?, CancellationToken)"/>
    public static void ReadMetricPoints(
        IEnumerable<string> paths,
        Action<MetricPointRow> onMetricPoint,
        TelemetryReadOptions? options = null,
        CancellationToken cancellationToken = default
    ) => Read(paths, TelemetrySignals.MetricPoints, onMetricPoint, options, cancellationToken);

    /// <summary>
    /// Reads spans, events and metric points of paths on the calling thread; each row is reused after the callback has returned.
    /// </summary>
    /// <inheritdoc cref="ReadSpansAsync(string, TelemetryReadOptions?, CancellationToken)"/>
    public static void Read(
        IEnumerable<string> paths,
        Action<TelemetryRow> onRow,
        TelemetryReadOptions? options = null,
        CancellationToken cancellationToken = default
    ) => Read(paths, TelemetrySignals.All, onRow, options, cancellationToken);

    /// <summary>Reads the spans that a query cannot settle by their columns.</summary>
    internal static void ReadSpans(
        IEnumerable<string> paths,
        Action<SpanRow> onSpan,
        SpanColumnSink? sink,
        SpanProjection? projection,
        TelemetryReadOptions? options,
        CancellationToken cancellationToken
    ) => Read(paths, TelemetrySignals.Spans, onSpan, options, cancellationToken, sink, projection);

    /// <summary>Reads the rows that cannot be settled by their columns.</summary>
    internal static void Read(
        IEnumerable<string> paths,
        Action<TelemetryRow> onRow,
        SpanColumnSink sink,
        TelemetryReadOptions? options,
        CancellationToken cancellationToken
    ) => Read(paths, TelemetrySignals.All, onRow, options, cancellationToken, sink);

    /// <summary>Reads one stream as if it were a file of that name.</summary>
    internal static void Read(Stream stream, string name, Action<TelemetryRow> onRow, TelemetryReadOptions? options = null)
    {
        var session = new ReadSession(options, TelemetrySignals.All, reuseRows: true);
        using var file = new FileReading(session, name, named: true, FilePart.Whole);
        Read(session, file, stream, onRow, CancellationToken.None);
    }

    /// <summary>Reads rows with the file that they stand in, which knows their line.</summary>
    internal static void ReadPlaced(
        IEnumerable<string> paths,
        Action<TelemetryRow, FileReading> onRow,
        TelemetryReadOptions? options,
        CancellationToken cancellationToken
    )
    {
        var session = new ReadSession(options, TelemetrySignals.All, reuseRows: true);
        foreach (var file in session.Files(paths))
        {
            using (file)
                Read<TelemetryRow>(session, file, null, row => onRow(row, file), cancellationToken);
        }
    }

    private static void Read<TRow>(
        IEnumerable<string> paths,
        TelemetrySignals signals,
        Action<TRow> onRow,
        TelemetryReadOptions? options,
        CancellationToken cancellationToken,
        SpanColumnSink? sink = null,
        SpanProjection? projection = null
    )
        where TRow : TelemetryRow
    {
        ArgumentNullException.ThrowIfNull(paths);
        ArgumentNullException.ThrowIfNull(onRow);
        var session = new ReadSession(options, signals, reuseRows: true, projection) { Sink = sink };
        foreach (var file in session.Files(paths))
        {
            using (file)
                Read(session, file, null, onRow, cancellationToken);
        }
    }

    /// <summary>Reads one file on the calling thread.</summary>
    internal static void Read<TRow>(
        ReadSession session,
        FileReading file,
        Stream? stream,
        Action<TRow> onRow,
        CancellationToken cancellationToken
    )
        where TRow : TelemetryRow
    {
        if (!file.Open(stream))
            return;
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            switch (file.Next())
            {
                case ReadStep.NeedData:
                    file.Fill();
                    break;
                case ReadStep.Rows:
                    for (var i = 0; i < session.Batch.Count; i++)
                    {
                        file.Count(session.Batch[i]);
                        onRow((TRow)session.Batch[i]);
                    }

                    session.Batch.Clear();
                    break;
                default:
                    return;
            }
        }
    }

    private static async IAsyncEnumerable<TRow> ReadAsync<TRow>(
        IEnumerable<string> paths,
        TelemetrySignals signals,
        TelemetryReadOptions? options,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
        where TRow : TelemetryRow
    {
        ArgumentNullException.ThrowIfNull(paths);
        var session = new ReadSession(options, signals, reuseRows: options?.ReuseRows == true);
        foreach (var file in session.Files(paths))
        {
            using (file)
            {
                if (!await file.OpenAsync(cancellationToken).ConfigureAwait(false))
                    continue;
                ReadStep step;
                while ((step = file.Next()) != ReadStep.End)
                {
                    cancellationToken.ThrowIfCancellationRequested();
                    if (step == ReadStep.NeedData)
                    {
                        await file.FillAsync(cancellationToken).ConfigureAwait(false);
                        continue;
                    }

                    for (var i = 0; i < session.Batch.Count; i++)
                    {
                        file.Count(session.Batch[i]);
                        yield return (TRow)session.Batch[i];
                    }

                    session.Batch.Clear();
                }
            }
        }
    }
}
