using System.IO.Compression;
using System.Runtime.CompilerServices;
using OtelPipeline.Data.Json;
using OtelPipeline.Data.Parquet;
using OtelPipeline.Data.Protobuf;
using OtelPipeline.Parquet;

namespace OtelPipeline.Data.Files;

/// <summary>
/// One file being read. Whoever drives it calls <see cref="Open"/> and then <see cref="Next"/>, and <see cref="Fill"/> when that asks for data;
/// each has its counterpart that waits without a thread.
/// </summary>
/// <param name="session">What the files of one call share.</param>
/// <param name="path">The file; <c>-</c> is the standard input.</param>
/// <param name="named">True when the caller named this very file: it is then read whatever it looks like.</param>
/// <param name="part">What of the file is read.</param>
internal sealed class FileReading(ReadSession session, string path, bool named, FilePart part) : IDisposable
{
    private const int MaxAttempts = 50;

    private Stream? _source;
    private HeadStream? _stream;
    private RecordReader? _records;
    private TelemetryParquetFile? _parquet;

    public TelemetryFileReport Report { get; } = new(path);

    public int MaxRecordBytes => session.MaxRecordBytes;

    public JsonRowParser Json => session.Json;

    public ProtoRowParser Proto => session.Proto;

    /// <summary>Opens the file and finds out what it is made of; false when there is nothing to read.</summary>
    public bool Open(Stream? stream = null)
    {
        session.Report.Add(Report);
        try
        {
            _source = stream ?? OpenStream();
            _stream = new HeadStream(_source);
            do _stream.Fill();
            while (Unwrap());
        }
        catch (Exception exception) when (IsReadError(exception))
        {
            Error(0, Explain(exception), exception);
        }

        return _records is not null || _parquet is not null;
    }

    public async ValueTask<bool> OpenAsync(CancellationToken cancellationToken)
    {
        session.Report.Add(Report);
        try
        {
            _source = OpenStream();
            _stream = new HeadStream(_source);
            do await _stream.FillAsync(cancellationToken).ConfigureAwait(false);
            while (Unwrap());
        }
        catch (Exception exception) when (IsReadError(exception))
        {
            Error(0, Explain(exception), exception);
        }

        return _records is not null || _parquet is not null;
    }

    public ReadStep Next() => _parquet is null ? _records!.Next() : NextRows(_parquet);

    public void Fill()
    {
        try
        {
            _records!.Advance(_stream!.Read(_records.Free().Span));
        }
        catch (Exception exception) when (IsReadError(exception))
        {
            Fail(exception);
        }
    }

    // a file of gigabytes is filled some ten thousand times
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    public async ValueTask FillAsync(CancellationToken cancellationToken)
    {
        try
        {
            _records!.Advance(await _stream!.ReadAsync(_records.Free(), cancellationToken).ConfigureAwait(false));
        }
        catch (Exception exception) when (IsReadError(exception))
        {
            Fail(exception);
        }
    }

    /// <summary>Notes an error; throws in strict mode.</summary>
    public void Error(long line, string reason, Exception? cause = null)
    {
        session.Leniencies.Clear();
        var error = new TelemetryReadError(Report.Path, line, reason);
        Report.ErrorCount++;
        session.Report.Add(error);
        if (session.Strict)
            throw new TelemetryFormatException(error, cause);
    }

    /// <summary>How many lines of JSON text were read.</summary>
    public long LinesRead => _records is JsonRecordReader lines ? lines.Line - 1 : 0;

    /// <summary>Whether the last document of JSON text ended on its line.</summary>
    public bool EndsInLines => _records is JsonRecordReader { InLines: true };

    /// <summary>Whether some document of JSON text did not end on its line.</summary>
    public bool SpreadsOverLines => _records is JsonRecordReader { SpreadsOverLines: true };

    /// <summary>The line or message that the rows come from which <see cref="Next"/> has added; 0 in Parquet files.</summary>
    public long RowLine => _records?.RecordLine ?? 0;

    /// <summary>Notes something that was forgiven around the documents of a line.</summary>
    public void Forgive(Leniency leniency, long line)
    {
        Report.LeniencyCounts[(int)leniency]++;
        session.Report.Add(new TelemetryLeniency(Report.Path, line, leniency, 1));
    }

    /// <summary>Takes over what the parser forgave in a document that it could read.</summary>
    public void MoveLeniencies()
    {
        if (session.Leniencies.IsClean)
            return;
        if (!session.Report.IsForgivenFull)
        {
            foreach (var (leniency, count) in session.Leniencies.Counted())
                session.Report.Add(new TelemetryLeniency(Report.Path, RowLine, leniency, count));
        }

        session.Leniencies.MoveTo(Report.LeniencyCounts);
    }

    public void Torn(int bytes) => Report.TornBytes = bytes;

    public void Count(TelemetryRow row)
    {
        switch (row)
        {
            case SpanRow:
                Report.Spans++;
                break;
            case EventRow:
                Report.Events++;
                break;
            default:
                Report.MetricPoints++;
                break;
        }
    }

    public void Dispose()
    {
        if (_records is not null)
            session.Buffer = _records.Buffer;
        _records = null;
        Report.Metrics += session.Batch.Metrics;
        session.Batch.Metrics = 0;
        session.Batch.Clear();
        if (_parquet is { Signal: TelemetrySignals.Events })
            Report.Events += _parquet.Passed;
        else
            Report.Spans += _parquet?.Passed ?? 0;
        _parquet?.Dispose();
        _stream?.Dispose();
    }

    private Stream OpenStream() => path == "-" ? Console.OpenStandardInput() : OpenFile(path);

    public static FileStream OpenFile(string path)
    {
        // its writer may have compressed and deleted it since the directory was listed
        if (path.EndsWith(".jsonl", StringComparison.Ordinal) && !File.Exists(path))
            path = ((string[])[path + ".gz", path + ".zst"]).FirstOrDefault(File.Exists, path);
        // a compaction may have renamed it since
        if (path.EndsWith(TelemetryFileName.Compacting, StringComparison.Ordinal) && !File.Exists(path))
            path = path[..^TelemetryFileName.Compacting.Length];
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                // the reader has its own buffer; others may write to the file, rename and delete it meanwhile
                return new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);
            }
            catch (IOException) when (attempt < MaxAttempts && File.Exists(path))
            {
                // retention and compactions lock a file for a moment to see whether somebody has it open
                Thread.Sleep(1);
            }
        }
    }

    /// <summary>Looks at the first bytes; true when they were a compression and what is inside is to be looked at next.</summary>
    private bool Unwrap()
    {
        var stream = _stream!;
        var outer = Report.Format.Length > 0;
        // what stands in the middle of text is text
        var isInside = part is { Kind: FilePartKind.Lines, Start: > 0 };
        var kind = isInside ? FileKind.Json : FileFormat.Detect(stream.Head);
        Report.Format += (outer ? ", " : "") + Describe(kind);
        switch (kind)
        {
            case FileKind.Gzip when !outer:
                _stream = new HeadStream(new GZipStream(stream, CompressionMode.Decompress));
                return true;
            case FileKind.Zstd when !outer:
                _stream = new HeadStream(new ZstdStream(stream));
                return true;
            case FileKind.Gzip or FileKind.Zstd:
                Error(0, "the file is compressed twice: decompress it once before reading");
                return false;
            case FileKind.Parquet:
                OpenParquet(outer);
                return false;
            case FileKind.Utf16:
                Error(1, "the text is UTF-16: convert it to UTF-8, for example with iconv -f UTF-16 -t UTF-8");
                return false;
            case FileKind.Framed:
                _records = new FramedRecordReader(this, session.Buffer);
                return false;
            default:
                if (!named && !isInside && !FileFormat.LooksLikeJson(stream.Head))
                {
                    Report.SkippedBecause = "no telemetry: the file starts with no JSON and has no known extension";
                    return false;
                }

                if (!isInside && stream.Head.StartsWith(FileFormat.ByteOrderMark))
                {
                    stream.SkipHead(FileFormat.ByteOrderMark.Length);
                    Forgive(Leniency.ByteOrderMark, 1);
                }

                _records = new JsonRecordReader(this, session.Buffer, part);
                return false;
        }
    }

    private void OpenParquet(bool isCompressed)
    {
        if (isCompressed || _source is not { CanSeek: true })
        {
            Error(0, "Parquet is read from its end: give it as a file that is not compressed once more");
            return;
        }

        var file = part.Table?.Reopen(_source, leaveOpen: true) ?? ParquetReader.Open(_source, Report.Path, leaveOpen: true);
        var table = TelemetryParquetFile.Open(file, session.Json, session.Batch, session.Sink, part);
        if (table is null)
            Report.SkippedBecause = "Parquet without telemetry: it has none of the tables spans, logs and metrics";
        else if ((table.Signal & session.Signals) == 0)
            table.Dispose();
        else
            _parquet = table;
    }

    private ReadStep NextRows(TelemetryParquetFile file)
    {
        var rows = session.Batch.Count;
        try
        {
            var step = file.Next();
            MoveLeniencies();
            return step;
        }
        catch (Exception exception) when (IsReadError(exception))
        {
            session.Batch.Truncate(rows);
            Error(0, exception is InvalidDataException ? exception.Message : Explain(exception), exception);
            return ReadStep.End;
        }
    }

    private static string Describe(FileKind kind) =>
        kind switch
        {
            FileKind.Json => "JSON",
            FileKind.Framed => "length-framed messages",
            FileKind.Gzip => "gzip",
            FileKind.Zstd => "zstd",
            FileKind.Parquet => "Parquet",
            _ => "UTF-16 text",
        };

    private void Fail(Exception exception)
    {
        var line = _records!.Line;
        _records.Abort();
        Error(line, Explain(exception), exception);
    }

    public static bool IsReadError(Exception exception) =>
        exception is IOException or InvalidDataException or UnauthorizedAccessException or DllNotFoundException;

    private static string Explain(Exception exception) =>
        exception switch
        {
            // it names the file, and so does the report
            ParquetException { FileName: { } name } when exception.Message.StartsWith(name + ": ", StringComparison.Ordinal) =>
                exception.Message[(name.Length + 2)..],
            InvalidDataException => $"the compressed data is broken: {exception.Message}",
            FileNotFoundException or DirectoryNotFoundException =>
                "the file is gone: it was deleted or compacted after the directory had been listed; read again",
            _ => exception.Message,
        };
}
