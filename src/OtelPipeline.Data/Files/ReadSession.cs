using OtelPipeline.Data.Json;
using OtelPipeline.Data.Protobuf;
using OtelPipeline.Data.TraceQL;

namespace OtelPipeline.Data.Files;

/// <summary>One call of <see cref="TelemetryReader"/>: what its files share.</summary>
internal sealed class ReadSession
{
    // a buffer that one long line made larger is not kept for the next file
    private const int KeptBuffer = 1024 * 1024;

    private readonly TelemetryReadOptions _options;

    public ReadSession(TelemetryReadOptions? options, TelemetrySignals signals, bool reuseRows, SpanProjection? projection = null)
    {
        _options = options ?? new TelemetryReadOptions();
        Signals = signals;
        MaxRecordBytes = _options.MaxRecordBytes;
        Report = _options.Report ?? new TelemetryReadReport();
        Batch = new RowBatch(reuseRows ? new RowTexts(new Utf8Strings(Leniencies)) : null);
        Json = new JsonRowParser(Batch, Leniencies, signals, projection);
    }

    /// <summary>The rows that were asked for.</summary>
    public TelemetrySignals Signals { get; }

    public int MaxRecordBytes { get; }

    public bool Strict => _options.Strict;

    /// <summary>The query that looks at spans as columns where it can, or null.</summary>
    public SpanColumnSink? Sink { get; set; }

    public TelemetryReadReport Report { get; set; }

    public RowBatch Batch { get; }

    public LeniencyCounter Leniencies { get; } = new();

    public JsonRowParser Json { get; }

    // few files hold protobuf
    public ProtoRowParser Proto => field ??= new ProtoRowParser(Batch, Leniencies, Signals);

    /// <summary>A buffer for the next file, the one of the file before where possible.</summary>
    public byte[] Buffer
    {
        get => field ??= GC.AllocateUninitializedArray<byte>(RecordReader.BufferSize);
        set => field = value.Length <= KeptBuffer ? value : null;
    }

    /// <summary>The files that the paths stand for, opened one after the other by the caller; notes what rotation has taken.</summary>
    public IEnumerable<FileReading> Files(IEnumerable<string> paths)
    {
        foreach (var (path, named, reason) in List(paths, _options.Form, Report))
        {
            if (reason is null)
                yield return new FileReading(this, path, named, FilePart.Whole);
            else
                Report.Add(new TelemetryFileReport(path) { SkippedBecause = reason });
        }
    }

    /// <summary>The files that the paths stand for, with the reason why one is not read; at the end the report is told what rotation has taken.</summary>
    public static IEnumerable<(string Path, bool Named, string? SkippedBecause)> List(
        IEnumerable<string> paths,
        TelemetryForm form,
        TelemetryReadReport report
    )
    {
        var sequences = new SequenceGaps();
        foreach (var file in TelemetryPaths.Expand(paths, form, sequences))
        {
            if (file.SkippedBecause is null)
                sequences.Note(file.Path);
            yield return file;
        }

        foreach (var gap in sequences.Find())
            report.Add(gap);
    }
}
