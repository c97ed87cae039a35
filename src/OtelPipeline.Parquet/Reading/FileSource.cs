using Microsoft.Win32.SafeHandles;

namespace OtelPipeline.Parquet.Reading;

/// <summary>The bytes of a file or of a stream that seeks, and the name that errors give it.</summary>
internal sealed class FileSource : IDisposable
{
    private readonly SafeFileHandle? _handle;
    private readonly Stream? _stream;
    private readonly bool _leaveOpen;
    private readonly Lock _lock = new();

    public FileSource(string path)
    {
        Name = path;
        _handle = File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, FileOptions.RandomAccess);
        Length = RandomAccess.GetLength(_handle);
    }

    public FileSource(Stream stream, string name, bool leaveOpen)
    {
        Name = name;
        _stream = stream;
        _leaveOpen = leaveOpen;
        Length = stream.Length;
    }

    public string Name { get; }

    public long Length { get; }

    public void Read(long offset, Span<byte> into)
    {
        if (offset < 0 || into.Length > Length - offset)
            throw Corrupt(offset, $"{into.Length} bytes are needed, but the file has {Length} bytes");
        if (_handle is not null)
        {
            while (into.Length > 0)
            {
                var read = RandomAccess.Read(_handle, into, offset);
                if (read == 0)
                    throw Corrupt(offset, "the file became shorter while it was read");
                into = into[read..];
                offset += read;
            }

            return;
        }

        lock (_lock)
        {
            _stream!.Position = offset;
            if (_stream.ReadAtLeast(into, into.Length, throwOnEndOfStream: false) < into.Length)
                throw Corrupt(offset, "the stream became shorter while it was read");
        }
    }

    public ParquetException Corrupt(long offset, string message, Exception? cause = null) => new(Name, offset, message, cause);

    public void Dispose()
    {
        _handle?.Dispose();
        if (!_leaveOpen)
            _stream?.Dispose();
    }
}
