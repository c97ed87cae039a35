using System.Buffers;
using Microsoft.Win32.SafeHandles;

namespace OtelPipeline.Data.Files;

/// <summary>
/// Reads a file that several read at once, each at its own place; of lines only those that start between two bytes. The handle belongs to the caller.
/// </summary>
internal sealed class PartStream(SafeFileHandle handle, FilePart part) : Stream
{
    private const int SearchSize = 64 * 1024;

    private readonly bool _lines = part.Kind == FilePartKind.Lines;
    private long _position;
    private bool _started;
    private long _stop = long.MaxValue;

    public override bool CanRead => true;

    public override bool CanSeek => !_lines;

    public override bool CanWrite => false;

    public override long Length => RandomAccess.GetLength(handle);

    public override long Position
    {
        get => _position;
        set => Seek(value, SeekOrigin.Begin);
    }

    public override int Read(Span<byte> buffer)
    {
        if (!_started)
        {
            _started = true;
            if (_lines && part.Start > 0)
                SkipToLine();
        }

        if (_position >= _stop || buffer.IsEmpty)
            return 0;
        var read = RandomAccess.Read(handle, buffer, _position);
        if (_lines && read > 0 && FindStop(buffer[..read], _position) is >= 0 and var length)
            read = length;
        _position += read;
        return read;
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override long Seek(long offset, SeekOrigin origin)
    {
        if (_lines)
            throw new NotSupportedException();
        return _position = origin switch
        {
            SeekOrigin.Begin => offset,
            SeekOrigin.Current => _position + offset,
            _ => Length + offset,
        };
    }

    public override void Flush() { }

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    /// <summary>Goes behind the line that the part begins in, which belongs to the part before: unless the line ends right before.</summary>
    private void SkipToLine()
    {
        var buffer = ArrayPool<byte>.Shared.Rent(SearchSize);
        try
        {
            _position = part.Start - 1;
            // a line that ends later starts no other in the part
            while (_position < part.End - 1)
            {
                var read = RandomAccess.Read(handle, buffer, _position);
                if (read == 0)
                    break;
                var end = buffer.AsSpan(0, read).IndexOf((byte)'\n');
                _position += end < 0 ? read : end + 1;
                if (end < 0)
                    continue;
                if (_position >= part.End)
                    break;
                return;
            }

            _stop = _position;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <summary>The length up to the end of the last line that starts in the part; -1 when that is not among these bytes.</summary>
    private int FindStop(ReadOnlySpan<byte> bytes, long at)
    {
        if (part.End == long.MaxValue || at + bytes.Length < part.End)
            return -1;
        var from = (int)Math.Max(0, part.End - 1 - at);
        var newline = bytes[from..].IndexOf((byte)'\n');
        if (newline < 0)
            return -1;
        _stop = at + from + newline + 1;
        return from + newline + 1;
    }
}
