using OtelPipeline.Data;
using OtelPipeline.Data.Files;

namespace OtelPipeline.Cli.Slo;

/// <summary>
/// Reads what is new in a directory that exporters write to: appended lines, new files, and nothing a second time when files are compressed or
/// compacted. Files of one process are followed in the form in which they were first read.
/// </summary>
internal sealed class TelemetryFollower(string directory, Action<TelemetryRow> onRow)
{
    // how far lines were read; a file that is read as a whole, or that will not grow any more, is complete
    private const long Complete = long.MaxValue;

    private readonly Dictionary<string, long> _read = new(StringComparer.Ordinal);
    private readonly Dictionary<string, bool> _isTable = new(StringComparer.Ordinal);
    private readonly HashSet<string> _wholeParts = new(StringComparer.Ordinal);
    private bool _hasStarted;

    /// <summary>
    /// True when a compaction has taken lines away before they were read, together with some that were: only reading all again, with a new
    /// evaluator, counts each once.
    /// </summary>
    public bool MustStartAnew { get; private set; }

    /// <summary>Reads what is new.</summary>
    /// <returns>What was read, and what could not be.</returns>
    public TelemetryReadReport Poll(CancellationToken cancellationToken)
    {
        var report = new TelemetryReadReport();
        var files = _hasStarted ? TelemetryPaths.Files(directory) : Chosen(report);
        _hasStarted = true;
        var last = LastSequences(files);
        foreach (var file in files)
        {
            cancellationToken.ThrowIfCancellationRequested();
            try
            {
                Read(file, last, report, cancellationToken);
            }
            catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException)
            {
                // rotation deleted it after it was listed
            }

            if (MustStartAnew)
                break;
        }

        return report;
    }

    /// <summary>The files to begin with, as any reader would choose them; what they leave out is left out from now on.</summary>
    private List<string> Chosen(TelemetryReadReport report)
    {
        var sequences = new SequenceGaps();
        var chosen = new List<string>();
        foreach (var (path, _, reason) in TelemetryPaths.Expand([directory], TelemetryForm.Any, sequences))
        {
            if (reason is null)
            {
                sequences.Note(path);
                chosen.Add(path);
                if (TelemetryFileName.IsCompacted(Key(path), out _))
                    _wholeParts.Add(Key(path));
            }
            else if (TelemetryFileName.TryParse(path, out _))
            {
                _read[Key(path)] = Complete;
            }
        }

        foreach (var gap in sequences.Find())
            report.Add(gap);
        return chosen;
    }

    private void Read(string file, Dictionary<string, long> last, TelemetryReadReport report, CancellationToken cancellationToken)
    {
        var key = Key(file);
        var done = _read.GetValueOrDefault(key);
        if (done == Complete)
            return;
        if (!TelemetryFileName.TryParse(file, out var name))
        {
            if (file.EndsWith(TelemetryFileName.Lines, StringComparison.Ordinal))
                _read[key] = ReadLines(file, done, report);
            return;
        }

        if (!name.HasRows)
            return;
        if (name.Instance == TelemetryFileName.CompactedInstance)
        {
            ReadCompacted(file, key, report, cancellationToken);
            return;
        }

        var process = Process(file, name);
        if (!_isTable.TryGetValue(process, out var isTable))
            _isTable[process] = isTable = name.IsTable;
        if (isTable != name.IsTable)
        {
            _read[key] = Complete;
        }
        else if (name.Extension == TelemetryFileName.Lines)
        {
            // listed before it was read: where there is a later one already, nobody appends to it
            var isClosed = name.Sequence < last[Series(file, name)];
            var end = ReadLines(file, done, report);
            _read[key] = isClosed ? Complete : end;
        }
        else if (done > 0)
        {
            // compressed with lines in it that were not read
            MustStartAnew = true;
        }
        else
        {
            ReadWhole(file, key, report, cancellationToken);
        }
    }

    /// <summary>A compaction holds either nothing that was read, or only what was; all files of its group are treated alike.</summary>
    private void ReadCompacted(string file, string key, TelemetryReadReport report, CancellationToken cancellationToken)
    {
        if (_wholeParts.Contains(key))
        {
            ReadWhole(file, key, report, cancellationToken);
            return;
        }

        if (CompactedFile.TryRead(file) is not { } group)
            return;
        var folder = TelemetryFileName.SignalFolder(file);
        var parts = group.Parts.Select(p => Path.Combine(folder, p.Replace('/', Path.DirectorySeparatorChar))).ToList();
        var held = group.Holds.Names().Select(h => Path.Combine(folder, h.Replace('/', Path.DirectorySeparatorChar))).ToList();
        if (!held.Exists(_read.ContainsKey))
        {
            _wholeParts.UnionWith(parts);
            held.ForEach(h => _read[h] = Complete);
            ReadWhole(file, key, report, cancellationToken);
        }
        else if (held.TrueForAll(h => _read.GetValueOrDefault(h) == Complete))
        {
            parts.ForEach(p => _read[p] = Complete);
        }
        else
        {
            MustStartAnew = true;
        }
    }

    private void ReadWhole(string file, string key, TelemetryReadReport report, CancellationToken cancellationToken)
    {
        TelemetryReader.Read([file], onRow, new TelemetryReadOptions { Report = report }, cancellationToken);
        _read[key] = Complete;
    }

    /// <summary>Reads the lines behind a place that are complete.</summary>
    /// <returns>Where the next ones will begin.</returns>
    private long ReadLines(string file, long from, TelemetryReadReport report)
    {
        using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);
        var end = EndOfLines(stream, from);
        if (end > from)
            TelemetryReader.Read(new Section(stream, from, end), file, onRow, new TelemetryReadOptions { Report = report });
        return end;
    }

    private static long EndOfLines(FileStream stream, long from)
    {
        var buffer = new byte[64 * 1024];
        for (var end = stream.Length; end > from; )
        {
            var start = Math.Max(from, end - buffer.Length);
            stream.Position = start;
            var count = stream.ReadAtLeast(buffer.AsSpan(0, (int)(end - start)), (int)(end - start), throwOnEndOfStream: false);
            var newline = buffer.AsSpan(0, count).LastIndexOf((byte)'\n');
            if (newline >= 0)
                return start + newline + 1;
            end = start;
        }

        return from;
    }

    private static Dictionary<string, long> LastSequences(List<string> files)
    {
        var last = new Dictionary<string, long>(StringComparer.Ordinal);
        foreach (var file in files)
        {
            if (TelemetryFileName.TryParse(file, out var name))
                last[Series(file, name)] = Math.Max(last.GetValueOrDefault(Series(file, name)), name.Sequence);
        }

        return last;
    }

    // a compressed file is the one that it was made of, and one that a compaction has not renamed yet is the one that it will be
    private static string Key(string file)
    {
        foreach (var ending in (ReadOnlySpan<string>)[".gz", ".zst", TelemetryFileName.Compacting])
        {
            if (file.EndsWith(ending, StringComparison.Ordinal))
                return file[..^ending.Length];
        }

        return file;
    }

    private static string Series(string file, TelemetryFileName name) => TelemetryFileName.SignalFolder(file) + "/" + name.Series;

    private static string Process(string file, TelemetryFileName name) => TelemetryFileName.SignalFolder(file) + "/" + name.Instance;

    /// <summary>A part of a file.</summary>
    private sealed class Section : Stream
    {
        private readonly FileStream _file;
        private readonly long _end;

        public Section(FileStream file, long from, long end)
        {
            (_file, _end) = (file, end);
            _file.Position = from;
        }

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }

        public override int Read(Span<byte> buffer) => _file.Read(buffer[..(int)Math.Min(buffer.Length, _end - _file.Position)]);

        public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

        public override void Flush() { }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}
