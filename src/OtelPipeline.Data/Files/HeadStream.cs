namespace OtelPipeline.Data.Files;

/// <summary>A stream whose first bytes can be looked at before they are read; works on pipes too.</summary>
internal sealed class HeadStream(Stream inner) : Stream
{
    private readonly byte[] _head = new byte[FileFormat.HeadSize];
    private int _length;
    private int _position;

    public ReadOnlySpan<byte> Head => _head.AsSpan(_position, _length - _position);

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public void Fill()
    {
        while (_length < _head.Length)
        {
            var read = inner.Read(_head.AsSpan(_length));
            if (read == 0)
                return;
            _length += read;
        }
    }

    public async ValueTask FillAsync(CancellationToken cancellationToken)
    {
        while (_length < _head.Length)
        {
            var read = await inner.ReadAsync(_head.AsMemory(_length), cancellationToken).ConfigureAwait(false);
            if (read == 0)
                return;
            _length += read;
        }
    }

    public void SkipHead(int count) => _position += count;

    public override int Read(Span<byte> buffer)
    {
        if (Head.IsEmpty)
            return inner.Read(buffer);
        var count = Math.Min(buffer.Length, Head.Length);
        Head[..count].CopyTo(buffer);
        _position += count;
        return count;
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
        Head.IsEmpty ? inner.ReadAsync(buffer, cancellationToken) : ValueTask.FromResult(Read(buffer.Span));

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override void Flush() { }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            inner.Dispose();
        base.Dispose(disposing);
    }
}
