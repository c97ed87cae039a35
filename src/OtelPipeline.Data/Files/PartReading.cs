using System.Collections.Concurrent;
using OtelPipeline.Data.Json;

namespace OtelPipeline.Data.Files;

/// <summary>
/// Reads files in parts on several threads and hands over what became of them in the order of the files, so that nothing depends on the number of
/// threads: the parts are the same, and so is the order.
/// </summary>
/// <remarks>
/// A part of a file of JSON text is read in the hope that each document ends on its line, as nearly always. Where that turns out to be wrong, the part
/// and what follows are read again, one after the other, as if there had been no parts.
/// </remarks>
internal sealed class PartReading<TConsumer>
    where TConsumer : SpanConsumer
{
    private readonly TelemetryReadOptions _options;
    private readonly SpanProjection? _projection;
    private readonly int _threads;
    private readonly Func<TConsumer> _create;
    private readonly Action<TConsumer> _complete;
    private readonly ConcurrentBag<ReadSession> _sessions = [];
    private readonly TelemetryReadReport _report;

    // of the file that is being handed over
    private long _lines;
    private bool _endsInLines;
    private bool _isOver;

    /// <param name="options">How files are read; not strictly.</param>
    /// <param name="projection">What of spans is looked at.</param>
    /// <param name="threads">How many parts are read at once.</param>
    /// <param name="create">Makes what takes the spans of a part.</param>
    /// <param name="complete">Is given it on the calling thread, in order, when the part has been read.</param>
    public PartReading(
        TelemetryReadOptions? options,
        SpanProjection? projection,
        int threads,
        Func<TConsumer> create,
        Action<TConsumer> complete
    )
    {
        _options = options ?? new TelemetryReadOptions();
        _report = _options.Report ?? new TelemetryReadReport();
        (_projection, _threads, _create, _complete) = (projection, threads, create, complete);
    }

    /// <summary>Makes what takes the spans of what cannot be cut and may be long; what <c>create</c> makes by default.</summary>
    public Func<TConsumer>? CreateForWhole { get; init; }

    /// <summary>How many bytes of JSON text make a part.</summary>
    public int LineBytes { get; init; } = PartJobs.LineBytes;

    public void Read(IEnumerable<string> paths, CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var running = new Queue<Running>();
        try
        {
            foreach (var (path, named, reason) in ReadSession.List(paths, _options.Form, _report))
            {
                foreach (var job in PartJobs.Of(path, named, reason, LineBytes))
                {
                    var isAlone = _threads == 1 || !job.IsBounded || reason is not null;
                    running.Enqueue(new(job, isAlone ? null : Task.Run(() => Run(job, _create(), stop.Token), CancellationToken.None)));
                    while (running.Count > (_threads == 1 ? 0 : _threads + 1))
                        HandOver(running, cancellationToken);
                }
            }

            while (running.Count > 0)
                HandOver(running, cancellationToken);
        }
        finally
        {
            // nobody reads on when this returns
            stop.Cancel();
            foreach (var (job, task) in running)
            {
                task?.ContinueWith(static _ => { }, TaskScheduler.Default).Wait(CancellationToken.None);
                job.Source?.Dispose();
            }
        }
    }

    private void HandOver(Queue<Running> running, CancellationToken cancellationToken)
    {
        var (job, task) = running.Peek();
        cancellationToken.ThrowIfCancellationRequested();
        if (job.IsFirst)
            (_lines, _endsInLines, _isOver) = (0, false, false);
        if (job.SkippedBecause is { } reason)
            _report.Add(new TelemetryFileReport(job.Path) { SkippedBecause = reason });
        else if (!_isOver)
        {
            var outcome = task is null
                ? Run(job, job.IsBounded || CreateForWhole is null ? _create() : CreateForWhole(), cancellationToken)
                : task.GetAwaiter().GetResult();
            var linesBefore = _lines;
            var isAfterLines = !job.IsFirst && _endsInLines;
            if (job.Part.Kind == FilePartKind.Lines && (outcome.SpreadsOverLines || job.Part.AfterLines != isAfterLines))
            {
                // what was hoped for is not so
                var rest = new FilePart(FilePartKind.Lines, job.Part.Start, long.MaxValue, isAfterLines) { LinesBefore = _lines };
                outcome = Run(job with { Part = rest }, CreateForWhole is null ? _create() : CreateForWhole(), cancellationToken);
                (linesBefore, _isOver) = (0, true);
            }

            // behind a broken row group nobody reads on
            _isOver |= job.Part.Kind == FilePartKind.RowGroups && outcome.Report.ErrorCount > 0;
            _report.Append(outcome.Report, linesBefore, isNewFile: job.IsFirst);
            _lines += outcome.Lines;
            _endsInLines = outcome.EndsInLines;
            _complete(outcome.Consumer);
        }

        running.Dequeue();
        if (!job.IsLast)
            return;
        task?.ContinueWith(static _ => { }, TaskScheduler.Default).Wait(CancellationToken.None);
        job.Source?.Dispose();
    }

    private Outcome Run(PartJob job, TConsumer consumer, CancellationToken cancellationToken)
    {
        if (!_sessions.TryTake(out var session))
            session = new ReadSession(_options, TelemetrySignals.Spans, reuseRows: true, _projection);
        session.Report = new TelemetryReadReport();
        session.Sink = consumer.Sink;
        Outcome outcome;
        using (var file = new FileReading(session, job.Path, job.Named, job.Part))
        {
            TelemetryReader.Read<SpanRow>(session, file, job.Open(), consumer.Take, cancellationToken);
            outcome = new Outcome(consumer, session.Report, file.LinesRead, file.EndsInLines, file.SpreadsOverLines);
        }

        _sessions.Add(session);
        return outcome;
    }

    /// <param name="Job">What is read.</param>
    /// <param name="Task">Who reads it; null when it is read when its turn comes.</param>
    private sealed record Running(PartJob Job, Task<Outcome>? Task);

    /// <param name="Consumer">What took the spans.</param>
    /// <param name="Report">What was read of the part.</param>
    /// <param name="Lines">How many lines it has.</param>
    /// <param name="EndsInLines">Whether the last document ended on its line.</param>
    /// <param name="SpreadsOverLines">Whether some document did not end on its line.</param>
    private sealed record Outcome(TConsumer Consumer, TelemetryReadReport Report, long Lines, bool EndsInLines, bool SpreadsOverLines);
}
