namespace OtelPipeline.Data;

/// <summary>
/// What a reader read, forgave and could not read. It grows while reading and is complete when reading has ended; one report may serve several
/// readings, one after the other. Not thread-safe.
/// </summary>
public sealed class TelemetryReadReport
{
    /// <summary>How many errors are kept with their text; all are counted.</summary>
    public const int MaxListedErrors = 1000;

    private readonly List<TelemetryFileReport> _files = [];
    private readonly List<TelemetryReadError> _errors = [];
    private readonly List<TelemetryLeniency> _forgiven = [];
    private readonly List<RotationGap> _gaps = [];

    /// <summary>One entry per file, in the order of reading.</summary>
    public IReadOnlyList<TelemetryFileReport> Files => _files;

    /// <summary>The first <see cref="MaxListedErrors"/> errors.</summary>
    public IReadOnlyList<TelemetryReadError> Errors => _errors;

    /// <summary>Where something was forgiven: the first <see cref="MaxListedErrors"/> places; all are counted.</summary>
    public IReadOnlyList<TelemetryLeniency> Forgiven => _forgiven;

    /// <summary>Files that rotation once wrote and that are no longer there: what they held is missing.</summary>
    public IReadOnlyList<RotationGap> RotationGaps => _gaps;

    /// <summary>Spans read.</summary>
    public long Spans => _files.Sum(file => file.Spans);

    /// <summary>Events (log records) read.</summary>
    public long Events => _files.Sum(file => file.Events);

    /// <summary>Metric points read.</summary>
    public long MetricPoints => _files.Sum(file => file.MetricPoints);

    /// <summary>Errors of all files.</summary>
    public long ErrorCount => _files.Sum(file => file.ErrorCount);

    /// <summary>What was forgiven in all files, without the kinds that did not occur.</summary>
    public IReadOnlyDictionary<Leniency, long> Leniencies =>
        Enum.GetValues<Leniency>()
            .Select(kind => (kind, count: Count(kind)))
            .Where(pair => pair.count > 0)
            .ToDictionary(pair => pair.kind, pair => pair.count);

    /// <summary>How often this was forgiven in all files.</summary>
    public long Count(Leniency leniency) => _files.Sum(file => file.Count(leniency));

    internal void Add(TelemetryFileReport file) => _files.Add(file);

    internal void Add(RotationGap gap) => _gaps.Add(gap);

    internal bool IsForgivenFull => _forgiven.Count >= MaxListedErrors;

    internal void Add(TelemetryLeniency forgiven)
    {
        if (!IsForgivenFull)
            _forgiven.Add(forgiven);
    }

    /// <summary>Adds what was read of a part of a file by itself.</summary>
    /// <param name="part">The report of the part.</param>
    /// <param name="linesBefore">How many lines of the file come before it.</param>
    /// <param name="isNewFile">Whether it is the first part of a file.</param>
    internal void Append(TelemetryReadReport part, long linesBefore, bool isNewFile)
    {
        foreach (var file in part._files)
        {
            if (isNewFile)
                _files.Add(file);
            else
                _files[^1].Append(file);
        }

        foreach (var error in part._errors)
            Add(error.Line == 0 ? error : error with { Line = error.Line + linesBefore });
        foreach (var forgiven in part._forgiven)
            Add(forgiven.Line == 0 ? forgiven : forgiven with { Line = forgiven.Line + linesBefore });
    }

    internal void Add(TelemetryReadError error)
    {
        if (_errors.Count < MaxListedErrors)
            _errors.Add(error);
    }
}

/// <summary>What a reader found in one file.</summary>
public sealed class TelemetryFileReport
{
    private readonly long[] _leniencies = new long[LeniencyCounter.Kinds];

    internal TelemetryFileReport(string path) => Path = path;

    /// <summary>The path as the reader opened it; <c>-</c> for the standard input.</summary>
    public string Path { get; }

    /// <summary>What the file is made of, such as <c>JSON</c> or <c>gzip, JSON</c>; empty when it could not be opened.</summary>
    public string Format { get; internal set; } = "";

    /// <summary>Why the file was not read, or null when it was.</summary>
    public string? SkippedBecause { get; internal set; }

    /// <summary>Spans read; those of signals that nobody asked for are not counted.</summary>
    public long Spans { get; internal set; }

    /// <summary>Events (log records) read.</summary>
    public long Events { get; internal set; }

    /// <summary>Metrics read, whatever number of points each had.</summary>
    public long Metrics { get; internal set; }

    /// <summary>Metric points read.</summary>
    public long MetricPoints { get; internal set; }

    /// <summary>Errors: lines, documents or messages that could not be read.</summary>
    public long ErrorCount { get; internal set; }

    /// <summary>
    /// Bytes of an unfinished last line or message: the writer was interrupted, or is still writing. Nothing of it was read; 0 when the file
    /// ends well.
    /// </summary>
    public long TornBytes { get; internal set; }

    /// <summary>How often this was forgiven.</summary>
    public long Count(Leniency leniency) => _leniencies[(int)leniency];

    internal long[] LeniencyCounts => _leniencies;

    internal void Append(TelemetryFileReport part)
    {
        Spans += part.Spans;
        Events += part.Events;
        Metrics += part.Metrics;
        MetricPoints += part.MetricPoints;
        ErrorCount += part.ErrorCount;
        TornBytes += part.TornBytes;
        for (var i = 0; i < _leniencies.Length; i++)
            _leniencies[i] += part._leniencies[i];
    }
}

/// <summary>Missing files in a sequence that one instance wrote into one directory (<c>start-instance-sequence.jsonl</c>).</summary>
/// <param name="Directory">The directory.</param>
/// <param name="Instance">The instance, as in the file names.</param>
/// <param name="First">The first sequence number that is missing.</param>
/// <param name="Last">The last sequence number that is missing before the next file that is there.</param>
public sealed record RotationGap(string Directory, string Instance, long First, long Last)
{
    /// <summary>How many files are missing.</summary>
    public long Files => Last - First + 1;
}

/// <summary>What was forgiven in one line, document or message.</summary>
/// <param name="File">The path as the reader opened it; <c>-</c> for the standard input.</param>
/// <param name="Line">The line, from 1 on; in length-framed files the message; 0 in Parquet files.</param>
/// <param name="Leniency">What was forgiven.</param>
/// <param name="Count">How often in that line.</param>
public sealed record TelemetryLeniency(string File, long Line, Leniency Leniency, long Count);
