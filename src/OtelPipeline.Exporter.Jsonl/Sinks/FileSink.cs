using System.Globalization;
using System.Text;

namespace OtelPipeline.Exporter.Jsonl.Sinks;

/// <summary>
/// Owns the files of one signal: <c>&lt;directory&gt;/&lt;utc start&gt;-&lt;instance&gt;-&lt;sequence&gt;.jsonl</c>. A file that exists is
/// never opened again, by this process or another. Not thread-safe: the exporter serializes its calls.
/// </summary>
internal sealed class FileSink(string directory, TimeProvider time, Func<string, FileStream>? open = null) : IDisposable
{
    private readonly Func<string, FileStream> _open = open ?? Create;
    private string _instance = "unknown";
    private DateTime _start;
    private int _sequence;
    private FileStream? _file;
    private string _path = "";
    private long _length;

    /// <summary>The file that is written now, or was last.</summary>
    public string Path => _path;

    public void SetInstance(string instance) => _instance = ToFileName(instance);

    /// <summary>
    /// Appends complete lines in one call; when it returns they are with the operating system. When it throws, none of them is in the
    /// file: what was written of them has been cut off, or the file has been left for a new one.
    /// </summary>
    public void Write(ReadOnlySpan<byte> lines)
    {
        // a write to a file that somebody deleted succeeds, and is lost: look first
        if (_file is not null && !File.Exists(_path))
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

    public void Dispose() => Close();

    private FileStream Open()
    {
        CreateDirectory();
        while (true)
        {
            if (_start == default)
                _start = time.GetUtcNow().UtcDateTime;
            var stamp = _start.ToString("yyyyMMdd'T'HHmmssfff'Z'", CultureInfo.InvariantCulture);
            var path = System.IO.Path.Combine(directory, $"{stamp}-{_instance}-{_sequence:D6}.jsonl");
            try
            {
                _file = _open(path);
            }
            catch (IOException) when (File.Exists(path))
            {
                // another exporter with the same instance id started in the same millisecond: a series of our own, from 0
                var now = time.GetUtcNow().UtcDateTime;
                _start = now > _start ? now : _start.AddMilliseconds(1);
                _sequence = 0;
                continue;
            }

            _path = path;
            _length = 0;
            _sequence++;
            return _file;
        }
    }

    private void CreateDirectory()
    {
        if (OperatingSystem.IsWindows())
            System.IO.Directory.CreateDirectory(directory);
        else
            System.IO.Directory.CreateDirectory(
                directory,
                UnixFileMode.UserRead
                    | UnixFileMode.UserWrite
                    | UnixFileMode.UserExecute
                    | UnixFileMode.GroupRead
                    | UnixFileMode.GroupExecute
            );
    }

    private static FileStream Create(string path)
    {
        var options = new FileStreamOptions
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.Write,
            Share = FileShare.ReadWrite | FileShare.Delete,
            BufferSize = 0,
        };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead;
        return new FileStream(path, options);
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
        _file?.Dispose();
        _file = null;
    }

    private static string ToFileName(string instance)
    {
        var name = new StringBuilder();
        foreach (var character in instance)
            name.Append(char.IsAsciiLetterOrDigit(character) || character is '-' or '_' or '.' ? character : '_');
        if (name.Length > 100)
            name.Length = 100;
        return name.Length == 0 ? "unknown" : name.ToString();
    }
}
