namespace OtelPipeline.Extensions.Http.Internal;

/// <summary>A body that is read as a stream, with every byte counted.</summary>
internal sealed class MeasuredStream(Stream inner, ResponseBody body) : Stream
{
    public override bool CanRead => inner.CanRead;
    public override bool CanSeek => inner.CanSeek;
    public override bool CanWrite => inner.CanWrite;
    public override bool CanTimeout => inner.CanTimeout;
    public override long Length => inner.Length;

    public override long Position
    {
        get => inner.Position;
        set => inner.Position = value;
    }

    public override int ReadTimeout
    {
        get => inner.ReadTimeout;
        set => inner.ReadTimeout = value;
    }

    public override int WriteTimeout
    {
        get => inner.WriteTimeout;
        set => inner.WriteTimeout = value;
    }

    public override int Read(byte[] buffer, int offset, int count)
    {
        try
        {
            return body.Read(inner.Read(buffer, offset, count), count);
        }
        catch (Exception e)
        {
            body.Failed(e);
            throw;
        }
    }

    public override int Read(Span<byte> buffer)
    {
        try
        {
            return body.Read(inner.Read(buffer), buffer.Length);
        }
        catch (Exception e)
        {
            body.Failed(e);
            throw;
        }
    }

    public override int ReadByte()
    {
        try
        {
            var value = inner.ReadByte();
            body.Read(value < 0 ? 0 : 1, 1);
            return value;
        }
        catch (Exception e)
        {
            body.Failed(e);
            throw;
        }
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        try
        {
            return body.Read(await inner.ReadAsync(buffer, cancellationToken).ConfigureAwait(false), buffer.Length);
        }
        catch (Exception e)
        {
            body.Failed(e);
            throw;
        }
    }

    public override long Seek(long offset, SeekOrigin origin) => inner.Seek(offset, origin);

    public override void SetLength(long value) => inner.SetLength(value);

    public override void Write(byte[] buffer, int offset, int count) => inner.Write(buffer, offset, count);

    public override void Flush() => inner.Flush();

    public override Task FlushAsync(CancellationToken cancellationToken) => inner.FlushAsync(cancellationToken);

    public override async ValueTask DisposeAsync()
    {
        await inner.DisposeAsync().ConfigureAwait(false);
        body.Closed();
        await base.DisposeAsync().ConfigureAwait(false);
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            inner.Dispose();
            body.Closed();
        }

        base.Dispose(disposing);
    }
}
