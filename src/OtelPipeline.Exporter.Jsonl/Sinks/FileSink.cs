namespace OtelPipeline.Exporter.Jsonl.Sinks;

/// <summary>
/// Owns the files of one signal. Append only; a file that exists is never opened again, by this process or another.
/// </summary>
internal sealed class FileSink : LineSink
{
    private const int MaxAttempts = 10;

    private readonly string _directory;
    private readonly JsonlExporterOptions _options;
    private readonly TimeProvider _time;
    private readonly Retention _retention;
    private readonly FileCompressor? _compressor;
    private readonly Func<string, FileStream> _open;
    private string _instance = "unknown";
    private DateTime _start;
    private int _sequence;
    private FileStream? _file;
    private string _path = "";
    private long _length;
    private long _opened;

    public FileSink(
        string directory,
        JsonlExporterOptions options,
        TimeProvider time,
        ExporterMetrics metrics,
        Func<string, FileStream>? open = null
    )
    {
        _directory = directory;
        _options = options;
        _time = time;
        _retention = new Retention(directory, options, time, metrics);
        _compressor = options.Compression == JsonlCompression.None ? null : new FileCompressor(options, time);
        _open = open ?? Create;
    }

    public override string Target => _path.Length > 0 ? _path : _directory;

    public override void SetInstance(string instance) => _instance = TelemetryFileName.ToInstance(instance);

    /// <summary>
    /// When it returns, the lines are with the operating system. When it throws, none of them is in the file: what was written of them
    /// has been cut off, or the file has been left for a new one.
    /// </summary>
    public override void Write(ReadOnlySpan<byte> lines)
    {
        // a write to a file that somebody deleted succeeds, and is lost: look first
        if (_file is not null && (IsDue(lines.Length) || !File.Exists(_path)))
            Close();
        var file = _file ?? Open();
        try
        {
            RandomAccess.Write(file.SafeFileHandle, lines, _length);
            _length += lines.Length;
        }
        catch (Exception)
        {
            CutOff(file);
            throw;
        }
    }

    public override void Flush()
    {
        if (_options.Durability == JsonlDurability.Fsync && _file is not null)
            RandomAccess.FlushToDisk(_file.SafeFileHandle);
    }

    public override void Dispose()
    {
        _compressor?.Dispose();
        Close();
    }

    private bool IsDue(int more) =>
        _length > 0 && (_length + more > _options.MaxFileSize || _time.GetElapsedTime(_opened) >= _options.MaxFileAge);

    private FileStream Open()
    {
        CreateDirectory();
        for (var attempt = 1; ; attempt++)
        {
            if (_start == default)
                _start = _time.GetUtcNow().UtcDateTime;
            var name = new TelemetryFileName(TelemetryFileName.ToStart(_start), _instance, _sequence, TelemetryFileName.Plain);
            var path = Path.Combine(_directory, name.Stem + TelemetryFileName.Plain);
            try
            {
                _file = _open(path);
            }
            catch (IOException) when (File.Exists(path))
            {
                // another exporter with the same instance id started in the same millisecond: a series of our own, from 0
                var now = _time.GetUtcNow().UtcDateTime;
                _start = now > _start ? now : _start.AddMilliseconds(1);
                _sequence = 0;
                continue;
            }
            catch (IOException) when (attempt < MaxAttempts)
            {
                // another process's retention may have taken the new file before the lock was ours; it is gone, and was empty
                continue;
            }

            _path = path;
            _length = 0;
            _opened = _time.GetTimestamp();
            _sequence++;
            _retention.Apply(name);
            _compressor?.Start(_directory, name);
            return _file;
        }
    }

    private static FileStream Create(string path)
    {
        var options = new FileStreamOptions
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.Write,
            // readers must share writing; the lock that goes with it tells other processes that the file is open (see Retention)
            Share = FileShare.Read,
            BufferSize = 0,
        };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead;
        var file = new FileStream(path, options);
        if (File.Exists(path))
            return file;
        // created, and deleted by another process's retention before the lock was ours
        file.Dispose();
        throw new IOException($"'{path}' was deleted while it was opened.");
    }

    private void CreateDirectory()
    {
        if (OperatingSystem.IsWindows())
            Directory.CreateDirectory(_directory);
        else
            Directory.CreateDirectory(
                _directory,
                UnixFileMode.UserRead
                    | UnixFileMode.UserWrite
                    | UnixFileMode.UserExecute
                    | UnixFileMode.GroupRead
                    | UnixFileMode.GroupExecute
            );
    }

    private void CutOff(FileStream file)
    {
        try
        {
            RandomAccess.SetLength(file.SafeFileHandle, _length);
        }
        catch (Exception)
        {
            // a torn line stays at the end of this file, where readers expect one; the next write goes to a new file
            Close();
        }
    }

    private void Close()
    {
        var file = _file;
        _file = null;
        file?.Dispose();
    }
}
