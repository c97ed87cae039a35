using System.IO.Compression;
using OtelPipeline.Exporter.Prometheus.Exposition;

namespace OtelPipeline.Exporter.Prometheus.Scraping;

/// <summary>One exposition in a buffer that is used again when its last reader has released it.</summary>
internal sealed class Response(Action<Response> free)
{
    /// <summary>Below this a packet is sent either way.</summary>
    private const int MinGzipLength = 1024;

    private readonly ByteBuffer _gzip = new();
    private int _references;
    private bool _compressed;

    public ByteBuffer Buffer { get; } = new(4096);

    public string ContentType { get; private set; } = "";

    public ReadOnlyMemory<byte> Body => Buffer.Array.AsMemory(0, Buffer.Length);

    public ReadOnlyMemory<byte> Gzip => _gzip.Array.AsMemory(0, _gzip.Length);

    /// <summary>Empties it and gives the caller the first reference.</summary>
    public void Reset(string contentType)
    {
        Buffer.Clear();
        _gzip.Clear();
        _compressed = false;
        _references = 1;
        ContentType = contentType;
    }

    public void AddReferences(int count) => Interlocked.Add(ref _references, count);

    public void Release()
    {
        if (Interlocked.Decrement(ref _references) == 0)
            free(this);
    }

    /// <summary>Compresses it, once for all readers. False where that is not worth it.</summary>
    public bool Compress()
    {
        if (Buffer.Length < MinGzipLength)
            return false;
        lock (_gzip)
        {
            if (!_compressed)
            {
                using (var stream = new GZipStream(new BufferStream(_gzip), CompressionLevel.Fastest))
                    stream.Write(Buffer.Written);
                _compressed = true;
            }
        }

        return true;
    }

    private sealed class BufferStream(ByteBuffer buffer) : Stream
    {
        public override bool CanRead => false;

        public override bool CanSeek => false;

        public override bool CanWrite => true;

        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }

        public override void Flush() { }

        public override int Read(byte[] bytes, int offset, int count) => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] bytes, int offset, int count) => buffer.Write(bytes.AsSpan(offset, count));

        public override void Write(ReadOnlySpan<byte> bytes) => buffer.Write(bytes);
    }
}
